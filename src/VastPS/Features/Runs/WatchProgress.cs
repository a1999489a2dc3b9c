namespace VastPS.Features.Runs;

/// <summary>How far a watched run is, as its last look showed it. What nobody knows is null, and left out wherever it is shown.</summary>
/// <param name="Name">Of the run.</param>
/// <param name="State">Unknown where the box did not answer.</param>
/// <param name="At">When it was looked at.</param>
internal sealed record WatchProgress(string Name, VastRunState State, DateTimeOffset At)
{
    private static readonly TimeSpan s_beyond = TimeSpan.FromDays(3650);

    public VastRunOutcome? Outcome { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>The last step that its log names.</summary>
    public long? Step { get; init; }

    /// <summary>As planned for this run; null where the run went beyond it.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>loss, or reward where that is what counts.</summary>
    public string Metric { get; init; } = "";

    public double? Value { get; init; }

    public TimeSpan? StepTime { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public decimal? PricePerHour { get; init; }

    /// <summary>Why the last look got no answer; null where it got one.</summary>
    public string? Trouble { get; init; }

    /// <summary>When a look last got an answer.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When the last step will be done at this pace; null also where that is beyond any run.</summary>
    public DateTimeOffset? End =>
        Outcome is null && Trouble is null && StepTime?.TotalSeconds * (TotalSteps - Step) is { } seconds && seconds < s_beyond.TotalSeconds
            ? At + TimeSpan.FromSeconds(seconds)
            : null;

    public int? Percent => TotalSteps > 0 ? (int?)(Step * 100 / TotalSteps) : null;

    /// <summary>In USD until a moment, or until its end.</summary>
    public decimal? Spent(DateTimeOffset now) => Cost((EndedAt ?? now) - StartedAt);

    /// <summary>In USD until its last step.</summary>
    public decimal? Projected => Cost(End - StartedAt);

    private decimal? Cost(TimeSpan? time) =>
        time is { Ticks: var ticks } ? PricePerHour * Math.Max(0, ticks) / TimeSpan.TicksPerHour : null;
}
