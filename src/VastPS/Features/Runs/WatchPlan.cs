using VastPS.Features.Instances;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What a watched run is held against.</summary>
internal sealed record WatchPlan(DateTimeOffset StartedAt)
{
    /// <summary>When the box ends it, by this computer's clock.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Close looks until then; what contradicts shows early.</summary>
    public DateTimeOffset ValidationEnd { get; init; }

    /// <summary>Between two looks afterwards.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Its place among the runs that are watched at once: looks at many are spread.</summary>
    public SpreadRule Spread { get; init; } = new(0, 1);

    /// <summary>Without a step and a checkpoint for this long, and without work of any kind, is stalled.</summary>
    public TimeSpan StallTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Looks that fail for this long, while Vast says that the instance runs, are a lost contact.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Rules that contradict the run where one holds.</summary>
    public IReadOnlyList<MetricCondition> AbortIf { get; init; } = [];

    /// <summary>Which of the rules that need no naming hold.</summary>
    public VastTrainingKind Kind { get; init; }

    /// <summary>What was estimated and measured before the run; empty where nothing was.</summary>
    public RunPace Pace { get; init; } = new();

    /// <summary>How far a measured term may be off.</summary>
    public Thresholds Thresholds { get; init; } = Thresholds.Default;

    /// <summary>When the whole should be done; null where nobody estimated it.</summary>
    public DateTimeOffset? ExpectedEnd => StartedAt + Pace.RunTime;
}

/// <summary>One look at a watched run.</summary>
/// <param name="At">When, by this computer's clock.</param>
internal sealed record Observation(DateTimeOffset At)
{
    /// <summary>False where the server does not list the instance; null where it could not be asked.</summary>
    public bool? IsListed { get; init; }

    /// <summary>The instance's state; Running where the server says so.</summary>
    public VastInstanceState State { get; init; }

    /// <summary>What stopped the instance; null where it is not stopped.</summary>
    public Halt? Halt { get; init; }

    /// <summary>Why the box could not be asked; null where it answered.</summary>
    public string? Trouble { get; init; }

    /// <summary>How the run ended, where it did.</summary>
    public Kernel.State.RunEnd? End { get; init; }

    /// <summary>How long the run goes on by the uptime of its box, which nobody sets; null where it does not say.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>How long log and checkpoints have been silent, by the box's clock.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>Age of the newest checkpoint; null without one.</summary>
    public TimeSpan? CheckpointAge { get; init; }

    /// <summary>What was done until now; null where the box does not say.</summary>
    public WorkDone? Work { get; init; }

    /// <summary>Use of each GPU in percent; empty where not all of them say it and those that do are idle.</summary>
    public IReadOnlyList<int> GpuPercent { get; init; } = [];

    /// <summary>Memory in use of the fullest GPU; null where none says it.</summary>
    public GpuMemory? Vram { get; init; }

    /// <summary>True where its log shows that all of its steps are made.</summary>
    public bool HasAllSteps { get; init; }

    /// <summary>All metrics of the log until now.</summary>
    public IReadOnlyList<VastMetric> Metrics { get; init; } = [];
}
