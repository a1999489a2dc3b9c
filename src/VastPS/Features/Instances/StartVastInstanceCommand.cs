using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Starts a stopped instance; the GPU is charged again.</summary>
[Cmdlet(VerbsLifecycle.Start, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "Start-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class StartVastInstanceCommand : VastCmdlet
{
    private long? _underWay;

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? LastWords(bool stopped) => stopped && _underWay is { } id ? Texts.StartNotConfirmed(id) : null;

    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        Services.ChangeEachAsync(InstanceId, found => StartAsync(found, lane, stop), lane.Error, stop);

    private async Task StartAsync(VastInstance found, ILane lane, CancellationToken stop)
    {
        ForeignRule.Demand(found, Force, "Start-VastInstance");
        if (await lane.ConfirmAsync(found.ToString(), Texts.StartAction(found.PricePerHour)))
        {
            _underWay = found.InstanceId;
            VastInstance started = await Services.Power.StartAsync(found, stop);
            _underWay = null;
            lane.Write(started);
        }
    }
}
