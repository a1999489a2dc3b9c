using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Stops and starts the container of an instance, which keeps its GPU.</summary>
[Cmdlet(VerbsLifecycle.Restart, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Restart-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class RestartVastInstanceCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    // Errors come last: one may end the pipeline, and the others would not be restarted.
    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        Services.ChangeEachAsync(InstanceId, found => RestartAsync(found, lane, stop), Kept.Add, stop);

    private async Task RestartAsync(VastInstance found, ILane lane, CancellationToken stop)
    {
        ForeignRule.Demand(found, Force, "Restart-VastInstance");
        if (found.IsHalted)
        {
            throw new VastException(
                VastReason.InstanceNotRunning, found.InstanceId, found.StateWord, $"Start-VastInstance -InstanceId {found.InstanceId}");
        }

        if (await lane.ConfirmAsync(found.ToString(), Texts.RestartAction))
        {
            lane.Write(await Services.Power.RestartAsync(found, stop));
        }
    }
}
