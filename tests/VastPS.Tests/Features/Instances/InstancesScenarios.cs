using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

internal sealed class InstancesScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(
            Moment.Rent,
            Asks.Server,
            "$offer | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Environment @{ A = 'b' } -Confirm:$false"),
        new(Moment.Rent, Asks.Server, "Get-VastInstance"),
        new(Moment.Rent, Asks.Server, "$box | Get-VastInstanceLog -Tail 5"),
        new(Moment.Rent, Asks.Instance, "$box | Wait-VastInstance -Timeout 20s"),
        new(Moment.Search, Asks.Server, "Get-VastTemplate -Recommended"),
        new(
            Moment.Review,
            Asks.Server,
            "Get-VastOffer -GpuCount 1 -First 60 | Where-Object { $_.Raw['avail_vol_ask_id'] } | ForEach-Object -Begin { $n = 0 } -Process "
            + "{ if ($n++ -eq 0) { $_ } } | New-VastVolume -SizeGB 10 -Confirm:$false"),
        new(Moment.Review, Asks.Server, "Get-VastVolume"),
        new(Moment.Review, Asks.Server, "Get-VastVolume -Mine | Remove-VastVolume -Confirm:$false"),
        new(Moment.Remove, Asks.Server, "$box | Set-VastInstance -Label other -Confirm:$false"),
        new(Moment.Remove, Asks.Server, "$box | Stop-VastInstance -Confirm:$false"),
        new(Moment.Remove, Asks.Server, "$box | Start-VastInstance -Confirm:$false"),
        new(Moment.Remove, Asks.Server, "$box | Wait-VastInstance -Timeout 20s | Restart-VastInstance -Confirm:$false"),
        new(Moment.Remove, Asks.Server, "$box | Remove-VastInstance -Confirm:$false"),
    ];
}
