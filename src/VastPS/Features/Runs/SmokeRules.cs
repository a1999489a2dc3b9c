using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>What a smoke test saw.</summary>
/// <param name="Metrics">All that was logged, in order.</param>
/// <param name="Kind">Which rules hold.</param>
/// <param name="Expect">What the user expects.</param>
/// <param name="StepsWanted">Steps that were asked.</param>
/// <param name="Steps">Steps that were seen.</param>
/// <param name="ExitCode">Of the command; null where it did not end by itself.</param>
/// <param name="TimedOut">True where the time limit ended it.</param>
/// <param name="LastLines">The last lines of the log.</param>
internal sealed record SmokeFacts(
    IReadOnlyList<VastMetric> Metrics,
    VastTrainingKind Kind,
    IReadOnlyList<MetricCondition> Expect,
    long StepsWanted,
    long Steps,
    int? ExitCode,
    bool TimedOut,
    IReadOnlyList<string> LastLines)
{
    /// <summary>True where the user said how the log is read: then what is read is meant.</summary>
    public bool HasPattern { get; init; }

    /// <summary>True where a bar without metrics moved through the steps, and a GPU was seen at work meanwhile.</summary>
    public bool HasMovingBar { get; init; }

    /// <summary>True where one line names all the steps: it may tell of a checkpoint.</summary>
    public bool IsOneFarLine { get; init; }
}

/// <summary>From the metrics of a few steps to the reasons why the real run should not start.</summary>
internal static partial class SmokeRules
{
    // Loss scaling of fp16 begins too high and halves until the gradients are finite (torch GradScaler from 65536, DeepSpeed from 2^16).
    private const int InfiniteNormsInARow = 10;

    // Below this a loss of three decimals is 0.000 by rounding.
    private const double RoundedLoss = 0.01;

    // Once may be chance, also for the 0.0 by which frameworks hide a NaN.
    private const int InARow = 3;

    // The loss of a diverging run ends this far above its beginning.
    private const double DivergedFactor = 1.5;
    private const double ExplodedFactor = 10;

    /// <summary>The reasons with their evidence, the root cause first; none means passed.</summary>
    public static IReadOnlyList<string> Judge(SmokeFacts facts)
    {
        var reasons = new List<string>();
        Add(reasons, NotFinite(facts.Metrics));
        Add(reasons, HiddenNaN(facts.Metrics, facts.Kind));
        Add(reasons, Ending(facts));
        Add(reasons, Swallowed(facts));
        if (facts.Metrics.Count == 0 && facts.HasMovingBar && facts.Kind == VastTrainingKind.Any && facts.Expect.Count == 0)
        {
            Add(reasons, TooFew(facts));
        }
        else if (facts.Metrics.Count == 0)
        {
            reasons.Add(
                "no metric could be read from its output; print lines such as 'step 1 loss 2.31', or say with -Pattern what yours look "
                + "like");
        }
        else
        {
            Add(reasons, TooFew(facts));
            Add(reasons, NoProof(facts));
            reasons.AddRange(facts.Kind switch
            {
                VastTrainingKind.Supervised => Supervised(facts),
                VastTrainingKind.Reinforcement => Reinforcement(facts),
                _ => [],
            });
            reasons.AddRange(Unmet(facts.Expect, facts));
        }

        return reasons;
    }

    /// <summary>
    /// The first loss, reward or gradient norm that is no finite number; null where all are. Some infinite norms are how a training
    /// in fp16 finds its scale.
    /// </summary>
    public static string? NotFinite(IReadOnlyList<VastMetric> metrics)
    {
        var row = new Dictionary<string, int>();
        foreach (VastMetric metric in metrics.Where(m => MetricNames.IsVital(m.Name)))
        {
            bool mayBeScaling = double.IsPositiveInfinity(metric.Value) && MetricNames.IsNorm(metric.Name);
            int infinite = row[metric.Name] = mayBeScaling ? row.GetValueOrDefault(metric.Name) + 1 : 0;
            if (!double.IsFinite(metric.Value) && (!mayBeScaling || infinite == InfiniteNormsInARow))
            {
                return $"{metric.Name} is {(double.IsNaN(metric.Value) ? "NaN" : "infinite")}: {metric.Line}";
            }
        }

        return null;
    }

    /// <summary>
    /// A loss of exactly 0.0 three times in a row: a NaN that the framework does not show. Not for rewards, where the
    /// loss may be nothing; without a word about the kind, a log that has a reward is taken for that.
    /// </summary>
    public static string? HiddenNaN(IReadOnlyList<VastMetric> metrics, VastTrainingKind kind)
    {
        bool isSupervised = kind == VastTrainingKind.Supervised
            || (kind == VastTrainingKind.Any && MetricNames.Series(metrics, MetricNames.Reward).Count == 0);
        IReadOnlyList<VastMetric> losses = MetricNames.Series(metrics, MetricNames.Loss);
        return isSupervised && InRow(losses, v => v == 0) is { } last && !IsRounded(losses)
            ? FormattableString.Invariant($"the loss is exactly 0 {InARow} times in a row, which is how frameworks show a NaN: {last.Line}")
            : null;
    }

    // A loss that was small before it was 0 became smaller than its decimals.
    private static bool IsRounded(IReadOnlyList<VastMetric> losses)
    {
        double before = double.NaN;
        int row = 0;
        foreach (double loss in losses.Select(m => m.Value))
        {
            row = loss == 0 ? row + 1 : 0;
            if (row == InARow)
            {
                return Math.Abs(before) < RoundedLoss;
            }

            before = loss == 0 ? before : loss;
        }

        return false;
    }

    private static string? TooFew(SmokeFacts facts) => facts.Steps < facts.StepsWanted
        ? FormattableString.Invariant(
            $"{facts.Steps} of {facts.StepsWanted} steps were seen: {(facts.Metrics.Count > 0 ? facts.Metrics[^1].Line : LastLine(facts))}")
        : null;

    // Numbers alone are no training: what counted may have been settings, files or a message about a checkpoint.
    private static string? NoProof(SmokeFacts facts)
    {
        if (facts is { IsOneFarLine: true, HasPattern: false })
        {
            return FormattableString.Invariant(
                $"one line alone tells of {facts.Steps} steps, which may be those of a checkpoint: {facts.Metrics[^1].Line}");
        }

        bool isNamed = facts.HasPattern || facts.HasMovingBar || facts.Expect.Any(e => MetricNames.Series(facts.Metrics, e.Name).Count > 0);
        return facts.Kind == VastTrainingKind.Any && !isNamed && !facts.Metrics.Any(m => MetricNames.IsOfTraining(m.Name))
            ? $"nothing that was logged is a loss or a reward, it is "
                + $"{string.Join(", ", facts.Metrics.Select(m => m.Name).Distinct().Take(8))}; say with -Expect what matters, or with "
                + $"-Pattern what is read"
            : null;
    }

    // A pipe or a wrapper hides the exit code of a training, not the error that it printed last.
    private static string? Swallowed(SmokeFacts facts)
    {
        if (facts.ExitCode != 0)
        {
            return null;
        }

        string? lastRecord = facts.Metrics.Count > 0 ? facts.Metrics[^1].Line : null;
        return facts.LastLines.Reverse().TakeWhile(l => l.Trim() != lastRecord).FirstOrDefault(l => Error().IsMatch(l)) is { } error
            ? $"the command ended with exit code 0, but its output ends with an error: {error.Trim()}"
            : null;
    }

    [GeneratedRegex(
        @"^\W{0,20}(?:[A-Za-z_]\w{0,60}\.){0,6}(?:\w{0,60}(?:Error|Exception)|KeyboardInterrupt)(?::\s|$)|"
        + @"^\W{0,20}Traceback \(most recent call last\)|CUDA out of memory",
        RegexOptions.CultureInvariant)]
    private static partial Regex Error();

    private static string? Ending(SmokeFacts facts) => facts switch
    {
        { ExitCode: { } code and not 0 } => FormattableString.Invariant($"the command ended with exit code {code}: {LastLine(facts)}"),
        { TimedOut: true } =>
            FormattableString.Invariant(
                $"its time was up after {facts.Steps} of {facts.StepsWanted} steps: {(facts.Metrics.Count > 0 ? facts.Metrics[^1].Line : LastLine(facts))}"),
        _ => null,
    };

    private static IEnumerable<string> Supervised(SmokeFacts facts)
    {
        IReadOnlyList<VastMetric> losses = MetricNames.Series(facts.Metrics, MetricNames.Loss);
        if (Trend.Of(losses.Select(m => m.Value)) is { First: > 0 } trend && trend.Last > trend.First * DivergedFactor)
        {
            yield return FormattableString.Invariant(
                $"the loss diverges, from {trend.First:0.####} to {trend.Last:0.####}: {losses[^1].Line}");
        }
        else if (losses.All(m => double.IsFinite(m.Value)))
        {
            foreach (string reason in Unmet([MetricCondition.Parse("loss falls", "Expect")], facts))
            {
                yield return reason;
            }
        }

        if (Exploding(facts.Metrics) is { } exploding)
        {
            yield return exploding;
        }
    }

    private static IEnumerable<string> Reinforcement(SmokeFacts facts)
    {
        // What the user says about the reward goes before the rule. A healthy training may be paid below zero for a million steps, or
        // seldom: only the same again and again, with nothing gained, teaches nothing.
        IReadOnlyList<VastMetric> rewards = MetricNames.Series(facts.Metrics, MetricNames.Reward);
        if (!facts.Expect.Any(e => MetricNames.Of(e.Name).IsReward))
        {
            if (rewards.Count == 0)
            {
                yield return "no reward was logged: " + MetricCondition.Parse("reward > 0", "Expect").Found(facts.Metrics);
            }
            else if (rewards.Count >= InARow && rewards[0].Value <= 0 && rewards.All(m => m.Value == rewards[0].Value))
            {
                yield return FormattableString.Invariant(
                    $"every reward is {rewards[0].Value:0.####}, {rewards.Count} times, so there is nothing to learn from: {rewards[^1].Line}");
            }
        }

        if (InRow(MetricNames.Series(facts.Metrics, "reward_std"), v => v == 0) is { } same)
        {
            yield return $"all answers get the same reward, so there is no gradient: {same.Line}";
        }
        else if (InRow(MetricNames.Series(facts.Metrics, "frac_reward_zero_std"), v => v >= 1) is { } all)
        {
            yield return $"all answers to each prompt get the same reward, so there is no gradient: {all.Line}";
        }
    }

    // The user's own expectations, and the rules that are spelt like them.
    private static IEnumerable<string> Unmet(IEnumerable<MetricCondition> conditions, SmokeFacts facts) =>
        conditions.Where(c => c.Judge(facts.Metrics) is not true).Select(c => $"expected '{c}', but {c.Found(facts.Metrics)}");

    // Held against what came before: norms that fall from a high beginning are healthy.
    private static string? Exploding(IReadOnlyList<VastMetric> metrics)
    {
        IReadOnlyList<VastMetric> norms = MetricNames.Series(metrics, MetricNames.GradNorm);
        for (int i = Trend.LeastValues; i + InARow <= norms.Count; i++)
        {
            double limit = ExplodedFactor * Statistics.Median(norms.Take(i).Select(m => m.Value));
            if (limit > 0 && norms.Skip(i).Take(InARow).All(m => m.Value > limit))
            {
                return FormattableString.Invariant(
                    $"the gradient norm is above {ExplodedFactor:0} times its median {InARow} times in a row: {norms[i + InARow - 1].Line}");
            }
        }

        return null;
    }

    private static VastMetric? InRow(IReadOnlyList<VastMetric> series, Func<double, bool> isBad)
    {
        int row = 0;
        foreach (VastMetric metric in series)
        {
            row = isBad(metric.Value) ? row + 1 : 0;
            if (row == InARow)
            {
                return metric;
            }
        }

        return null;
    }

    private static void Add(List<string> reasons, string? reason)
    {
        if (reason is not null)
        {
            reasons.Add(reason);
        }
    }

    private static string LastLine(SmokeFacts facts) => facts.LastLines.Count > 0 ? facts.LastLines[^1] : "it printed nothing";
}
