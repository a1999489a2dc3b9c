using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>A rule that nobody typed and that speaks against a run.</summary>
/// <param name="Why">With the line that shows it.</param>
internal sealed record Contradiction(string Why)
{
    /// <summary>How often in a row, to the end, a loss was no number; 0 where it is about something else.</summary>
    public int NaNs { get; init; }

    /// <summary>True where the training cannot come back from it: its own loss is no number, for long enough.</summary>
    public bool IsLost { get; init; }
}

/// <summary>
/// The rules that end the watching of a run gone wrong without anybody naming one. They look at where the run is now:
/// what went by is over. More patient than a smoke test, because a run that is ended has cost more.
/// </summary>
internal static class AbortRules
{
    /// <summary>So many records of a loss that is no number, to the end, are beyond hope.</summary>
    public const int LostRecords = 20;

    // One loss that is not finite may be a step that a gradient scaler skips.
    private const int InARow = 3;

    // A scaler of mixed precision begins at 2^16 and more and halves at each step that it skips: after so many in a row
    // it is at the end, and before so many steps it may still look for its scale.
    private const int StartUpSteps = 20;
    private const double DivergedFactor = 1.5;
    private const double DivergedNoise = 3;

    // Both ends of a trend are then medians of five values or more.
    private const int LeastLosses = 25;
    private const double ExplodedFactor = 100;

    // A policy may earn nothing for a while.
    private const int RewardsInARow = 30;
    private const int LeastRewards = 50;
    private const double WorseNoise = 6;

    // What is printed with three decimals and comes down to this is printed as 0.000 next.
    private const double NearlyNothing = 0.02;

    /// <summary>Why the run has gone wrong, with the line that shows it; null where it has not.</summary>
    public static Contradiction? Judge(IReadOnlyList<VastMetric> metrics, VastTrainingKind kind)
    {
        IReadOnlyList<VastMetric> losses = MetricNames.Series(metrics, MetricNames.Loss);
        IReadOnlyList<VastMetric> rewards = MetricNames.Series(metrics, MetricNames.Reward);
        IReadOnlyList<VastMetric> norms = MetricNames.Series(metrics, MetricNames.GradNorm);
        bool isByReward = kind == VastTrainingKind.Reinforcement || (kind == VastTrainingKind.Any && rewards.Count > 0);
        return NoNumber(metrics) ?? Of(
            NotFinite(rewards) ?? NotFiniteNorms(norms)
            ?? (isByReward ? null : HiddenNaN(losses, norms))
            ?? kind switch
            {
                VastTrainingKind.Supervised => Diverged(losses) ?? Exploded(norms),
                VastTrainingKind.Reinforcement => NoReward(rewards) ?? SameReward(metrics) ?? Worse(rewards),
                _ => null,
            });
    }

    private static Contradiction? Of(string? why) => why is null ? null : new Contradiction(why);

    // Whatever a loss is called: of an actor and a critic one may be lost while the other looks well.
    private static Contradiction? NoNumber(IReadOnlyList<VastMetric> metrics) => metrics
        .Where(m => MetricNames.IsLoss(m.Name)).GroupBy(m => m.Name)
        .Select(g => MetricNames.WithSteps([.. g]))
        .Select(series => (Last: series[^1], Count: series.Reverse().TakeWhile(m => !double.IsFinite(m.Value)).Count()))
        .Where(s => s.Count >= InARow)
        .OrderByDescending(s => MetricNames.IsOfTraining(s.Last.Name)).ThenByDescending(s => s.Count)
        .Select(s => new Contradiction($"{s.Last.Name} is not a finite number {s.Count} times in a row: {s.Last.Line}")
        {
            NaNs = s.Count,
            IsLost = s.Count >= LostRecords && MetricNames.IsOfTraining(s.Last.Name),
        })
        .FirstOrDefault();

    private static string? NotFinite(IReadOnlyList<VastMetric> series) =>
        Last(series, InARow, v => !double.IsFinite(v)) is { } bad
            ? $"{bad.Name} is not a finite number {InARow} times in a row: {bad.Line}"
            : null;

    // Norms alone say nothing while a scaler looks for its scale; losses that are no number are judged before.
    private static string? NotFiniteNorms(IReadOnlyList<VastMetric> norms)
    {
        VastMetric[] settled = [.. norms.Where((m, i) => (m.Step - norms[0].Step ?? i) >= StartUpSteps)];
        return Last(settled, LostRecords, v => !double.IsFinite(v)) is { } bad
            ? $"{bad.Name} is not a finite number {LostRecords} times in a row: {bad.Line}"
            : null;
    }

    // A loss that comes down from small values is rounded to 0, and has a gradient still.
    private static string? HiddenNaN(IReadOnlyList<VastMetric> losses, IReadOnlyList<VastMetric> norms)
    {
        if (Last(losses, InARow, v => v == 0) is not { } bad)
        {
            return null;
        }

        double[] before = [.. losses.Select(m => m.Value).Where(v => v != 0).TakeLast(5)];
        bool hasNoGradient = Last(norms, InARow, v => v == 0 || double.IsNaN(v)) is not null;
        bool hasGradient = norms.Count >= InARow && norms.TakeLast(InARow).All(m => m.Value > 0);
        bool isRounded = before.Length > 0 ? before.Min(Math.Abs) <= NearlyNothing : hasGradient;
        return hasNoGradient || !isRounded
            ? $"the loss is exactly 0 {InARow} times in a row, which is how frameworks show a NaN: {bad.Line}"
            : null;
    }

    private static string? Diverged(IReadOnlyList<VastMetric> losses)
    {
        double[] values = [.. losses.Select(m => m.Value).Where(double.IsFinite)];
        return losses.Count >= LeastLosses && Trend.Of(values) is { First: > 0 } trend
            && trend.Last > trend.First * DivergedFactor && trend.Last - trend.First > DivergedNoise * Noise(values)
            ? FormattableString.Invariant($"the loss diverges, from {trend.First:0.####} to {trend.Last:0.####}: {losses[^1].Line}")
            : null;
    }

    // How far values lie from one another without any trend: between neighbours, and within each end.
    private static double Noise(double[] values)
    {
        int fifth = Math.Max(1, values.Length / 5);
        return new[]
        {
            Statistics.Median(values.Zip(values.Skip(1), (one, next) => Math.Abs(next - one))),
            Spread(values[..fifth]),
            Spread(values[^fifth..]),
        }.Max();
    }

    private static double Spread(double[] values)
    {
        double middle = Statistics.Median(values);
        return Statistics.Median(values.Select(v => Math.Abs(v - middle)));
    }

    private static string? Exploded(IReadOnlyList<VastMetric> norms)
    {
        if (norms.Count < LeastLosses)
        {
            return null;
        }

        double limit = ExplodedFactor * Statistics.Median(norms.Take(norms.Count - InARow).Select(m => m.Value));
        return limit > 0 && Last(norms, InARow, v => v > limit && double.IsFinite(v)) is { } bad
            ? FormattableString.Invariant(
                $"the gradient norm is above {ExplodedFactor:0} times its median {InARow} times in a row: {bad.Line}")
            : null;
    }

    // Rewards may be negative by nature or by penalty; what never differs teaches nothing.
    private static string? NoReward(IReadOnlyList<VastMetric> rewards) =>
        Last(rewards, RewardsInARow, v => v <= 0 && v == rewards[^1].Value) is { } bad
            ? $"no reward is above 0 {RewardsInARow} times in a row, and they are all the same: {bad.Line}"
            : null;

    private static string? SameReward(IReadOnlyList<VastMetric> metrics) =>
        (Last(MetricNames.Series(metrics, "reward_std"), RewardsInARow, v => v == 0)
            ?? Last(MetricNames.Series(metrics, "frac_reward_zero_std"), RewardsInARow, v => v >= 1)) is { } bad
            ? $"all answers get the same reward {RewardsInARow} times in a row, so there is no gradient: {bad.Line}"
            : null;

    private static string? Worse(IReadOnlyList<VastMetric> rewards)
    {
        double[] values = [.. rewards.Select(m => m.Value).Where(double.IsFinite)];
        return values.Length >= LeastRewards && Trend.Of(values) is { Verdict: VastTrend.Falls } trend
            && trend.First - trend.Last > Math.Max(Math.Abs(trend.First) / 2, WorseNoise * Noise(values))
            ? FormattableString.Invariant($"the reward gets worse, from {trend.First:0.####} to {trend.Last:0.####}: {rewards[^1].Line}")
            : null;
    }

    /// <summary>The last value where the last so many are all bad; null where not.</summary>
    private static VastMetric? Last(IReadOnlyList<VastMetric> series, int count, Func<double, bool> isBad) =>
        series.Count >= count && series.TakeLast(count).All(m => isBad(m.Value)) ? series[^1] : null;
}
