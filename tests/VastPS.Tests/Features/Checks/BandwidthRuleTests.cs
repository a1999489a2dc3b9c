using VastPS.Features.Checks;

namespace VastPS.Tests.Features.Checks;

public sealed class BandwidthRuleTests
{
    [Theory]
    [InlineData(170_000, 1.0, 1.36)] // 170 KB/s, the host that started this project
    [InlineData(100_000_000, 8.0, 100)]
    [InlineData(12_500_000, 1.0, 100)]
    public void Rates_are_megabits_of_ten_to_the_six(long bytes, double seconds, double mbps) =>
        Assert.Equal(mbps, new BandwidthSample("u", bytes, seconds, "").Mbps, 6);

    [Theory]
    [InlineData(99.9, 100.0, null, VastCheckStatus.Fail)]
    [InlineData(100.0, 100.0, null, VastCheckStatus.Pass)]
    [InlineData(300.0, 100.0, 700.0, VastCheckStatus.Warn)] // works, but less than half of what was advertised
    [InlineData(350.0, 100.0, 700.0, VastCheckStatus.Pass)]
    [InlineData(50.0, null, null, VastCheckStatus.Pass)]
    [InlineData(null, 100.0, 700.0, VastCheckStatus.Unknown)] // nothing measured is never a pass
    [InlineData(null, null, null, VastCheckStatus.Unknown)]
    public void The_verdict_follows_the_demand_and_the_advertised_rate(
        double? median, double? min, double? advertised, VastCheckStatus expected) =>
        Assert.Equal(expected, BandwidthRule.Judge(median, min, advertised));

    [Fact]
    public void The_median_takes_usable_samples_only()
    {
        BandwidthSample[] samples =
        [
            new("a", 12_500_000, 1, ""), // 100 Mbps
            new("b", 25_000_000, 1, ""), // 200 Mbps
            new("c", 500, 1, ""), // an error page, not a download
            new("d", 0, 0, "could not resolve host"),
            new("e", 50_000_000, 1, ""), // 400 Mbps
        ];
        Assert.Equal(200, BandwidthRule.Median(samples)!.Value, 6);
        Assert.Equal(150, BandwidthRule.Median(samples[..2])!.Value, 6);
        Assert.Null(BandwidthRule.Median(samples[2..4]));
    }

    [Fact]
    public void Download_time_is_size_over_rate() =>
        Assert.Equal(TimeSpan.FromSeconds(1600), BandwidthRule.DownloadTime(20, 100));
}
