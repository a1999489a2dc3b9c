using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>The time of a step from what two looks and the lines of a log tell.</summary>
public sealed class LogPaceRuleTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Steps_between_two_looks_come_first()
    {
        MeasuredStep step = Measure([At(5, null), At(25, null)], first: 5, between: 10)!;
        Assert.Equal((0.5, false), (step.Time.TotalSeconds, step.IsAtMost));

        // Of the step under way nobody knows whether it had just begun.
        Assert.Equal(10 / 21.0, step.AtLeast.TotalSeconds, 1e-6);
        Assert.Equal("20 steps in 10s", step.How);
        Assert.Null(Measure([At(5, null), At(9, null)], first: 0, between: 10));
        Assert.Equal(1.0, Measure([At(5, null), At(15, null)], first: 5, between: 10)!.Time.TotalSeconds);
    }

    // The quartile less three standard errors, each window taken to be off by 15 percent at least.
    [Theory]
    [InlineData("1 1 1 1", 0.693415)]
    [InlineData("1 1.1 0.9 1 1.2 1 0.8 1 1.1", 0.79561)]
    [InlineData("5 1 9 1 3 7", 0)]
    [InlineData("2", 0.77366)]
    [InlineData("10 14 10 14 10 14 10 14 10 14 10 14 10 14 10 14", 6.96973)]
    public void A_step_takes_at_least_what_the_noise_of_its_windows_leaves(string windows, double seconds) => Assert.Equal(
        seconds,
        LogPaceRule.AtLeast([.. windows.Split(' ').Select(w => TimeSpan.FromSeconds(double.Parse(
            w, System.Globalization.CultureInfo.InvariantCulture)))]).TotalSeconds,
        1e-4);

    // The first tenth is warm-up, five steps at least; ten steps and half a minute must be left.
    [Theory]
    [InlineData(16, 1, 3.0, true)]
    [InlineData(15, 1, 3.0, true)]
    [InlineData(14, 1, 3.0, false)] // nine steps after the warm-up
    [InlineData(20, 1, 1.9, false)] // 28.5 s
    [InlineData(20, 1, 2.2, true)]
    [InlineData(40, 13, 4.0, true)]
    [InlineData(40, 39, 4.0, false)] // two lines, and one of them in the warm-up
    [InlineData(100, 7, 1.5, true)]
    public void The_times_of_the_lines_tell_where_enough_of_them_are_left(int last, int every, double each, bool isTold)
    {
        VastMetric[] lines = [.. Enumerable.Range(0, (last / every) + 1).Select(i => At(i * every, i * every * each))];
        MeasuredStep? step = LogPaceRule.Measure(lines, last, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1000));
        Assert.Equal(isTold, step is { IsAtMost: false });
        Assert.True(!isTold || Math.Abs(step!.Time.TotalSeconds - each) < 1e-6, step?.ToString());
    }

    [Fact]
    public void Where_too_few_passed_the_times_of_the_lines_tell()
    {
        // 3 s a step, records every 5 steps, the first ones slow, and one pause of ten minutes.
        VastMetric[] lines = [.. Enumerable.Range(0, 40).Select(i => At(i * 5, (i * 15) + (i > 1 ? 90 : 0) + (i > 20 ? 600 : 0)))];
        MeasuredStep step = Measure(lines, first: 190, between: 10)!;
        Assert.Equal((3.0, false), (step.Time.TotalSeconds, step.IsAtMost));
    }

    [Fact]
    public void A_training_that_began_anew_in_the_same_log_is_timed_alone()
    {
        VastMetric[] before = [.. Enumerable.Range(0, 40).Select(i => At(i, i))];
        VastMetric[] after = [.. Enumerable.Range(0, 40).Select(i => At(i, 1000 + (i * 4)))];
        Assert.Equal(4.0, Measure([.. before, .. after], first: 38, between: 10)!.Time.TotalSeconds);
    }

    [Fact]
    public void Without_times_the_whole_is_an_upper_bound()
    {
        MeasuredStep step = Measure([At(20, null)], first: 20, between: 10)!;
        Assert.Equal((5.0, true), (step.Time.TotalSeconds, step.IsAtMost));
    }

    [Fact]
    public void A_few_steps_say_nothing()
    {
        Assert.Null(Measure([At(1, null), At(9, null)], first: 1, between: 10));
        Assert.Null(Measure([], first: null, between: 10));
    }

    private static MeasuredStep? Measure(VastMetric[] metrics, long? first, double between) =>
        LogPaceRule.Measure(metrics, first, TimeSpan.FromSeconds(between), TimeSpan.FromSeconds(100));

    private static VastMetric At(long step, double? seconds) =>
        new() { Step = step, Name = "loss", Value = 1, Time = s_start + (seconds is { } s ? TimeSpan.FromSeconds(s) : null) };

    // tqdm draws no more often than every 0.1 s; a look ends anywhere in a bar, and may begin anywhere.
    [Fact]
    public void The_pace_of_a_bar_is_found_wherever_two_looks_cut_the_log()
    {
        const double Step = 0.024;
        var chance = new Random(24);
        var log = new System.Text.StringBuilder();
        var drawn = new List<(double At, int End)>();
        double now = 0;
        for (int step = 1; step <= 2000; step++)
        {
            now += Step * (0.8 + (0.4 * chance.NextDouble()));
            if (drawn.Count == 0 || now - drawn[^1].At >= 0.1)
            {
                log.Append(FormattableString.Invariant(
                    $"\rsteps: {step / 20}%|##  | {step}/2000 [00:01<00:40, 41.6it/s, avr_loss=0.5]"));
                drawn.Add((now, log.Length));
            }
        }

        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(log.ToString());
        int Written(double at) => Math.Min(bytes.Length, drawn.FindLast(d => d.At <= at).End + chance.Next(60));
        for (int cut = 0; cut < 300; cut++)
        {
            double first = 1 + (chance.NextDouble() * 35);
            double second = first + 5 + (chance.NextDouble() * 5);
            (int begin, int middle, int end) = (chance.Next(Written(first - 0.9)), Written(first), Written(second));
            var tail = new LogTail(1000);
            tail.Add(cut % 2 == 0 ? 0 : begin, bytes[(cut % 2 == 0 ? 0 : begin)..middle], isLast: false);
            long? before = LogPaceRule.Reached(tail.Metrics);
            tail.Add(middle, bytes[middle..end], isLast: false);
            TimeSpan between = TimeSpan.FromSeconds(second - first);
            double measured = LogPaceRule.Measure(tail.Metrics, before, between, TimeSpan.FromSeconds(second))!.Time.TotalSeconds;
            Assert.InRange(measured, Step * 0.9, Step * 1.1);
            Assert.InRange(measured * 2000, 48 * 0.85, 48 * 1.15);
        }
    }
}
