using System.Management.Automation;
using VastPS.Features.Simulation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Takes the simulator down with all its boxes.</summary>
[Cmdlet(VerbsLifecycle.Stop, Nouns.Simulator, HelpUri = Nouns.Help + "Stop-VastSimulator")]
[OutputType(typeof(void))]
public sealed class StopVastSimulatorCommand : VastCmdlet
{
    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (await SimulatorHost.StopAsync())
        {
            lane.Verbose(Texts.SimulatorOff);
        }
    }
}
