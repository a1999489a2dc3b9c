using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>
/// The rules that end the watching of a run gone wrong without anybody naming one. They look at where the run is now:
/// what went by is over. More patient than a smoke test, because a run that is ended has cost more.
/// </summary>
internal static class AbortRules
{
    // One loss that is not finite may be a step that a gradient scaler skips.
    private const int InARow = 3;
    private const double DivergedFactor = 1.5;

    // Both ends of a trend are then medians of five values or more.
    private const int LeastLosses = 25;
    private const double ExplodedFactor = 100;

    // A policy may earn nothing for a while.
    private const int RewardsInARow = 30;

    /// <summary>Why the run has gone wrong, with the line that shows it; null where it has not.</summary>
    public static string? Judge(IReadOnlyList<VastMetric> metrics, VastTrainingKind kind)
    {
        IReadOnlyList<VastMetric> losses = MetricNames.Series(metrics, MetricNames.Loss);
        IReadOnlyList<VastMetric> rewards = MetricNames.Series(metrics, MetricNames.Reward);
        IReadOnlyList<VastMetric> norms = MetricNames.Series(metrics, MetricNames.GradNorm);
        bool isByReward = kind == VastTrainingKind.Reinforcement || (kind == VastTrainingKind.Any && rewards.Count > 0);
        return NotFinite(losses) ?? NotFinite(rewards) ?? NotFinite(norms)
            ?? (isByReward ? null : HiddenNaN(losses))
            ?? kind switch
            {
                VastTrainingKind.Supervised => Diverged(losses) ?? Exploded(norms),
                VastTrainingKind.Reinforcement => NoReward(rewards) ?? SameReward(metrics),
                _ => null,
            };
    }

    private static string? NotFinite(IReadOnlyList<VastMetric> series) =>
        Last(series, InARow, v => !double.IsFinite(v)) is { } bad ? $"{bad.Name} is not a finite number {InARow} times in a row: {bad.Line}" : null;

    private static string? HiddenNaN(IReadOnlyList<VastMetric> losses) =>
        Last(losses, InARow, v => v == 0) is { } bad ? $"the loss is exactly 0 {InARow} times in a row, which is how frameworks show a NaN: {bad.Line}" : null;

    private static string? Diverged(IReadOnlyList<VastMetric> losses) =>
        losses.Count >= LeastLosses && Trend.Of(losses.Select(m => m.Value)) is { First: > 0 } trend && trend.Last > trend.First * DivergedFactor
            ? FormattableString.Invariant($"the loss diverges, from {trend.First:0.####} to {trend.Last:0.####}: {losses[^1].Line}")
            : null;

    private static string? Exploded(IReadOnlyList<VastMetric> norms)
    {
        if (norms.Count < LeastLosses)
        {
            return null;
        }

        double limit = ExplodedFactor * Trend.Median(norms.Take(norms.Count - InARow).Select(m => m.Value));
        return limit > 0 && Last(norms, InARow, v => v > limit) is { } bad
            ? FormattableString.Invariant($"the gradient norm is above {ExplodedFactor:0} times its median {InARow} times in a row: {bad.Line}")
            : null;
    }

    // Where rewards are negative by nature, they rise.
    private static string? NoReward(IReadOnlyList<VastMetric> rewards) =>
        Last(rewards, RewardsInARow, v => v <= 0) is { } bad && Trend.Of(rewards.TakeLast(RewardsInARow).Select(m => m.Value))?.Verdict != VastTrend.Rises
            ? $"no reward is above 0 {RewardsInARow} times in a row, and they do not rise: {bad.Line}"
            : null;

    private static string? SameReward(IReadOnlyList<VastMetric> metrics) =>
        (Last(MetricNames.Series(metrics, "reward_std"), RewardsInARow, v => v == 0)
            ?? Last(MetricNames.Series(metrics, "frac_reward_zero_std"), RewardsInARow, v => v >= 1)) is { } bad
            ? $"all answers get the same reward {RewardsInARow} times in a row, so there is no gradient: {bad.Line}"
            : null;

    /// <summary>The last value where the last so many are all bad; null where not.</summary>
    private static VastMetric? Last(IReadOnlyList<VastMetric> series, int count, Func<double, bool> isBad) =>
        series.Count >= count && series.TakeLast(count).All(m => isBad(m.Value)) ? series[^1] : null;
}
