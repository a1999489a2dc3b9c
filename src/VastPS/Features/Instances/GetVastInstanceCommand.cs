using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Lists rented instances.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Instance, DefaultParameterSetName = ByLabel, HelpUri = Nouns.Help + "Get-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class GetVastInstanceCommand : VastCmdlet
{
    private const string ByLabel = "ByLabel";
    private const string ByInstance = "ByInstance";

    [Parameter(Mandatory = true,
        HelpMessage = Texts.AskInstanceId, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesPatterns = true)]
    public long[] InstanceId { get; set; } = [];

    [Parameter(ParameterSetName = ByLabel)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(ParameterSetName = ByLabel)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    public string[] Label { get; set; } = ["*"];

    [Parameter(ParameterSetName = ByLabel)]
    public SwitchParameter Mine { get; set; }

    [Parameter(ParameterSetName = ByLabel)]
    public SwitchParameter Orphan { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (ParameterSetName == ByInstance)
        {
            await ByIdAsync(lane, stop);
            return;
        }

        WildcardPattern[] wanted = [.. Label.Select(l => Check.Pattern(l, nameof(Label)))];
        IReadOnlyList<VastInstance> listed = await ListAsync(stop);
        WildcardPattern[] called = [.. Name.Select(n => Check.Pattern(n, nameof(Name)))];
        await Services.Rentals.LookAsync(Services.Api.Server, listed, stop);
        foreach (VastInstance instance in Orphan ? Services.Orphans.Among(Services.Api.Server, listed) : listed)
        {
            bool named = wanted.Any(w => w.IsMatch(instance.Label) || w.IsMatch(instance.Name))
                && (called.Length == 0 || called.Any(c => c.IsMatch(instance.Name)));
            if (named && (!Mine || instance.IsMine))
            {
                lane.Write(instance);
            }
        }

        foreach (string missing in Name.Where(n => !WildcardPattern.ContainsWildcardCharacters(n)
            && !listed.Any(i => i.Name.Equals(n, StringComparison.OrdinalIgnoreCase))))
        {
            lane.Error(new VastException(VastReason.InstanceNotFound, $"'{missing}'"));
        }
    }

    // One that was rented here a moment ago and is not listed yet costs money like any other.
    private async Task<IReadOnlyList<VastInstance>> ListAsync(CancellationToken stop)
    {
        List<VastInstance> listed = [.. await Services.Api.GetInstancesAsync(stop)];
        foreach (long id in Services.Rentals.Newest(Services.Api.Server).Where(id => listed.All(i => i.InstanceId != id)))
        {
            listed.AddRange(await Services.Api.FindInstanceAsync(id, stop) is { } found ? [found] : []);
        }

        return listed;
    }

    private async Task ByIdAsync(ILane lane, CancellationToken stop)
    {
        foreach (long id in InstanceId)
        {
            if (await Services.Api.FindInstanceAsync(id, stop) is { } instance)
            {
                await Services.Rentals.LookAsync(Services.Api.Server, [instance], stop);
                lane.Write(instance);
            }
            else
            {
                lane.Error(new VastException(VastReason.InstanceNotFound, id));
            }
        }
    }
}
