using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>A term that the log of a training tells.</summary>
/// <param name="Term">As in the table of thresholds.</param>
/// <param name="Value">In the unit of the table.</param>
/// <param name="Why">One line for people.</param>
internal sealed record TrainingTerm(string Term, double Value, string Why)
{
    /// <summary>False where it may be otherwise: then it never contradicts.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>Above this it contradicts, whatever the table says; null where the table alone decides.</summary>
    public double? Limit { get; init; }
}

/// <summary>
/// Measures in the log what the table of thresholds asks of a training. A term that a log does not tell is left out: most logs
/// tell few of them.
/// </summary>
internal static class TrainingTermsRule
{
    private const int LeastSteps = 10;
    private const int LeastDrift = 30;
    private const int LeastLosses = 50;
    private const int Window = 30;
    private const int LengthSteps = 20;
    private const int Rising = 3;
    private const double NoiseFactor = 3;
    private const double Chance = 0.9;

    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(10);

    /// <summary>All that the log tells.</summary>
    /// <param name="metrics">Of the log, in order.</param>
    /// <param name="elapsed">Since the start of the run.</param>
    /// <param name="kind">What kind of training it is.</param>
    /// <param name="work">What was planned; null where nobody said.</param>
    public static IReadOnlyList<TrainingTerm> Measure(
        IReadOnlyList<VastMetric> metrics, TimeSpan elapsed, VastTrainingKind kind, VastWorkload? work)
    {
        double[] rewards = Values(metrics, MetricNames.Reward);
        bool isByReward = kind == VastTrainingKind.Reinforcement || (kind == VastTrainingKind.Any && rewards.Length > 0);
        IEnumerable<TrainingTerm?> all =
        [
            .. Pace(metrics, elapsed), VramGrowth(metrics), Retries(metrics), .. isByReward ? [] : Losses(metrics, work),
            GradNorm(metrics), LearningRate(metrics), RewardSame(metrics),
            Truncated(metrics),
            Length(metrics), Generation(metrics), Restarts(metrics),
        ];
        return [.. all.OfType<TrainingTerm>()];
    }

    private static IEnumerable<TrainingTerm?> Pace(IReadOnlyList<VastMetric> metrics, TimeSpan elapsed)
    {
        double[] times = [.. StepTimes(metrics)];
        double median = times.Length >= LeastSteps ? Statistics.Median(times) : 0;
        if (median > 0)
        {
            double spread = Statistics.Quantile(times, 0.95) / median;
            yield return new(
                "StepSpread", spread, FormattableString.Invariant($"one step in twenty takes {spread:0.0#} times the median or longer"));
        }

        if (median > 0 && times.Length >= LeastDrift)
        {
            int third = times.Length / 3;
            double drift = Statistics.Median(times[^third..]) / Statistics.Median(times[..third]);
            yield return new("StepDrift", drift, FormattableString.Invariant($"the last steps take {drift:0.0#} times as long as the first"));
        }

        long[] steps = [.. metrics.Select(m => m.Step).OfType<long>()];
        if (elapsed >= s_period && steps.Length > 0)
        {
            double each = (steps.Max() - Math.Min(steps[0], 1)) * (s_period / elapsed);
            yield return new("StepsDone", each, FormattableString.Invariant($"{each:0.#} steps in ten minutes"));
        }
    }

    // Without the first ones, which compile kernels and fill caches. What a script measures itself is the better source.
    private static IEnumerable<double> StepTimes(IReadOnlyList<VastMetric> metrics)
    {
        double[] told = Values(metrics, "step_time");
        (long Step, DateTimeOffset At)[] marks =
        [
            .. metrics.Where(m => m is { Step: not null, Time: not null }).Select(m => (m.Step!.Value, m.Time!.Value))
                .DistinctBy(m => m.Item1),
        ];
        double[] each = told.Length > 0
            ? told
            : [.. marks.Zip(marks.Skip(1)).Where(p => p.Second.Step > p.First.Step)
                .Select(p => (p.Second.At - p.First.At).TotalSeconds / (p.Second.Step - p.First.Step))];

        // Whole seconds of a log say nothing about steps that take less.
        double[] clean = each[Math.Min(each.Length, Math.Max(5, each.Length / 10))..];
        return told.Length == 0 && clean.Length > 0 && Statistics.Median(clean) < 5 && marks.All(m => m.At.Millisecond == 0) ? [] : clean;
    }

    private static TrainingTerm? VramGrowth(IReadOnlyList<VastMetric> metrics)
    {
        double[] used = Values(metrics, "memory");
        if (used.Length < LeastSteps || used[4] <= 0)
        {
            return null;
        }

        double percent = ((used[^1] / used[4]) - 1) * 100;
        double[] last = used[^(Rising + 1)..];
        return new("VramGrowth", percent, FormattableString.Invariant($"the memory of the GPU grew by {percent:0.#} % since the fifth record"))
        {
            IsCertain = last.Zip(last.Skip(1)).All(p => p.Second > p.First),
        };
    }

    private static TrainingTerm? Retries(IReadOnlyList<VastMetric> metrics) =>
        Named(metrics, "num_alloc_retries", "alloc_retries", "memory/num_alloc_retries") is [.., var retries]
            ? new("AllocRetries", retries, FormattableString.Invariant($"the allocator tried again {retries:0} times"))
            : null;

    private static IEnumerable<TrainingTerm?> Losses(IReadOnlyList<VastMetric> metrics, VastWorkload? work)
    {
        double[] losses = [.. Values(metrics, MetricNames.Loss).Where(double.IsFinite)];
        if (losses.Length == 0)
        {
            yield break;
        }


        // Whoever begins from nothing begins with the loss of chance.
        if (work?.Method is VastRunMethod.LoRA or VastRunMethod.QLoRA)
        {
            yield return new("FirstLoss", losses[0], FormattableString.Invariant($"the first loss is {losses[0]:G4}"))
            {
                Limit = work.VocabSize > 1 ? Chance * Math.Log(work.VocabSize) : null,
            };
        }

        double least = losses.Take(LeastLosses).Min();
        yield return new("LeastLoss", least, FormattableString.Invariant($"the smallest loss of the first records is {least:G4}"))
        {
            IsCertain = losses.Take(LeastLosses).Where(l => l > 0).DefaultIfEmpty(1).Min() > 0.02,
        };
        double[] clean = losses[(losses.Length / 10)..];
        if (clean.Length < LeastLosses || Trend.Of(clean) is not { } trend)
        {
            yield break;
        }

        double certain = Falls(clean) * 100;
        yield return new("LossFalls", certain, FormattableString.Invariant($"it is {certain:0} % certain that the loss falls"));
        if (trend.First > 0)
        {
            double rise = trend.Last / trend.First;
            yield return new("LossRise", rise, FormattableString.Invariant($"the loss went from {trend.First:G4} to {trend.Last:G4}"))
            {
                IsCertain = trend.Last - trend.First > NoiseFactor * trend.Noise,
            };
        }
    }

    // Mann and Kendall: how many pairs fall, against what chance would give.
    private static double Falls(double[] values)
    {
        double[] few = values.Length <= 200 ? values : [.. Enumerable.Range(0, 200).Select(i => values[i * values.Length / 200])];
        int score = 0;
        for (int i = 0; i < few.Length; i++)
        {
            for (int j = i + 1; j < few.Length; j++)
            {
                score += Math.Sign(few[i] - few[j]);
            }
        }

        double n = few.Length;
        double z = score / Math.Sqrt(n * (n - 1) * ((2 * n) + 5) / 18);

        // The logistic curve that lies within a hundredth of the normal one.
        return 1 / (1 + Math.Exp(-1.702 * z));
    }

    private static TrainingTerm? GradNorm(IReadOnlyList<VastMetric> metrics)
    {
        double[] norms = [.. Values(metrics, MetricNames.GradNorm).Where(double.IsFinite)];
        double median = norms.Length >= LeastSteps ? Statistics.Median(norms) : 0;
        double last = norms.Length >= LeastSteps ? Statistics.Median(norms[^Rising..]) : 0;
        return norms.Length < LeastSteps ? null
            : median == 0 ? new("GradNorm", 0, "the norm of the gradient is 0")
            : new("GradNorm", last / median, FormattableString.Invariant($"the norm of the gradient is {last / median:0.##} times its median"));
    }

    private static TrainingTerm? LearningRate(IReadOnlyList<VastMetric> metrics)
    {
        double[] rates = Values(metrics, "learning_rate");
        if (rates.Length < LeastSteps * 2)
        {
            return null;
        }

        // It begins and ends at 0 in many schedules.
        double[] middle = rates[(rates.Length / 10)..^Math.Max(1, rates.Length / 20)];
        double percent = 100.0 * middle.Count(r => r == 0) / middle.Length;
        return new("LearningRateZero", percent, FormattableString.Invariant($"the learning rate is 0 in {percent:0} % of the records"));
    }

    private static TrainingTerm? RewardSame(IReadOnlyList<VastMetric> metrics)
    {
        double[] same = [.. Named(metrics, "frac_reward_zero_std").TakeLast(Window)];
        double percent = same.Length < Window ? 0 : Statistics.Median(same) * 100;
        return same.Length < Window
            ? null
            : new("RewardSame", percent, FormattableString.Invariant($"in {percent:0} % of the groups all answers earn the same"));
    }

    private static TrainingTerm? Length(IReadOnlyList<VastMetric> metrics)
    {
        double[] lengths = Named(metrics, "completions/mean_length", "completion_length", "response_length/mean", "mean_length");
        return lengths.Length > LengthSteps && lengths[^(LengthSteps + 1)] > 0
            ? new("CompletionLength", lengths[^1] / lengths[^(LengthSteps + 1)], FormattableString.Invariant(
                $"completions have {lengths[^1]:0} tokens, {LengthSteps} steps before {lengths[^(LengthSteps + 1)]:0}"))
            : null;
    }

    private static TrainingTerm? Generation(IReadOnlyList<VastMetric> metrics)
    {
        double[] parts = Named(metrics, "timing_s/gen"), wholes = Named(metrics, "timing_s/step");
        double percent = parts.Length == wholes.Length && parts.Length >= 3
            ? Statistics.Median(parts.Zip(wholes, (part, whole) => part / whole * 100))
            : double.NaN;
        return double.IsFinite(percent)
            ? new("GenerationShare", percent, FormattableString.Invariant($"{percent:0} % of a step are generation"))
            : null;
    }

    // A training that begins anew counts from the beginning, or from its checkpoint, again; ranks are some steps apart.
    private static TrainingTerm? Restarts(IReadOnlyList<VastMetric> metrics)
    {
        VastMetric[] steps = [.. metrics.Where(m => m.Step is not null && MetricNames.IsOfTraining(m.Name))];
        int count = steps.Zip(steps.Skip(1)).Count(p => p.Second.Step * 2 < p.First.Step);
        return count == 0 ? null : new("Restarts", count, $"its steps began anew {count} times");
    }

    // TRL's names, and verl's.
    private static TrainingTerm? Truncated(IReadOnlyList<VastMetric> metrics)
    {
        double[] last = [.. Named(metrics, "completions/clipped_ratio", "clipped_ratio", "response_length/clip_ratio").TakeLast(Rising)];
        double percent = Statistics.Median(last) * 100;
        return last.Length < Rising
            ? null
            : new("Truncated", percent, FormattableString.Invariant($"{percent:0} % of the completions are cut at the longest length"));
    }

    private static double[] Values(IReadOnlyList<VastMetric> metrics, string name) =>
        [.. MetricNames.Series(metrics, name).Select(m => m.Value)];

    private static double[] Named(IReadOnlyList<VastMetric> metrics, params string[] names) =>
        [.. names.Select(n => metrics.Where(m => m.Name == n).Select(m => m.Value).ToArray()).FirstOrDefault(v => v.Length > 0) ?? []];
}
