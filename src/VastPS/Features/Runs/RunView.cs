using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>The run as users see it, put together from what is known here and what the box says.</summary>
internal static class RunView
{
    // A run that was just noted may not have reached the box yet.
    private static readonly TimeSpan s_launchTime = TimeSpan.FromMinutes(2);

    /// <summary>How a run ended; null while it goes on or was only just started.</summary>
    public static RunEnd? End(RunRecord run, BoxReport report, BoxRun? seen, DateTimeOffset now)
    {
        if (seen?.StartedAt is null)
        {
            return now - run.StartedAt > s_launchTime
                ? new RunEnd(VastRunOutcome.Killed, OutcomeRule.ExitCode(VastRunOutcome.Killed, null), now, ["the box has no trace of it: it never began there, or its container was made anew"])
                : null;
        }

        if (seen is { IsAlive: true, HasStatus: false })
        {
            return null;
        }

        (VastRunOutcome outcome, IReadOnlyList<string> evidence) = OutcomeRule.Judge(new EndFacts(seen.Code, seen.Why, seen.OomKills, seen.Boot != report.Boot, seen.Tail));

        // The box says how long the run took; this computer's clock says when it began.
        DateTimeOffset at = seen.Took is { } took ? run.StartedAt + took : now;
        return new RunEnd(outcome, OutcomeRule.ExitCode(outcome, seen.Code), at, evidence);
    }

    /// <summary>The end of a run whose instance is not listed any more.</summary>
    public static RunEnd Removed(RunRecord run, DateTimeOffset now) => new(
        VastRunOutcome.Removed,
        OutcomeRule.ExitCode(VastRunOutcome.Removed, null),
        now,
        [FormattableString.Invariant($"instance {run.InstanceId} is not listed any more")]);

    /// <summary>A run from its record alone: over, or in a state that nobody could ask for.</summary>
    public static VastRun Of(RunRecord run, DateTimeOffset now, params string[] evidence) =>
        Make(run, now, run.End, run.End is null ? VastRunState.Unknown : VastRunState.Ended, run.LogPath, null, evidence);

    /// <summary>A run that the box knows.</summary>
    public static VastRun Of(RunRecord run, BoxRun seen, RunEnd? end, DateTimeOffset now, IReadOnlyList<string> evidence, TimeSpan? stepTime = null) =>
        Make(run, now, end, end is null ? VastRunState.Running : VastRunState.Ended, seen.LogPath, seen.LogBytes, evidence, stepTime);

    /// <summary>The record of a run that the box knows and this computer does not.</summary>
    public static RunRecord Foreign(BoxRun seen, VastInstance instance) =>
        new(seen.RunId, seen.Name, instance.InstanceId, seen.Command, seen.StartedAt ?? instance.ReadAt)
        {
            MachineId = instance.MachineId,
            Deadline = seen.StartedAt + seen.Limit,
            LogPath = seen.LogPath,
            PricePerHour = instance.PricePerHour ?? 0,
        };

    private static VastRun Make(
        RunRecord run, DateTimeOffset now, RunEnd? end, VastRunState state, string logPath, long? logBytes, IReadOnlyList<string> evidence, TimeSpan? stepTime = null)
    {
        TimeSpan took = (end?.At ?? now) - run.StartedAt;
        took = took > TimeSpan.Zero ? took : TimeSpan.Zero;
        return new VastRun
        {
            RunId = run.RunId,
            Name = run.Name,
            InstanceId = run.InstanceId,
            MachineId = run.MachineId,
            Command = run.Command,
            State = state,
            Outcome = end?.Outcome,
            ExitCode = end?.ExitCode,
            StartedAt = run.StartedAt,
            Deadline = run.Deadline,
            EndedAt = end?.At,
            Duration = took,
            LogPath = logPath,
            LogBytes = logBytes,
            StepTime = stepTime,
            Evidence = [.. (end?.Evidence ?? []).Concat(evidence).Distinct()],
            Kind = run.Kind,
            AbortIf = run.AbortIf,
            ExpectedStepTime = run.Pace?.StepTime,
            ExpectedTime = run.Pace?.RunTime,
            Proof = run.Proof,
            IsForced = run.IsForced,
            Cost = run.PricePerHour * took.Ticks / TimeSpan.TicksPerHour,
        };
    }
}
