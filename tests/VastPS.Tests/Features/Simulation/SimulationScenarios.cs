using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Simulation;

internal sealed class SimulationScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Simulate, Asks.Nobody, "Start-VastSimulator"),
        new(Moment.Simulate, Asks.Nobody, "Get-VastSimulator"),
        new(Moment.Simulate, Asks.Nobody, "Stop-VastSimulator"),
    ];
}
