using System.Management.Automation;
using VastPS.Hosting;

namespace VastPS.Commands.Simulation;

/// <summary>Takes the simulator down with all its boxes.</summary>
[Cmdlet(VerbsLifecycle.Stop, Nouns.Simulator)]
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
