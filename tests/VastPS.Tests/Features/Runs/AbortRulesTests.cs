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
        { "grad_norm", [1, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity], Reinforcement, "grad_norm is not a finite number" },
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
        { "reward", [.. Enumerable.Repeat(0.0, 30), 0.1], Reinforcement, null },
        { "reward", [.. Enumerable.Range(0, 30).Select(i => -30.0 + i)], Reinforcement, null }, // negative by nature, and rising
        { "reward", [.. Enumerable.Repeat(0.0, 30)], Supervised, null },
        { "reward_std", [.. Enumerable.Repeat(0.0, 30)], Reinforcement, "all answers get the same reward" },
        { "frac_reward_zero_std", [.. Enumerable.Repeat(1.0, 30)], Reinforcement, "all answers get the same reward" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_series_ends_a_run_or_does_not(string name, double[] values, VastTrainingKind kind, string? why)
    {
        VastMetric[] metrics = [.. values.Select((v, i) => new VastMetric { Name = name, Value = v, Step = i + 1, Line = $"line {i + 1}" })];
        string? said = AbortRules.Judge(metrics, kind);
        Assert.Equal(why is null, said is null);
        Assert.True(said is null || (said.Contains(why!, StringComparison.Ordinal) && said.EndsWith($": line {values.Length}", StringComparison.Ordinal)), said);
    }

    [Fact]
    public void A_log_with_rewards_is_taken_for_learning_from_them()
    {
        VastMetric[] metrics = [.. Enumerable.Range(1, 9).SelectMany(i => new[] { new VastMetric { Name = "loss", Value = 0, Step = i }, new VastMetric { Name = "reward", Value = 1, Step = i } })];
        Assert.Null(AbortRules.Judge(metrics, Any));
        Assert.NotNull(AbortRules.Judge(metrics, Supervised));
    }
}
