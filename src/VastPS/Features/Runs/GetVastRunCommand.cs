using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Shows runs, those started from here and those that the boxes know.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Run, DefaultParameterSetName = ByName)]
[OutputType(typeof(VastRun))]
public sealed class GetVastRunCommand : VastCmdlet
{
    private const string ByName = "ByName";
    private const string ByRunId = "ByRunId";
    private const string ByInstance = "ByInstance";

    [Parameter(Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    public string[] RunId { get; set; } = [];

    // A run in the pipeline carries both: its id decides.
    [Parameter(ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public string? KeyPath { get; set; }

    private protected override void Begin() => KeyPath = this.Resolve(KeyPath);

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<RunRecord> known = Services.RunRecords.All(Services.Api.Server);
        IReadOnlyList<VastRun> runs =
            await Services.Runs.ReadAsync([.. known.Where(IsWanted)], await BoxesAsync(known, stop), IsWanted, KeyPath, stop);
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

    private bool IsWanted(RunRecord run) =>
        (InstanceId.Length == 0 || InstanceId.Contains(run.InstanceId))
        && ((Name.Length == 0 && RunId.Length == 0) || Name.Concat(RunId).Any(n => RunInput.Matches(run, n)));

    // Without any wish, or where a run is not known here, every running box of ours is asked: it may have been started from elsewhere.
    private async Task<IReadOnlyList<long>> BoxesAsync(IReadOnlyList<RunRecord> known, CancellationToken stop) =>
        InstanceId.Length > 0 || (Name.Length + RunId.Length > 0 && Name.Concat(RunId).All(n => known.Any(r => RunInput.Matches(r, n))))
        ? InstanceId
        : [.. (await Services.Api.GetInstancesAsync(stop)).Where(i => i.IsMine && i.SshAddresses.Count > 0).Select(i => i.InstanceId)];
}
