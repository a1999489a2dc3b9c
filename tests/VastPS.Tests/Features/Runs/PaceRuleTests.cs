using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>Measured against estimated, at both sides of each threshold (rows T1, T2 and T3 of the table of contradictions).</summary>
public sealed class PaceRuleTests
{
    // 1000 steps of 1 s and 200 s beside them; at worst 1.6 s a step.
    private static readonly RunPace s_assumed = new()
    {
        StepTime = TimeSpan.FromSeconds(1),
        WorstStepTime = TimeSpan.FromSeconds(1.6),
        RunTime = TimeSpan.FromSeconds(1200),
        WorstRunTime = TimeSpan.FromSeconds(2000),
        Steps = 1000,
    };

    [Theory]
    [InlineData(1.0, VastPaceVerdict.Ok)]
    [InlineData(1.3, VastPaceVerdict.Ok)]
    [InlineData(1.31, VastPaceVerdict.Replan)]
    [InlineData(1.55, VastPaceVerdict.Replan)] // more than 1.5 times, but within the pessimistic step
    [InlineData(1.61, VastPaceVerdict.Contradicted)]
    [InlineData(0.6, VastPaceVerdict.Ok)]
    [InlineData(0.59, VastPaceVerdict.Replan)]
    [InlineData(0.39, VastPaceVerdict.Contradicted)]
    public void A_step_time_has_its_verdict(double seconds, VastPaceVerdict verdict)
    {
        PaceFinding finding = PaceRule.Judge(s_assumed, TimeSpan.FromSeconds(seconds))!;
        Assert.Equal(verdict, finding.Verdict);
        Assert.Equal(seconds, finding.Ratio, 6);
        Assert.Equal(200 + (1000 * seconds), finding.Projected!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void A_whole_that_takes_longer_than_at_worst_contradicts_whatever_the_step()
    {
        PaceFinding finding = PaceRule.Judge(s_assumed with { WorstRunTime = TimeSpan.FromSeconds(1300) }, TimeSpan.FromSeconds(1.2))!;
        Assert.Equal(VastPaceVerdict.Contradicted, finding.Verdict);
        Assert.Contains("23m 20s instead of 20m, at worst 21m 40s", finding.Why, StringComparison.Ordinal);
    }

    // 1.3 times 1200 s are 1560 s: a step of 1.36 s at a run of 200 s beside it.
    [Theory]
    [InlineData(0, VastPaceVerdict.Ok)]
    [InlineData(1, VastPaceVerdict.Replan)]
    public void A_whole_that_takes_a_third_longer_is_planned_anew(int more, VastPaceVerdict verdict) => Assert.Equal(
        verdict,
        PaceRule.Judge(
            s_assumed with { StepTime = TimeSpan.FromSeconds(1.2), WorstStepTime = null },
            TimeSpan.FromSeconds(1.2) + TimeSpan.FromMilliseconds(360 + more))!.Verdict);

    [Theory]
    [InlineData(1.5, 1.4, false)] // not beyond
    [InlineData(1.51, 1.4, true)]
    [InlineData(1.51, 1.51, false)] // the pessimistic step says so
    [InlineData(1.51, null, true)]
    public void A_step_is_too_slow_beyond_half_as_much_again_and_beyond_the_worst(double seconds, double? worst, bool isTooSlow) =>
        Assert.Equal(isTooSlow, PaceRule.OfStep(
            s_assumed with { WorstStepTime = worst is { } w ? TimeSpan.FromSeconds(w) : null },
            TimeSpan.FromSeconds(seconds),
            Thresholds.Default) == VastPaceVerdict.Contradicted);

    [Fact]
    public void A_step_that_takes_no_time_is_no_estimate() =>
        Assert.Null(PaceRule.Judge(s_assumed with { StepTime = TimeSpan.Zero }, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Without_an_assumed_step_there_is_nothing_to_compare() =>
        Assert.Null(PaceRule.Judge(new RunPace { RunTime = TimeSpan.FromHours(1) }, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Without_the_whole_only_the_step_is_compared()
    {
        PaceFinding finding = PaceRule.Judge(new RunPace { StepTime = TimeSpan.FromSeconds(1) }, TimeSpan.FromSeconds(1.51))!;
        Assert.Equal((VastPaceVerdict.Contradicted, null), (finding.Verdict, finding.Projected));
    }
}
