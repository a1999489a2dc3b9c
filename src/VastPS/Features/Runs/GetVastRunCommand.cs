using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Shows runs, those started from here and those that the boxes know.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Run, DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Get-VastRun")]
[OutputType(typeof(VastRun))]
public sealed class GetVastRunCommand : VastCmdlet
{
    private const string ByName = "ByName";
    private const string ByRunId = "ByRunId";
    private const string ByInstance = "ByInstance";

    [Parameter(Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    [RunTransform]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskRunId, ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    [RunTransform]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public string[] RunId { get; set; } = [];

    // A run in the pipeline carries both: its id decides.
    [Parameter(ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, HelpMessage = Texts.AskInstanceId, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesGone = true)]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin() => KeyPath = this.Resolve(KeyPath);

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        Func<RunHead, bool>[] named = [.. Name.Concat(RunId).Select(RunInput.Named)];
        Func<RunHead, bool> isNamed = RunInput.Any(named);
        bool IsWanted(RunHead run) =>
            (InstanceId.Length == 0 || InstanceId.Contains(run.InstanceId)) && (named.Length == 0 || isNamed(run));
        IReadOnlyList<RunRecord> known = Services.RunRecords.Where(Services.Api.Server, IsWanted);
        bool isKnown = named.Length > 0 && named.All(n => known.Any(r => n(RunInput.Head(r))));
        IReadOnlyList<VastRun> runs = await Services.Runs.ReadAsync(
            known, await BoxesAsync(isKnown, stop), run => IsWanted(RunInput.Head(run)), KeyPath, stop);
        foreach (VastRun run in runs)
        {
            lane.Write(run);
        }

        foreach (string missing in Name.Where(n => !WildcardPattern.ContainsWildcardCharacters(n)).Concat(RunId)
            .Where(n => !runs.Any(r => r.RunId == n || r.Name.Equals(n, StringComparison.OrdinalIgnoreCase))))
        {
            lane.Error(new VastException(VastReason.RunNotFound, missing));
        }
    }

    // Without any wish, or where a run is not known here, every running box of ours is asked: it may have been started from elsewhere.
    private async Task<IReadOnlyList<long>> BoxesAsync(bool isKnown, CancellationToken stop) => InstanceId.Length > 0 || isKnown
        ? InstanceId
        : [.. (await Services.Api.GetInstancesAsync(stop)).Where(i => i.IsMine && i.SshAddresses.Count > 0).Select(i => i.InstanceId)];
}
