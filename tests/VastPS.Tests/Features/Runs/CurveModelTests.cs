using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

public sealed class CurveModelTests
{
    // A small picture is checked dot by dot.
    [Theory]
    [InlineData(
        "1 0",
        3,
        """
           1 ┤⠉⠑⠒⠢⠤⢄⣀⡀
             │       ⠈⠉⠉⠒⠒⠤⠤⣀⣀⡀
           0 ┤                ⠈⠉⠑⠒⠢⠤⢄⣀
             └┬──────────────────────┬
        step  1                      2
        """)]
    [InlineData(
        "0 1 0 1",
        3,
        """
           1 ┤     ⢀⡠⠒⠑⠢⡀          ⣀⠔⠊
             │   ⡠⠒⠁    ⠈⠑⢄⡀    ⢀⠔⠊
           0 ┤⡠⠔⠉          ⠈⠢⢄⠤⠊⠁
             └┬──────────────────────┬
        step  1                      4
        """)]
    [InlineData(
        "4 2 1 nan 0.5 inf 0.25",
        4,
        """
           4 ┤⠑⢄
             │  ⠑⢄
             │    ⠉⠢⠤⡀
        0.25 ┤       ⠈⠁      ⠠       ⢀
             └┬───────────N──────∞───┬
        step  1                      7
        N NaN at step 4
        ∞ infinite at step 6
        """)]
    [InlineData(
        "nan nan",
        3,
        """
             │
             │
             │
             └N──────────────────────N
        step  1                      2
        N NaN at step 1, the first of…
        """)]
    [InlineData(
        "2.5",
        3,
        """
             │
         2.5 ┤            ⠂
             │
             └────────────┬───────────
        step              1
        """)]
    [InlineData(
        "1000001 1000002",
        3,
        """
        1.000002M ┤             ⣀⡠⠤⠒⠒⠉
                  │      ⣀⣀⠤⠔⠒⠉⠉
        1.000001M ┤⣀⠤⠤⠒⠊⠉
                  └┬─────────────────┬
             step  1                 2
        """)]
    [InlineData(
        "-1e308 1e308",
        3,
        """
         1e+308 ┤              ⣀⣀⠤⠤⠒⠒⠉
                │       ⣀⡠⠤⠔⠒⠊⠉
        -1e+308 ┤⣀⠤⠤⠒⠒⠉⠉
                └┬───────────────────┬
           step  1                   2
        """)]
    public void A_picture_is_drawn_dot_by_dot(string values, int height, string expected) => Assert.Equal(
        expected,
        string.Join('\n', CurveModel.Draw(Curve.Of("x", "", Logs.Of("x", values)), CurveModel.LeastWidth, height).Skip(1)));

    [Theory]
    [InlineData(30, 3)]
    [InlineData(80, 12)]
    [InlineData(237, 40)]
    public void No_line_is_wider_than_the_window_and_none_is_missing(int width, int height)
    {
        var curve = new Curve(
            new string('t', 300), "step", [.. Enumerable.Range(0, 5000).Select(i => ((double)i * 977, Math.Sin(i * 0.01) * 1e9))]);
        IReadOnlyList<string> lines = CurveModel.Draw(curve, width, height);
        Assert.Equal(height + 3, lines.Count);
        Assert.All(lines, l => Assert.InRange(l.Length, 1, width));
        Assert.Equal(width, lines[0].Length);
        Assert.Equal(width, lines[height + 1].Length);
        Assert.All(lines.Skip(1).Take(height), l => Assert.Contains(l, c => c is >= '\u2801' and <= '\u28ff'));
        Assert.StartsWith("1G ┤", lines[1].TrimStart(), StringComparison.Ordinal);
        Assert.EndsWith("4.88M", lines[height + 2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_step_is_named_as_it_is()
    {
        var curve = new Curve("", "step", [.. Enumerable.Range(1, 2999).Select(i => ((double)i, 1.0 / i))]);
        Assert.EndsWith(" 2999", CurveModel.Draw(curve, 79, 6)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss", "avr_loss", "run: loss, logged as avr_loss, 2 values, the last 1 at step 2")]
    [InlineData("tokens_per_second", "tps", "run: tokens_per_second (tokens/s), logged as tps, 2 values, the last 1 at step 2")]
    [InlineData("step_time", "elapsed_time_per_iteration_(ms)", "run: step_time (ms), logged as elapsed_time_per_iteration_(ms), 2 values, the last 1 at step 2")]
    [InlineData(null, "perf/max_memory_allocated_gb", "run: perf/max_memory_allocated_gb (GB), 2 values, the last 1 at step 2")]
    public void The_title_says_what_it_is_with_its_unit(string? common, string name, string expected)
    {
        VastMetric[] series = [.. Logs.Of(name, "2 1").Select(m => new VastMetric
        {
            Name = m.Name, CommonName = common, Value = m.Value, Step = m.Step,
        })];
        Assert.Equal(expected, Curve.Of(common ?? name, "run", series).Title);
    }

    [Fact]
    public void Steps_that_begin_anew_or_are_not_named_are_counted_by_their_values()
    {
        IReadOnlyList<VastMetric> twice = [.. Logs.Of("loss", "3 2"), .. Logs.Of("loss", "1")];
        Assert.Equal(("value", 3.0), (Curve.Of("loss", "", twice).Along, Curve.Of("loss", "", twice).Points[^1].At));
        VastMetric[] unnamed = [new() { Name = "loss", Value = 1 }, new() { Name = "loss", Value = 2, Step = 9 }];
        Assert.Equal(("value", 2.0), (Curve.Of("loss", "", unnamed).Along, Curve.Of("loss", "", unnamed).Points[^1].At));
        Assert.Equal("step", Curve.Of("loss", "", Logs.Of("loss", "1 2")).Along);
    }

    [Fact]
    public void Loss_and_reward_are_drawn_where_nothing_is_named_and_all_of_a_log_that_has_neither()
    {
        VastMetric[] log =
        [
            new() { Name = "avr_loss", CommonName = "loss", Value = 1 }, new() { Name = "lr", CommonName = "learning_rate", Value = 2 },
            new() { Name = "rm", CommonName = "reward", Value = 3 }, new() { Name = "zeal", Value = 4 },
        ];
        Assert.Equal("loss reward", Drawn(log));
        Assert.Equal("learning_rate zeal", Drawn([log[1], log[3]]));
        Assert.Equal("reward zeal", Drawn(log, m => m.Value > 2));
        Assert.Equal("", Drawn(log, m => m.Value > 9));
    }

    private static string Drawn(IReadOnlyList<VastMetric> metrics, params Func<VastMetric, bool>[] wanted) =>
        string.Join(' ', CurvePlan.Curves("", metrics, wanted).Select(c => c.Title.Split(',')[0]));
}
