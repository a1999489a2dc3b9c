using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Offers;

internal sealed class OffersScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Search, Asks.Server, "Get-VastOffer -GpuCount 1 -First 2") { Piped = "Get-VastOffer" },
    ];
}
