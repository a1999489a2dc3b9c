using System.Management.Automation;
using VastPS.Commands.Binding;

namespace VastPS.Commands.Instances;

/// <summary>Stops a rented instance. The disk stays and keeps costing money.</summary>
[Cmdlet(VerbsLifecycle.Stop, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastInstance))]
public sealed class StopVastInstanceCommand : VastCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance found in World.EachAsync(InstanceId, lane.Error, stop))
        {
            if (!await lane.ConfirmAsync(found.ToString(), Texts.StopAction(found.DiskPricePerHour)))
            {
                continue;
            }

            VastInstance stopped = await World.Power.StopAsync(found, stop);
            lane.Warn(Texts.DiskStillBills(stopped.InstanceId, stopped.DiskPricePerHour));
            if (PassThru)
            {
                lane.Write(stopped);
            }
        }
    }
}
