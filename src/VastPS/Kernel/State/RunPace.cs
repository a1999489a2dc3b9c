namespace VastPS.Kernel.State;

/// <summary>How fast a run goes: as an estimate assumes it, or as a smoke test measured it.</summary>
internal sealed record RunPace
{
    /// <summary>Time of a step.</summary>
    public TimeSpan? StepTime { get; init; }

    /// <summary>Time of a step in the pessimistic case.</summary>
    public TimeSpan? WorstStepTime { get; init; }

    /// <summary>From the start of the command to its end.</summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>The same in the pessimistic case.</summary>
    public TimeSpan? WorstRunTime { get; init; }

    public int? Steps { get; init; }

    /// <summary>The most memory that a GPU is assumed to need.</summary>
    public double? PeakVramGiB { get; init; }

    /// <summary>False where it holds times or steps that no run has.</summary>
    public static bool IsSound(RunPace? pace) => pace is null
        || (new[] { pace.StepTime, pace.WorstStepTime, pace.RunTime, pace.WorstRunTime }.All(StateLines.IsSpan)
            && pace.Steps is null or >= 0
            && pace.PeakVramGiB is null or (>= 0 and < 1e6));
}
