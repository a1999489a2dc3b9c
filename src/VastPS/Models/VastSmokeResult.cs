using VastPS.Basics;

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
    public IReadOnlyList<string> Reasons { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

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

    /// <summary>
    /// The whole run at this pace: all its steps and, with an estimate, what it estimates beside them. Null without a step
    /// time, or where nobody said how many steps there are.
    /// </summary>
    public TimeSpan? ProjectedTime { get; internal init; }

    /// <summary>The same as it was estimated, from the start of the command to its end; null without an estimate.</summary>
    public TimeSpan? EstimatedTime { get; internal init; }

    /// <summary>ProjectedTime over EstimatedTime; null where one is missing.</summary>
    public double? EstimateRatio => EstimatedTime > TimeSpan.Zero ? ProjectedTime / EstimatedTime : null;

    /// <summary>What the pace says about the estimate.</summary>
    public VastPaceVerdict EstimateVerdict { get; internal init; }

    /// <summary>Whether a whole checkpoint was saved meanwhile; null where none was asked for.</summary>
    public bool? CheckpointSaved { get; internal init; }

    /// <summary>Whether the training went on from its checkpoint; null where that was not tried.</summary>
    public bool? Resumed { get; internal init; }

    /// <summary>The first loss after the checkpoint; null where none was logged.</summary>
    public double? ResumedLoss { get; internal init; }

    /// <summary>The exit code of the command; null where it was ended after the last step or at its time limit.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>True where the time limit ended it.</summary>
    public bool TimedOut { get; internal init; }

    /// <summary>True where the time limit ended it and could not confirm that all it started has gone.</summary>
    public bool MayStillRun { get; internal init; }

    /// <summary>All metrics in the order they came.</summary>
    public IReadOnlyList<VastMetric> Metrics { get; internal init => field = Joined.Of(value); } = Joined.None<VastMetric>();

    /// <summary>The last lines of its output.</summary>
    public IReadOnlyList<string> LogTail { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>The command that was run.</summary>
    public string Command { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => Passed
        ? FormattableString.Invariant(
            $"passed: {Steps} steps{(LastLoss is { } last ? $", loss {FirstLoss:G5} to {last:G5}" : "")}{(Reward is { } reward ? $", reward {reward:G5}" : "")}{(EstimateRatio is { } ratio ? $", {ratio:0.0#} times the estimated time" : "")}{(Resumed == true ? ", resumed" : "")}")
        : "failed: " + string.Join("; ", Reasons);
}
