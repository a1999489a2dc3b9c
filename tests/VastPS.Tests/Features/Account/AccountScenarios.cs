using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Account;

internal sealed class AccountScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Connect, Asks.Server, "Connect-VastAccount $key -Uri $uri"),
        new(Moment.Connect, Asks.Server, "Get-VastAccount"),
        new(Moment.Review, Asks.Server, "'value' | Set-VastEnvironmentVariable MY_VARIABLE -Confirm:$false"),
        new(Moment.Review, Asks.Server, "Get-VastEnvironmentVariable"),
        new(Moment.Review, Asks.Server, "Get-VastEnvironmentVariable MY_* | Remove-VastEnvironmentVariable -Confirm:$false"),
        new(Moment.Leave, Asks.Nobody, "Disconnect-VastAccount"),
    ];
}
