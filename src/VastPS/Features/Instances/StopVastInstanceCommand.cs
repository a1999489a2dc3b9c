using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Stops a rented instance. The disk stays and keeps costing money.</summary>
[Cmdlet(VerbsLifecycle.Stop, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastInstance))]
public sealed class StopVastInstanceCommand : VastCmdlet
{
    private long? _underWay;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string? LastWords(bool stopped) => stopped && _underWay is { } id ? Texts.StopNotConfirmed(id) : null;

    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        World.ChangeEachAsync(InstanceId, found => StopAsync(found, lane, stop), lane.Error, stop);

    private async Task StopAsync(VastInstance found, ILane lane, CancellationToken stop)
    {
        if (!await lane.ConfirmAsync(found.ToString(), Texts.StopAction(found.DiskPricePerHour)))
        {
            return;
        }

        _underWay = found.InstanceId;
        VastInstance stopped = await World.Power.StopAsync(found, stop);
        _underWay = null;
        lane.Warn(Texts.DiskStillBills(stopped.InstanceId, stopped.DiskPricePerHour));
        if (PassThru)
        {
            lane.Write(stopped);
        }
    }
}
