namespace VastPS.Kernel.Logs;

/// <summary>The names of metrics: how they are spelt, and which of them mean the same.</summary>
internal static class MetricNames
{
    public const string Loss = "loss";
    public const string Reward = "reward";
    public const string GradNorm = "grad_norm";

    // In the order of trust: the first that a log has is meant.
    private static readonly IReadOnlyDictionary<string, string[]> s_alike = new Dictionary<string, string[]>
    {
        [Loss] =
        [
            "loss",
            "train_loss", "train/loss", "training_loss", "lm_loss", "loss/tok", "batch_loss", "avg_train_loss", "total_loss", "loss_train",
            "avr_loss", "avg_loss", "train_loss_step", "reduced_train_loss",
        ],
        [Reward] = [
            "reward", "train/reward", "rewards/mean", "critic/rewards/mean", "reward_mean", "mean_reward", "ep_rew_mean",
            "rollout/ep_rew_mean", "episode_reward", "avg_reward"
        ],
        [GradNorm] = ["grad_norm", "train/grad_norm", "gradnorm", "gnorm", "norm", "actor/grad_norm", "gradient_norm"],
        ["tokens_per_second"] = ["tokens_per_second", "tok/s", "tps", "tokens/s", "tokens_per_sec", "tokens/sec", "tok_per_sec"],
        ["reward_std"] = ["reward_std", "rewards/std", "critic/rewards/std"],
        ["frac_reward_zero_std"] = ["frac_reward_zero_std"],
    };

    private static readonly string[] s_clipping = ["max", "clip"];

    private static readonly IReadOnlySet<string> s_steps = new HashSet<string>
        {
            "step", "steps", "global_step", "current_steps", "iter", "iters", "iteration", "iter_num", "it", "batch", "batch_id", "update",
            "num_updates", "trainer/global_step", "total_timesteps", "time/total_timesteps"
        };

    /// <summary>One spelling: small letters, _ for blanks and hyphens.</summary>
    public static string Fold(string name)
    {
        string[] words = name.Trim().ToLowerInvariant().Replace('-', '_').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join('_', words);
    }

    /// <summary>True for the name of a step counter.</summary>
    public static bool IsStep(string name) => s_steps.Contains(name);

    /// <summary>True for what must be a finite number: losses, rewards and gradient norms, also of evaluations.</summary>
    public static bool IsVital(string name) =>
        IsLoss(name) || IsReward(name) || IsNorm(name);

    /// <summary>True for the norm of a gradient; the limit at which it is clipped is a setting.</summary>
    public static bool IsNorm(string name) => s_alike[GradNorm].Contains(name)
        || (name.EndsWith("grad_norm", StringComparison.Ordinal) && !s_clipping.Any(c => name.Contains(c, StringComparison.Ordinal)));

    /// <summary>True for what an evaluation measures: it moves no weight.</summary>
    public static bool IsEvaluation(string name) =>
        name.Split('/', '_', '.').Any(word => word is "eval" or "evaluation" or "val" or "valid" or "validation" or "test");

    /// <summary>True for what only a step of training measures.</summary>
    public static bool IsOfTraining(string name) => IsVital(name) && !IsEvaluation(name);

    /// <summary>True for a loss under any name: avr_loss, critic/vf_loss, val_loss.</summary>
    public static bool IsLoss(string name) => name.EndsWith("loss", StringComparison.Ordinal) || s_alike[Loss].Contains(name);

    /// <summary>The names that may be meant by one, the best first.</summary>
    public static IReadOnlyList<string> Meant(string name) => s_alike.GetValueOrDefault(Fold(name)) ?? [Fold(name)];

    /// <summary>
    /// The values of what is meant by a name, in order; empty where the log has none. Of several spellings the one
    /// that is logged most; where lines name their step, those without are summaries and left out.
    /// </summary>
    public static IReadOnlyList<VastMetric> Series(IReadOnlyList<VastMetric> metrics, string name)
    {
        VastMetric[] most = Meant(name).Select(meant => metrics.Where(m => m.Name == meant).ToArray()).MaxBy(found => found.Length) ?? [];
        return WithSteps(most);
    }

    /// <summary>Of one name's values those that name their step; all where none does.</summary>
    public static IReadOnlyList<VastMetric> WithSteps(IReadOnlyList<VastMetric> series) =>
        series.Any(m => m.Step is not null) ? [.. series.Where(m => m.Step is not null)] : series;

    private static bool IsReward(string name) => s_alike[Reward].Contains(name) || name.StartsWith("rewards/", StringComparison.Ordinal);
}
