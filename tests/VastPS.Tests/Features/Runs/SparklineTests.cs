using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

public sealed class SparklineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("5", "▄")]
    [InlineData("5 5 5", "▄▄▄")]
    [InlineData("0 7 3", "▁█▄")]
    [InlineData("8 7 6 5 4 3 2 1", "█▇▆▅▄▃▂▁")]
    [InlineData("-1 nan 1 inf -inf", "▁N█∞∞")]
    [InlineData("1.7e308 -1.7e308", "█▁")]
    [InlineData("nan", "N")]
    public void A_value_is_a_cell(string values, string expected) => Assert.Equal(expected, Of(values).ToString());

    [Fact]
    public void A_thousand_values_still_fit_and_a_mark_stays()
    {
        var line = new Sparkline();
        for (int i = 0; i < 1000; i++)
        {
            line.Add(i == 100 ? double.NaN : i < 500 ? 1 : 0);
        }

        // 64 values a cell, the last one not full.
        Assert.Equal("█N█████▇▁▁▁▁▁▁▁▁", line.ToString());
    }

    [Fact]
    public void Each_name_has_a_curve_of_its_own_and_the_metric_stays_what_it_is()
    {
        var curves = new Sparklines();
        VastMetric[] shown = [.. Logs.Of("loss", "2 1").Concat(Logs.Of("reward", "1")).Concat(Logs.Of("loss", "0")).Select(curves.With)];
        Assert.Equal(["▄", "█▁", "▄", "█▅▁"], shown.Select(m => m.Sparkline));
        Assert.Equal(
            (1, "reward", 1.0, "step 1 reward 1"), ((int)shown[2].Step!, shown[2].Name, shown[2].Value, shown[2].Line));
    }

    private static Sparkline Of(string values)
    {
        var line = new Sparkline();
        foreach (VastMetric metric in Logs.Of("x", values))
        {
            line.Add(metric.Value);
        }

        return line;
    }
}
