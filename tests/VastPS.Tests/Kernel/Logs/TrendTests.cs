using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class TrendTests
{
    [Theory]
    [InlineData(VastTrend.Falls, "10 9 8 7 6 5")]
    [InlineData(VastTrend.Rises, "1 2 3 4 5")]
    [InlineData(VastTrend.Flat, "5 5 5 5 5 5")]
    [InlineData(VastTrend.Flat, "100 99.9 99.8 99.7 99.6")] // under 1 %
    [InlineData(VastTrend.Flat, "5 4 6 4 6 5 4.5 6 4 4.4")] // within the noise
    [InlineData(VastTrend.Falls, "10 9 800 7 6 5 4 3 2 1")] // one outlier
    [InlineData(VastTrend.Falls, "10 nan 9 8 inf 7 6")]
    public void The_verdict_is_beyond_the_noise(VastTrend expected, string values) =>
        Assert.Equal(expected, Trend.Of(Features.Runs.Logs.Of("loss", values).Select(m => m.Value))!.Verdict);

    [Fact]
    public void Few_values_have_no_trend() => Assert.Null(Trend.Of([4, 3, 2, 1]));

    [Fact]
    public void The_slope_is_per_value_also_of_long_series()
    {
        Trend trend = Trend.Of(Enumerable.Range(0, 30_000).Select(i => 100 - (0.001 * i)))!;
        Assert.Equal(-0.001, trend.Slope, 5);
        Assert.Equal(VastTrend.Falls, trend.Verdict);
    }
}
