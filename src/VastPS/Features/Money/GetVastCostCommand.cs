using System.Management.Automation;
using VastPS.Features.Money;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Shows what instances have cost and what they go on costing.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Cost, DefaultParameterSetName = All, HelpUri = Nouns.Help + "Get-VastCost")]
[OutputType(typeof(VastCost))]
public sealed class GetVastCostCommand : VastCmdlet
{
    private const string All = "All";
    private const string ByInstance = "ByInstance";

    [Parameter(Mandatory = true,
        HelpMessage = Texts.AskInstanceId, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesGone = true)]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Charged { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<VastCost> costs =
            Charged ? await Services.Costs.ChargedAsync(InstanceId, stop)
            : await Services.Costs.ComputedAsync(InstanceId, e => lane.Verbose(Texts.ChargesNotRead(e)), stop);
        foreach (VastCost cost in costs.Where(c => InstanceId.Length == 0 || InstanceId.Contains(c.InstanceId)))
        {
            lane.Write(cost);
        }

        foreach (long id in InstanceId.Where(id => costs.All(c => c.InstanceId != id)))
        {
            lane.Error(new VastException(VastReason.CostUnknown, id));
        }
    }
}
