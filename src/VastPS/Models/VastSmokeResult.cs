namespace VastPS;

/// <summary>What a few steps of a training showed, before the real run starts.</summary>
public sealed class VastSmokeResult
{
    internal VastSmokeResult()
    {
    }

    /// <summary>The instance it ran on.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>True where there is no reason against the real run.</summary>
    public bool Passed => Reasons.Count == 0;

    /// <summary>Why not, each with the line of the log that shows it; the root cause first.</summary>
    public IReadOnlyList<string> Reasons { get; internal init; } = [];

    /// <summary>The kind of training it was judged as.</summary>
    public VastTrainingKind Kind { get; internal init; }

    /// <summary>Steps that were seen.</summary>
    public long Steps { get; internal init; }

    /// <summary>The first loss; null where none was logged.</summary>
    public double? FirstLoss { get; internal init; }

    /// <summary>The last loss; null where none was logged.</summary>
    public double? LastLoss { get; internal init; }

    /// <summary>Where the loss goes, beyond its noise.</summary>
    public VastTrend LossTrend { get; internal init; }

    /// <summary>The median of the last fifth of the rewards; null where none was logged.</summary>
    public double? Reward { get; internal init; }

    /// <summary>Median time of a step after the warm-up, from the arrival of its lines; null where too few came.</summary>
    public TimeSpan? StepTimeMedian { get; internal init; }

    /// <summary>95 of 100 steps took no longer.</summary>
    public TimeSpan? StepTimeP95 { get; internal init; }

    /// <summary>Median of what the script logs itself; null where it does not.</summary>
    public double? TokensPerSecond { get; internal init; }

    /// <summary>The most memory that the fullest GPU had in use; null where nvidia-smi gave no answer.</summary>
    public double? PeakVramGiB { get; internal init; }

    /// <summary>How long the test took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>How long all steps of the real run would take at this pace; null without a step time or -TotalSteps.</summary>
    public TimeSpan? ProjectedTime { get; internal init; }

    /// <summary>The exit code of the command; null where it was ended after the last step or at its time limit.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>True where the time limit ended it.</summary>
    public bool TimedOut { get; internal init; }

    /// <summary>True where the time limit ended it and could not confirm that all it started has gone.</summary>
    public bool MayStillRun { get; internal init; }

    /// <summary>All metrics in the order they came.</summary>
    public IReadOnlyList<VastMetric> Metrics { get; internal init; } = [];

    /// <summary>The last lines of its output.</summary>
    public IReadOnlyList<string> LogTail { get; internal init; } = [];

    /// <summary>The command that was run.</summary>
    public string Command { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => Passed
        ? FormattableString.Invariant($"passed: {Steps} steps{(LastLoss is { } last ? $", loss {FirstLoss:G5} to {last:G5}" : "")}{(Reward is { } reward ? $", reward {reward:G5}" : "")}")
        : "failed: " + string.Join("; ", Reasons);
}
