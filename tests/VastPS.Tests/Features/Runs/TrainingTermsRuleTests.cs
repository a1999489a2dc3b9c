using System.Globalization;
using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>What a log tells of the terms of the table, by values whose answer is known.</summary>
public sealed class TrainingTermsRuleTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Step_times_are_spread_and_drift()
    {
        Assert.Equal(1, Of(Times(40, _ => 10), "StepSpread")!.Value, 6);
        Assert.Equal(4, Of(Times(40, i => i % 10 == 0 ? 40 : 10), "StepSpread")!.Value, 6);
        Assert.Equal(1.5, Of(Times(65, i => i < 40 ? 10 : 15), "StepDrift")!.Value, 6);
        Assert.Null(Of(Times(12, _ => 10), "StepSpread"));
        Assert.Null(Of(Times(40, _ => 1), "StepSpread")); // whole seconds tell nothing of a second
    }

    [Theory]
    [InlineData(100, 10, 100.0)]
    [InlineData(4, 20, 2.0)]
    [InlineData(4, 9, null)]
    public void Steps_are_counted_in_ten_minutes(int steps, int minutes, double? expected) => Assert.Equal(
        expected,
        Of([.. Enumerable.Range(0, steps + 1).Select(i => Value("loss", i, 2))], "StepsDone", minutes)?.Value);

    [Fact]
    public void Memory_that_grows_is_a_leak_where_it_goes_on()
    {
        TrainingTerm leak = Of(Series("memory", i => 10 + (0.1 * i), 20), "VramGrowth")!;
        Assert.Equal((14, true), (Math.Round(leak.Value), leak.IsCertain));
        Assert.False(Of(Series("memory", i => i < 10 ? 10 : 11, 20), "VramGrowth")!.IsCertain);
    }

    [Fact]
    public void Losses_fall_rise_and_begin()
    {
        Assert.InRange(Of(Series("loss", i => 3 - (0.02 * i), 80), "LossFalls")!.Value, 99, 100);
        Assert.InRange(Of(Series("loss", i => 2 + (0.1 * (i % 2)), 80), "LossFalls")!.Value, 30, 70);
        TrainingTerm rise = Of(Series("loss", i => 2 + (0.05 * i), 80), "LossRise")!;
        Assert.True(rise is { Value: > 1.5, IsCertain: true }, $"{rise}");
        Assert.False(Of(Series("loss", i => 2 + (i % 2) + (0.005 * i), 80), "LossRise")!.IsCertain);
        Assert.Null(Of(Series("loss", i => 3, 40), "LossFalls"));
        TrainingTerm least = Of(Series("loss", i => i == 7 ? 0 : 2, 20), "LeastLoss")!;
        Assert.Equal((0, true), (least.Value, least.IsCertain));
        Assert.False(Of(Series("loss", i => i < 10 ? 0.01 : 0, 20), "LeastLoss")!.IsCertain); // rounded
        Assert.Null(Of(Series("loss", i => 3, 40), "FirstLoss")); // whoever begins from nothing begins with the loss of chance
        Assert.Null(Of([.. Series("loss", i => 3, 80), .. Series("reward", i => 1, 80)], "LossFalls"));
    }

    [Fact]
    public void Norms_rates_and_rewards_are_held_against_themselves()
    {
        Assert.Equal(50, Of(Series("grad_norm", i => i < 37 ? 1 : 50, 40), "GradNorm")!.Value);
        Assert.Equal(0, Of(Series("grad_norm", _ => 0, 40), "GradNorm")!.Value);
        Assert.Equal(100, Of(Series("learning_rate", _ => 0, 40), "LearningRateZero")!.Value);
        Assert.Equal(0, Of(Series("learning_rate", i => i is 0 or 39 ? 0 : 1e-4, 40), "LearningRateZero")!.Value);
        Assert.Equal(100, Of(Series("frac_reward_zero_std", _ => 1, 30), "RewardSame")!.Value);
        Assert.Equal(75, Of(Series("completions/clipped_ratio", _ => 0.75, 3), "Truncated")!.Value);
        Assert.Equal(2.5, Of(Series("completions/mean_length", i => i < 20 ? 100 : 250, 21), "CompletionLength")!.Value);
        Assert.Equal(80, Of([.. Series("timing_s/gen", _ => 8, 3), .. Series("timing_s/step", _ => 10, 3)], "GenerationShare")!.Value);
        Assert.Equal(3, Of(Series("num_alloc_retries", i => i, 4), "AllocRetries")!.Value);
    }

    [Fact]
    public void A_training_that_begins_anew_is_counted_and_ranks_that_are_apart_are_not()
    {
        VastMetric[] Steps(params long[] steps) => [.. steps.Select(s => Value("loss", s, 2))];
        Assert.Equal(2, Of(Steps(1, 5, 9, 1, 5, 9, 1), "Restarts")!.Value);
        Assert.Null(Of(Steps(10, 11, 10, 11, 12, 11), "Restarts"));
    }

    private static TrainingTerm? Of(IReadOnlyList<VastMetric> metrics, string term, int minutes = 5) => TrainingTermsRule
        .Measure(metrics, TimeSpan.FromMinutes(minutes), VastTrainingKind.Any, null).SingleOrDefault(t => t.Term == term);

    private static VastMetric[] Series(string name, Func<int, double> value, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Value(name, i + 1, value(i)))];

    private static VastMetric[] Times(int count, Func<int, double> seconds)
    {
        DateTimeOffset at = s_start;
        return
        [
            .. Enumerable.Range(0, count).Select(i => new VastMetric
            {
                Name = "loss", Step = i + 1, Value = 2, Time = at += TimeSpan.FromSeconds(seconds(i)),
            }),
        ];
    }

    private static VastMetric Value(string name, long step, double value) => new()
    {
        Name = name, CommonName = name, Step = step, Value = value, Line = string.Create(CultureInfo.InvariantCulture, $"{name} {value}"),
    };
}
