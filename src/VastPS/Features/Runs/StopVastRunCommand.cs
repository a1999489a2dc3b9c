using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Ends a run with all its processes. The box stays and goes on costing money.</summary>
[Cmdlet(
    VerbsLifecycle.Stop, Nouns.Run, DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Stop-VastRun")]
[OutputType(typeof(VastRun))]
public sealed class StopVastRunCommand : VastRunCmdlet
{
    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(10);

    private protected override void Begin()
    {
        base.Begin();
        Check.InRange(Grace.TotalSeconds, 0, 3600, nameof(Grace));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            try
            {
                if (await lane.ConfirmAsync($"{run.Name} ({run.RunId})", Texts.StopRunAction(run.InstanceId)))
                {
                    lane.Write(await Services.Runs.EndAsync(run, Grace, KeyPath, stop));
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
