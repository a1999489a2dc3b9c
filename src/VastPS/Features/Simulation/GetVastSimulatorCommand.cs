using System.Management.Automation;
using VastPS.Features.Simulation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Shows the simulator of this process, where one runs.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Simulator, HelpUri = Nouns.Help + "Get-VastSimulator")]
[OutputType(typeof(VastSimulatorInfo))]
public sealed class GetVastSimulatorCommand : VastCmdlet
{
    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (SimulatorHost.Current is { } server)
        {
            lane.Write(SimulatorHost.Describe(server));
        }

        return Task.CompletedTask;
    }
}
