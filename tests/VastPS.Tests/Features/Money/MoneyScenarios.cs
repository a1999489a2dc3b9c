using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Money;

internal sealed class MoneyScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Receive, Asks.Instance, "$box | Get-VastIdleInstance -For 1s"),
        new(Moment.Review, Asks.Server, "$box | Get-VastCost"),
    ];
}
