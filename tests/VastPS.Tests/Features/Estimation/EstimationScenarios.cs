using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

internal sealed class EstimationScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Alone, Asks.Nobody, Scenarios.Workload),
        new(Moment.Alone, Asks.Nobody, $"$offer | Test-VastRunFit -Workload ({Scenarios.Workload})"),
        new(Moment.Alone, Asks.Nobody, $"$offer | Measure-VastRun -Workload ({Scenarios.Workload}) -Steps 100")
        {
            Piped = "Measure-VastRun -StepTime 1s -Steps 10",
        },
    ];
}
