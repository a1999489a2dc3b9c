using System.Text.Json.Serialization;

namespace VastPS.Kernel.State;

/// <summary>A run as it was started from here.</summary>
/// <param name="RunId">Letters, digits and dashes only: it is a folder name on the box.</param>
/// <param name="Name">Unique here.</param>
/// <param name="InstanceId">Where it runs.</param>
/// <param name="Command">Shell text.</param>
/// <param name="StartedAt">By this computer's clock.</param>
internal sealed record RunRecord(string RunId, string Name, long InstanceId, string Command, DateTimeOffset StartedAt)
{
    public long? MachineId { get; init; }

    /// <summary>A mark of the API key that it was started with; null in records of old.</summary>
    public string? KeyMark { get; init; }

    /// <summary>When the box ends it; null without a limit.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public string LogPath { get; init; } = "";

    /// <summary>Where it saves checkpoints on the box; null where nobody said.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Where the command works on the box; null for the login folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The names of the variables that it was given; their values are never noted.</summary>
    public IReadOnlyList<string> EnvironmentNames { get; init; } = [];

    /// <summary>Rules that contradict the run, such as 'loss > 8'.</summary>
    public IReadOnlyList<string> AbortIf { get; init; } = [];

    /// <summary>Which rules end it besides.</summary>
    public VastTrainingKind Kind { get; init; }

    /// <summary>What was estimated and measured before it; null in records of old.</summary>
    public RunPace? Pace { get; init; }

    /// <summary>
    /// What the estimate says that was chosen for this run: its steps and its time are expected of it. An estimate that is only
    /// noted for the instance may be about another command. Null where none was chosen.
    /// </summary>
    public RunPace? Plan { get; init; }

    /// <summary>What was known at the start, one a line.</summary>
    public IReadOnlyList<string> Proof { get; init; } = [];

    /// <summary>What it was proven by, each with its verdict; empty in records of old.</summary>
    public IReadOnlyList<NotedProof> ProvenBy { get; init; } = [];

    /// <summary>Started with -Force.</summary>
    public bool IsForced { get; init; }

    /// <summary>The instance's price in USD per hour at the start.</summary>
    public decimal PricePerHour { get; init; }

    /// <summary>How it ended, once somebody saw it.</summary>
    public RunEnd? End { get; init; }

    /// <summary>
    /// True while a look may show something new. Removed is what a look with another account's key shows as well:
    /// an instance that is listed again has the last word.
    /// </summary>
    [JsonIgnore]
    public bool IsOpen => End is null or { Outcome: VastRunOutcome.Removed };
}

/// <summary>A proof that a run was started on.</summary>
internal sealed record NotedProof(VastProofKind Kind, bool Passed, DateTimeOffset At, string Detail);

/// <summary>The end of a run as it was seen.</summary>
internal sealed record RunEnd(VastRunOutcome Outcome, int ExitCode, DateTimeOffset At, IReadOnlyList<string> Evidence)
{
    /// <summary>True where the outcome rests on an exit code that something may hide: then nothing is removed.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Why it is no longer watched.</summary>
    public RunEnding Ending { get; init; }
}
