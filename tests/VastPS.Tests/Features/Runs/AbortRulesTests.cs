using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>The rules that hold without being named: what ends a run, and what must not.</summary>
public sealed class AbortRulesTests
{
    private const VastTrainingKind Any = VastTrainingKind.Any;
    private const VastTrainingKind Supervised = VastTrainingKind.Supervised;
    private const VastTrainingKind Reinforcement = VastTrainingKind.Reinforcement;

    private static readonly double[] s_falling = [.. Enumerable.Range(0, 40).Select(i => 10 - (0.2 * i))];

    public static TheoryData<string, double[], VastTrainingKind, string?> Rows => new()
    {
        { "loss", s_falling, Supervised, null },
        { "loss", [2, 1, double.NaN, double.NaN, double.NaN], Any, "loss is not a finite number" },
        { "loss", [2, double.NaN, double.NaN, 1], Any, null }, // it went by: a scaler skips steps
        { "avr_loss", [2, 1, double.NaN, double.NaN, double.NaN], Any, "avr_loss is not a finite number" },
        { "critic/vf_loss", [2, 1, double.NaN, double.NaN, double.NaN], Reinforcement, "critic/vf_loss is not a finite number" },
        // a scaler looks for its scale
        { "grad_norm", [1, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity], Reinforcement, null },
        { "grad_norm", [.. Enumerable.Repeat(double.NaN, 20), 1, 1, 1], Supervised, null },
        { "grad_norm", [.. Enumerable.Repeat(double.NaN, 39)], Supervised, null },
        { "grad_norm", [.. Enumerable.Repeat(double.NaN, 40)], Supervised, "grad_norm is not a finite number" }, // for ever
        { "grad_norm", [.. Enumerable.Repeat(1.0, 60), .. Enumerable.Repeat(double.PositiveInfinity, 3)], Supervised, null },
        { "loss", [0.004, 0.002, 0.001, 0.001, 0, 0.001, 0, 0, 0], Supervised, null }, // rounded
        { "loss", [0, 0, 0], Supervised, "exactly 0" },
        // noise
        { "loss", [
            12.7, 3.1, 28.4, 9.9, 1.2, 44.0, 17.3, 6.6, 21.9, 2.4, 35.1, 14.8, 8.3, 1.9, 26.0, 11.1, 50.9, 4.4, 19.4, 7.7, 31.2, 2.8, 46.1,
            40.3, 5.2, 43.9, 32.7, 31.5
        ], Supervised, null },
        { "loss", [.. Enumerable.Range(0, 30).Select(i => 3 + (0.3 * i))], Supervised, "the loss diverges" },
        { "loss", [1, 0, 0, 0], Any, "exactly 0" },
        { "loss", [1, 0, 0, 0], Supervised, "exactly 0" },
        { "loss", [1, 0, 0, 0], Reinforcement, null }, // there the loss says nothing
        { "loss", [.. s_falling, .. Enumerable.Repeat(16.0, 12)], Supervised, "the loss diverges" },
        { "loss", [.. s_falling, .. Enumerable.Repeat(16.0, 12)], Any, null },
        { "loss", [.. s_falling, 90, 90], Supervised, null }, // a spike is no trend
        { "loss", [2, 2, 2, 9, 9], Supervised, null }, // too few
        { "grad_norm", [.. Enumerable.Repeat(1.0, 30), 150, 150, 150], Supervised, "gradient norm is above 100 times" },
        { "grad_norm", [.. Enumerable.Repeat(1.0, 30), 150, 150, 1], Supervised, null },
        { "reward", [.. Enumerable.Repeat(0.0, 30)], Reinforcement, "no reward is above 0" },
        { "reward", [.. Enumerable.Repeat(0.0, 29)], Reinforcement, null },
        // negative by nature, with some spread
        { "reward", [.. Enumerable.Range(0, 60).Select(i => -10.0 + (i % 7))], Reinforcement, null },
        { "reward", [.. Enumerable.Repeat(-1.0, 30)], Reinforcement, "no reward is above 0" }, // the same penalty for everything
        { "reward", [.. Enumerable.Range(0, 60).Select(i => 5 - (0.2 * i))], Reinforcement, "the reward gets worse" },
        { "reward", [.. Enumerable.Range(0, 60).Select(i => 5 - (0.01 * i) + (i % 5))], Reinforcement, null }, // hardly
        { "reward", [.. Enumerable.Repeat(0.0, 30), 0.1], Reinforcement, null },
        { "reward", [.. Enumerable.Range(0, 30).Select(i => -30.0 + i)], Reinforcement, null }, // negative by nature, and rising
        { "reward", [.. Enumerable.Repeat(0.0, 30)], Supervised, null },
        { "reward_std", [.. Enumerable.Repeat(0.0, 30)], Reinforcement, "all answers get the same reward" },
        { "loss", [.. Enumerable.Range(0, 25).Select(i => 3 + (0.3 * i))], Supervised, "the loss diverges" }, // just enough of them
        { "loss", [.. Enumerable.Range(0, 24).Select(i => 3 + (0.3 * i))], Supervised, null },
        { "loss", [.. Enumerable.Range(0, 30).Select(i => -3 + (0.3 * i))], Supervised, null }, // below 0 no factor means anything
        { "loss", [double.NaN, double.NaN, 1, double.NaN, double.NaN], Any, null },
        { "loss", [1, double.NaN, double.NaN], Any, null },
        { "val_loss", [1, double.NaN, double.NaN, double.NaN], Any, "val_loss is not a finite number 3 times" },
        { "reward", [1, double.NaN, double.NaN, double.NaN], Reinforcement, "reward is not a finite number" },
        { "reward", [1, double.NaN, double.NaN], Reinforcement, null },
        { "grad_norm", [.. Enumerable.Repeat(1.0, 22), 150, 150, 150], Supervised, "gradient norm is above 100 times" },
        { "grad_norm", [.. Enumerable.Repeat(1.0, 21), 150, 150, 150], Supervised, null }, // too few to know what is usual
        { "grad_norm", [.. Enumerable.Repeat(1.0, 30), 100, 100, 100], Supervised, null }, // not above it
        { "grad_norm", [.. Enumerable.Repeat(0.0, 30), 1, 1, 1], Supervised, null }, // nothing is usual
        { "reward", [.. Enumerable.Repeat(-1.0, 29), -2], Reinforcement, null }, // they differ
        { "reward", [.. Enumerable.Range(0, 50).Select(i => 5 - (0.2 * i))], Reinforcement, "the reward gets worse" },
        { "reward", [.. Enumerable.Range(0, 49).Select(i => 5 - (0.2 * i))], Reinforcement, null },
        { "reward_std", [.. Enumerable.Repeat(0.0, 29)], Reinforcement, null },
        { "reward_std", [.. Enumerable.Repeat(0.1, 30)], Reinforcement, null },
        { "frac_reward_zero_std", [.. Enumerable.Repeat(0.9, 30)], Reinforcement, null },
        { "frac_reward_zero_std", [.. Enumerable.Repeat(1.0, 30)], Reinforcement, "all answers get the same reward" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_series_ends_a_run_or_does_not(string name, double[] values, VastTrainingKind kind, string? why)
    {
        VastMetric[] metrics =
            [.. values.Select((v, i) => new VastMetric { Name = name, Value = v, Step = i + 1, Line = $"line {i + 1}" })];
        string? said = AbortRules.Judge(metrics, kind)?.Why;
        Assert.Equal(why is null, said is null);
        Assert.True(said is null
            || (said.Contains(why!, StringComparison.Ordinal) && said.EndsWith($": line {values.Length}", StringComparison.Ordinal)), said);
    }

    [Theory]
    [InlineData("loss", 20, true)]
    [InlineData("loss", 19, false)]
    [InlineData("critic/vf_loss", 20, true)]
    [InlineData("val_loss", 40, false)] // a validation set may be empty
    [InlineData("eval/loss", 40, false)]
    public void A_training_is_lost_where_its_own_loss_is_no_number_for_long_enough(string name, int count, bool isLost)
    {
        VastMetric[] metrics = [.. Enumerable.Range(1, count).Select(i => new VastMetric { Name = name, Value = double.NaN, Step = i })];
        Contradiction wrong = AbortRules.Judge(metrics, Any)!;
        Assert.Equal((isLost, count), (wrong.IsLost, wrong.NaNs));
    }

    [Theory]
    [InlineData(1.5, 0.8, true)] // out of the blue
    [InlineData(0.001, 0.8, false)]
    [InlineData(0.001, 0, true)]
    [InlineData(0.001, double.NaN, true)]
    [InlineData(0, 0.8, false)] // from the beginning, with a gradient
    [InlineData(0, 0, true)]
    public void An_exact_zero_hides_a_NaN_where_nothing_explains_it(double before, double norm, bool isHidden)
    {
        VastMetric[] metrics = [.. Enumerable.Range(1, 8).SelectMany(i => new[]
        {
            new VastMetric { Name = "loss", Value = i < 5 ? before : 0, Step = i },
            new VastMetric { Name = "grad_norm", Value = norm, Step = i },
        })];
        Assert.Equal(isHidden, AbortRules.Judge(metrics, Supervised) is not null);
    }

    [Fact]
    public void A_log_with_rewards_is_taken_for_learning_from_them()
    {
        VastMetric[] metrics = [.. Enumerable.Range(1, 9).SelectMany(
            i => new[] { new VastMetric { Name = "loss", Value = 0, Step = i }, new VastMetric { Name = "reward", Value = 1, Step = i } })];
        Assert.Null(AbortRules.Judge(metrics, Any));
        Assert.NotNull(AbortRules.Judge(metrics, Supervised));
    }
}
