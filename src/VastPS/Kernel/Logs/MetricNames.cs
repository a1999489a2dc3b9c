namespace VastPS.Kernel.Logs;

/// <summary>What the names of metrics mean: which of them is the same, which one is meant, what a name says about its number.</summary>
internal static class MetricNames
{
    public const string Loss = "loss";
    public const string EvalLoss = "eval_loss";
    public const string Reward = "reward";
    public const string GradNorm = "grad_norm";

    /// <summary>What loss is not to be taken for the one of the training, although it has its name.</summary>
    public const string EstimatedLoss = "estimated_loss";

    // Behind the spellings of the table: the loss of the policy, one of several, one without the word, one beside the training,
    // a sum over it.
    private const int PolicyRank = 1000;
    private const int PlainRank = 2000;
    private const int BareRank = 3000;
    private const int AsideRank = 4000;
    private const int SummaryRank = 5000;

    private static readonly IReadOnlyDictionary<string, (string Common, int Rank)> s_known =
        MetricAliases.All.Select((a, i) => (Alias: a, Rank: i)).ToDictionary(a => a.Alias.Name, a => (a.Alias.Common, a.Rank));

    private static readonly IReadOnlySet<string> s_common = new HashSet<string>(MetricAliases.All.Select(a => a.Common));

    private static readonly IReadOnlySet<string> s_steps = new HashSet<string>
    {
        "step", "steps", "global_step", "global_steps", "current_steps", "current_step", "cur_step", "train_step", "training_step",
        "completed_step", "iter", "iters", "iteration", "iterations", "iter_num", "it", "batch", "batch_id", "batch_idx", "update",
        "updates", "num_updates", "trainer/global_step", "trainer_step", "total_timesteps", "time/total_timesteps", "timesteps_total",
        "num_env_steps_sampled_lifetime", "optimizer_step", "opt_step", "glob_iter/iters_per_epoch", "global_iter", "mini_batch",
        "training/global_step", "minibatch", "step_num", "step_idx", "train_iter", "_step", "misc/total_timesteps", "totalenvinteracts",
        "timestepssofar", "env_step", "learning_iteration",
    };

    // Over all epochs, whatever else is counted beside them.
    private static readonly IReadOnlySet<string> s_global = new HashSet<string>
    {
        "num_updates", "total_timesteps", "time/total_timesteps", "timesteps_total", "current_steps", "misc/total_timesteps",
    };

    private static readonly IReadOnlySet<string> s_episodes = new HashSet<string> { "episode", "ep_num", "episode_num" };

    // Words of settings that nobody logs while training.
    private static readonly IReadOnlySet<string> s_settings = new HashSet<string>
    {
        "output_dir", "num_workers", "hidden_size", "vocab_size", "num_hidden_layers", "n_layer", "n_head", "dropout", "warmup_steps",
        "num_train_epochs", "per_device_train_batch_size", "gradient_accumulation_steps", "save_steps", "logging_steps", "eval_steps",
        "max_grad_norm", "adam_beta1", "beta1", "betas", "lora_r", "lora_alpha", "weight_decay_rate", "num_epochs", "n_epochs", "max_epochs",
    };

    private static readonly IReadOnlySet<string> s_totals = new HashSet<string>
    {
        "total_steps", "max_steps", "total_optimization_steps", "num_train_steps", "total_training_steps", "num_training_steps",
        "max_iters", "max_iter", "total_iters", "train_iters", "num_iterations", "max_train_steps", "num_steps",
        "total_train_steps", "train_steps",
    };

    private static readonly IReadOnlySet<string> s_epochs = new HashSet<string>
    {
        "epoch", "cur_epoch", "current_epoch", "train_epoch", "train/epoch", "epoch_num", "epoch_idx", "epch",
    };

    private static readonly IReadOnlySet<string> s_places = new HashSet<string>
    {
        "rank", "pid", "cuda", "device", "local_rank", "process_rank", "node", "gpu", "gpu_id", "seed", "port", "line", "worker", "ip",
        "world_size", "n_gpu", "version", "v_num", "errno", "code",
    };

    private static readonly IReadOnlySet<string> s_policy = new HashSet<string>
    {
        "pg", "pg_loss", "actor/pg_loss", "policy_loss", "actor_loss", "act_loss", "actor/loss", "policy_gradient_loss", "losses/policy_loss",
        "surrogate_loss", "mean_surrogate_loss", "loss/surrogate", "train/pg_loss",
    };

    // Losses by their formula.
    private static readonly IReadOnlySet<string> s_bare = new HashSet<string>
    {
        "cross_entropy", "crossentropy", "smoothl1", "nll", "bce", "mse", "ce", "cross_entropy_train", "rpnlogloss", "rcnnlogloss",
    };

    // What is added to a loss, or trained beside the policy.
    private static readonly string[] s_aside =
    [
        "aux", "z_loss", "kl", "vf", "value", "critic", "cri_loss", "entropy", "unsuper", "ptx", "balanc", "mtp", "router", "moe", "reg_loss",
        "explained",
    ];

    private static readonly IReadOnlySet<string> s_summary = new HashSet<string>
    {
        "best", "final", "avg", "average", "mean", "min", "max", "lowest", "minimum", "previous", "last", "old", "smallest", "target", "ema",
    };

    private static readonly WordSet s_evaluation = new(
        "eval", "evals", "evaluation", "evaluate", "evaluating", "val", "valid", "validation", "validate", "validating", "test", "testing", "dev", "验证", "测试");

    private static readonly WordSet s_training = new("train", "training", "训练");

    private static readonly WordSet s_modifier = new(
        "total", "num", "per", "of", "warmup", "accumulation", "each", "every", "number", "save", "saving", "logging", "log", "skipped", "micro",
        "optimization", "optimisation", "optimizer", "decay", "initial", "inference", "denoising", "sampling", "best", "final", "avg", "average",
        "mean", "min", "max", "lowest", "minimum", "previous", "last", "old", "smallest", "target", "ema");

    private static readonly WordSet s_filler = new(
        "info", "debug", "warning", "step", "epoch", "iter", "iteration", "current", "cur", "the", "and", "with", "now", "is", "at", "has", "end",
        "done", "finished", "completed", "rank", "root", "trainer", "result", "results", "metrics", "stats", "log", "got");

    private static readonly WordSet s_repeat = new(
        "saved", "saving", "loaded", "loading", "restored", "restoring", "averaged", "summary");

    private static readonly WordSet s_preposition = new("at", "after", "for", "in", "on", "during");

    // loss_scale, loss_weight, loss_coef
    private static readonly string[] s_settingEnds = ["scale", "weight", "coef"];

    private static readonly string[] s_clipping = ["max", "clip", "weight", "param"];

    /// <summary>One spelling: small letters, _ for blanks and hyphens.</summary>
    public static string Fold(string name)
    {
        string[] words = name.Trim().ToLowerInvariant().Replace('-', '_').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join('_', words);
    }

    /// <summary>What is known of a folded name.</summary>
    public static MetricName Of(string name)
    {
        bool isKnown = s_known.TryGetValue(name, out (string Common, int Rank) known);
        NameRole role = Role(name, isKnown ? known.Common : null);
        string[] words = name.Split('/', '_', '.', '(', ')');
        bool isEvaluation = words.Any(w => s_evaluation.Contains(w));
        bool isLoss = role == NameRole.Value && IsLossName(name, known.Common, isEvaluation);
        bool isReward = role == NameRole.Value && !isEvaluation
            && (known.Common == Reward || name.StartsWith("rewards/", StringComparison.Ordinal));
        return new MetricName(name)
        {
            Role = role,
            IsKnown = isKnown || role != NameRole.Value || s_policy.Contains(name),
            Common = isKnown ? known.Common
                : isLoss && isEvaluation && IsLossName(TrainingNameOf(words), null, false) ? EvalLossOf(words)
                : null,
            IsLoss = isLoss,
            IsReward = isReward,
            IsNorm = IsNorm(name),
            IsEvaluation = isEvaluation,
            IsSetting = s_settings.Contains(name),
            IsEpisode = s_episodes.Contains(name),
            IsGlobal = role == NameRole.Step && (name.Contains("global", StringComparison.Ordinal) || s_global.Contains(name)),
            IsCount = name.EndsWith('s') && !name.Contains('_', StringComparison.Ordinal),
            IsTraining = words.Any(w => IsTrainingWord(w)),
            Rank = isKnown ? known.Rank : Rank(name, words),
        };
    }

    /// <summary>True for a word that says that what follows was measured by an evaluation.</summary>
    public static bool IsEvaluationWord(ReadOnlySpan<char> word) => s_evaluation.Contains(word);

    /// <summary>True for a word that says that what follows was measured in the training.</summary>
    public static bool IsTrainingWord(ReadOnlySpan<char> word) => s_training.Contains(word);

    /// <summary>True for a word that makes another metric of what follows it.</summary>
    public static bool IsModifier(ReadOnlySpan<char> word) => s_modifier.Contains(word) || s_evaluation.Contains(word);

    /// <summary>True for a word that may stand before a name without making another of it: "INFO loss", "Step training loss".</summary>
    public static bool IsFiller(ReadOnlySpan<char> word) => s_filler.Contains(word) || word[0] > '\x7f';

    /// <summary>True for a word between a metric and the step that it was measured at.</summary>
    public static bool IsPreposition(ReadOnlySpan<char> word) => s_preposition.Contains(word);

    /// <summary>True for a word of a line that repeats what was told: of a checkpoint that is written or read.</summary>
    public static bool IsRepeat(ReadOnlySpan<char> word) => s_repeat.Contains(word);

    /// <summary>True for the name of a step counter.</summary>
    public static bool IsStep(string name) => s_steps.Contains(name);

    /// <summary>True for what must be a finite number: losses, rewards and gradient norms, also of evaluations.</summary>
    public static bool IsVital(string name) => Of(name).IsVital;

    /// <summary>True for the norm of a gradient; the limit at which it is clipped is a setting.</summary>
    public static bool IsNorm(string name) => (s_known.TryGetValue(name, out (string Common, int) known) && known.Common == GradNorm)
        || (name.EndsWith("grad_norm", StringComparison.Ordinal) && !s_clipping.Any(c => name.Contains(c, StringComparison.Ordinal)));

    /// <summary>True for what an evaluation measures: it moves no weight.</summary>
    public static bool IsEvaluation(string name) => name.Split('/', '_', '.').Any(w => s_evaluation.Contains(w));

    /// <summary>True for what only a step of training measures.</summary>
    public static bool IsOfTraining(string name) => IsVital(name) && !IsEvaluation(name);

    /// <summary>True for a loss under any name: avr_loss, critic/vf_loss, val_loss.</summary>
    public static bool IsLoss(string name) => Of(name).IsLoss;

    /// <summary>True for the name under which all spellings of a metric are found.</summary>
    public static bool IsCommon(string name) => s_common.Contains(name);

    /// <summary>True where a metric that is asked for by a name is this one: as logged, or by its common name.</summary>
    public static bool IsMeant(VastMetric metric, string name) =>
        metric.Name == name || (metric.CommonName ?? Of(metric.Name).Common) == name;

    /// <summary>
    /// The values of what is meant by a name, in order; empty where the log has none. Of several spellings the best by rule, not the most
    /// frequent; where most lines name their step, those without are summaries and left out.
    /// </summary>
    public static IReadOnlyList<VastMetric> Series(IReadOnlyList<VastMetric> metrics, string name)
    {
        string wanted = Fold(name);
        VastMetric[] meant = [.. metrics.Where(m => IsMeant(m, wanted))];
        if (meant.Select(m => m.Name).Distinct().Skip(1).Any())
        {
            meant = [.. meant.GroupBy(m => m.Name).OrderByDescending(g => g.Any(m => m.Step is not null))
                .ThenBy(g => g.Key == wanted ? -1 : Of(g.Key).Rank).First()];
        }

        // Estimated beside an evaluation before the first step: nothing was trained.
        return wanted == Loss && meant.Length > 0 && meant.All(m => m.Step == 0)
            && metrics.Any(m => m.Line == meant[0].Line && m.Step == 0 && IsEvaluation(m.Name))
            ? []
            : WithSteps(meant);
    }

    /// <summary>Of one name's values those that name their step, where they are the most; else all.</summary>
    public static IReadOnlyList<VastMetric> WithSteps(IReadOnlyList<VastMetric> series)
    {
        int count = series.Count(m => m.Step is not null);
        return count * 2 >= series.Count && count < series.Count ? [.. series.Where(m => m.Step is not null)] : series;
    }

    // train/global_step, training/step
    private static string Unscoped(string name) => name.StartsWith("train/", StringComparison.Ordinal) ? name[6..]
        : name.StartsWith("trainer/", StringComparison.Ordinal) ? name[8..]
        : name.StartsWith("training/", StringComparison.Ordinal) ? name[9..]
        : name;

    private static NameRole Role(string name, string? common) =>
        s_steps.Contains(Unscoped(name)) || s_episodes.Contains(name) ? NameRole.Step
        : s_totals.Contains(name) ? NameRole.TotalSteps
        : s_epochs.Contains(name) || common == "epoch" ? NameRole.Epoch
        : s_places.Contains(name) ? NameRole.Place
        : NameRole.Value;

    private static bool IsLossName(string name, string? common, bool isEvaluation) =>
        common is Loss or EvalLoss || name.EndsWith("loss", StringComparison.Ordinal)
        || (name.StartsWith("loss_", StringComparison.Ordinal) && name.Length > 5 && char.IsLetter(name[5])
            && !s_settingEnds.Any(e => name.Contains(e, StringComparison.Ordinal)))
        || (name.StartsWith("loss/", StringComparison.Ordinal) && !s_settingEnds.Any(e => name.Contains(e, StringComparison.Ordinal)))
        || s_policy.Contains(name)
        || s_bare.Contains(TrainingNameOf(name.Split('_', '/')))
        || (isEvaluation && s_bare.Contains(name));

    private static string TrainingNameOf(string[] words) =>
        string.Join('_', words.Where(w => w.Length > 0 && !IsTrainingWord(w) && !s_evaluation.Contains(w)));

    private static string? EvalLossOf(string[] words) =>
        TrainingNameOf(words) is "loss" or "lm_loss" or "total_loss" or "avg_loss" or "average_loss" or "mean_loss" ? EvalLoss : null;

    private static int Rank(string name, string[] words) =>
        s_policy.Contains(name) ? PolicyRank
        : words.Any(s_summary.Contains) ? SummaryRank
        : s_aside.Any(a => name.Contains(a, StringComparison.Ordinal)) ? AsideRank
        : name.Contains("loss", StringComparison.Ordinal) ? PlainRank
        : BareRank;
}
