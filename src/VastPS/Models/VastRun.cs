using VastPS.Basics;

namespace VastPS;

/// <summary>A command that runs on a box by itself, whether anybody watches or not.</summary>
public sealed class VastRun
{
    private IReadOnlyList<string> _evidence = Joined.None<string>();
    private int? _exitCode;

    internal VastRun()
    {
    }

    /// <summary>The run; also the name of its folder on the box, below ~/.vastps/runs.</summary>
    public string RunId { get; internal init; } = "";

    /// <summary>The name it was started under, unique on this computer.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The instance it runs on.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The machine of that instance.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>The command, as shell text.</summary>
    public string Command { get; internal init; } = "";

    /// <summary>Whether it still goes on.</summary>
    public VastRunState State { get; internal init; }

    /// <summary>How it ended; null while it goes on or nobody knows.</summary>
    public VastRunOutcome? Outcome { get; internal init; }

    /// <summary>
    /// A code for scheduled tasks: 0 for Completed and nothing else, the command's own code where it failed, 124 for TimedOut,
    /// 75 Stalled, 76 Contradicted, 77 Removed, 78 LostContact, 79 Incomplete; 80 without an outcome, where -Timeout ended the
    /// watching. Else null without an outcome.
    /// </summary>
    public int? ExitCode { get => _exitCode; internal init => _exitCode = value; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>When the box ends it; null where it was started without a limit.</summary>
    public DateTimeOffset? Deadline { get; internal init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; internal init; }

    /// <summary>From the start to the end, or until it was looked at.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The log on the box.</summary>
    public string LogPath { get; internal init; } = "";

    /// <summary>Size of the log; null where the box was not asked.</summary>
    public long? LogBytes { get; internal init; }

    /// <summary>Median time of a step; null where the log told none.</summary>
    public TimeSpan? StepTime { get; internal init; }

    /// <summary>Time of a step as the smoke test measured it, else as it was estimated; null where neither was done.</summary>
    public TimeSpan? ExpectedStepTime { get; internal init; }

    /// <summary>Time of the whole run as it was estimated; null where it was not.</summary>
    public TimeSpan? ExpectedTime { get; internal init; }

    /// <summary>The kind of training: it decides which rules end the watching as Contradicted.</summary>
    public VastTrainingKind Kind { get; internal init; }

    /// <summary>Rules besides those of Kind, such as 'loss > 8'.</summary>
    public IReadOnlyList<string> AbortIf { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>What was known before it started, one a line: estimate, checks, smoke test, and what was missing.</summary>
    public IReadOnlyList<string> Proof { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>The estimate, the checks and the smoke test it was started on, each with when and how it came out.</summary>
    public IReadOnlyList<VastProof> ProvenBy { get; internal init => field = Joined.Of(value); } = Joined.None<VastProof>();

    /// <summary>The facts behind State and Outcome, one a line.</summary>
    public IReadOnlyList<string> Evidence { get => _evidence; internal init => _evidence = Joined.Filled(value); }

    /// <summary>True where it was started with -Force, without proof.</summary>
    public bool IsForced { get; internal init; }

    /// <summary>What the box cost for the time of the run in USD, without traffic.</summary>
    public decimal Cost { get; internal init => field = Usd.Round(value); }

    /// <summary>The same run where the watching ended before it.</summary>
    internal VastRun Unwatched(int exitCode, string fact)
    {
        VastRun run = With([fact]);
        run._exitCode = exitCode;
        return run;
    }

    /// <summary>The same run with more facts.</summary>
    internal VastRun With(IEnumerable<string> facts)
    {
        var run = (VastRun)MemberwiseClone();
        run._evidence = Joined.Filled([.. _evidence, .. facts]);
        return run;
    }

    /// <inheritdoc />
    public override string ToString() => $"run '{Name}' ({RunId}) on instance {InstanceId}: {Outcome?.ToString() ?? State.ToString()}";
}
