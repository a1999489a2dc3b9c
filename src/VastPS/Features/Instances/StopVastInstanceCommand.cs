using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Stops a rented instance. The disk stays and keeps costing money.</summary>
[Cmdlet(VerbsLifecycle.Stop, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Stop-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class StopVastInstanceCommand : VastCmdlet
{
    private long? _underWay;

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string? LastWords(bool stopped) => stopped && _underWay is { } id ? Texts.StopNotConfirmed(id) : null;

    // Errors come last: one may end the pipeline, and the others would go on at the full price.
    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        Services.ChangeEachAsync(InstanceId, found => StopAsync(found, lane, stop), Kept.Add, stop);

    private async Task StopAsync(VastInstance found, ILane lane, CancellationToken stop)
    {
        ForeignRule.Demand(found, Force, "Stop-VastInstance");
        if (!await lane.ConfirmAsync(found.ToString(), Texts.StopAction(found.DiskPricePerHour)))
        {
            return;
        }

        _underWay = found.InstanceId;
        VastInstance stopped = await Services.Power.StopAsync(found, stop);
        _underWay = null;
        lane.Warn(Texts.DiskStillBills(stopped.InstanceId, stopped.DiskPricePerHour));
        if (PassThru)
        {
            lane.Write(stopped);
        }
    }
}
