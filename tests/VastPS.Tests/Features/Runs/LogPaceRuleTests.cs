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
}
