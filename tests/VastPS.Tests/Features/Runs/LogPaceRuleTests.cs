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
