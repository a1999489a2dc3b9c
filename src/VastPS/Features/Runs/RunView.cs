using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>The run as users see it, put together from what is known here and what the box says.</summary>
internal static class RunView
{
    // A run that was just noted may not have reached the box yet.
    private static readonly TimeSpan s_launchTime = TimeSpan.FromMinutes(2);

    /// <summary>True where a run should have begun long ago.</summary>
    public static bool IsOverdue(RunRecord run, DateTimeOffset now) => now - run.StartedAt > s_launchTime;

    /// <summary>How a run ended; null while it goes on or was only just started.</summary>
    /// <param name="run">As noted when it was started.</param>
    /// <param name="report">What the box says.</param>
    /// <param name="seen">What it says about the run.</param>
    /// <param name="now">By this computer's clock.</param>
    /// <param name="rules">Rules of a watch besides those of the run.</param>
    /// <param name="metrics">What a watch has read.</param>
    public static RunEnd? End(
        RunRecord run,
        BoxReport report,
        BoxRun? seen,
        DateTimeOffset now,
        IReadOnlyList<MetricCondition>? rules = null,
        IReadOnlyList<VastMetric>? metrics = null)
    {
        if (seen?.StartedAt is null)
        {
            // Where its folder was removed under it, its processes still carry its mark; and a start that the box holds back may go on.
            return seen is { IsAlive: false, IsSealed: true }
                ? new RunEnd(
                    VastRunOutcome.Killed,
                    OutcomeRule.ExitCode(VastRunOutcome.Killed, null),
                    now,
                    ["the box has no trace of it: it never began there, or its container was made anew"])
                : null;
        }

        if (seen is { IsAlive: true, HasStatus: false })
        {
            return null;
        }

        var facts = new EndFacts(seen.Code, seen.Why, seen.OomKills, seen.Boot != report.Boot, seen.Log)
        {
            Command = seen.Command,
            HasPipefail = seen.HasPipefail,
            Pipe = seen.Pipe,
            Helpers = seen.Helpers,
            Handed = seen.Handed,
            Taken = seen.Taken,
            IsBlind = seen.IsBlind,
            Took = seen.Took,
            PlannedSteps = run.Plan?.Steps,
            ExpectedTime = run.Plan?.RunTime,
            CheckpointPath = run.CheckpointPath,
            IsSaved = seen.IsSaved,
            AbortIf = rules ?? [.. run.AbortIf.Select(r => MetricCondition.Parse(r, "AbortIf"))],
            Metrics = metrics ?? [],
        };
        (VastRunOutcome outcome, IReadOnlyList<string> evidence, bool isDoubtful) = OutcomeRule.Judge(facts);

        // The box says how long the run took; this computer's clock says when it began.
        DateTimeOffset at = seen.Took is { } took ? run.StartedAt + took : now;
        return new RunEnd(outcome, OutcomeRule.ExitCode(outcome, seen.Code), at, evidence)
        {
            IsDoubtful = isDoubtful,
            Ending = seen is { Handed.Length: > 0, Why: "limit" or "stop" } ? RunEnding.NotEnded : RunEnding.Over,
        };
    }

    /// <summary>The end of a run whose instance is not listed any more.</summary>
    public static RunEnd Removed(RunRecord run, DateTimeOffset now) => new(
        VastRunOutcome.Removed,
        OutcomeRule.ExitCode(VastRunOutcome.Removed, null),
        now,
        [FormattableString.Invariant($"instance {run.InstanceId} is not listed any more")]);

    /// <summary>A run from its record alone: over, or in a state that nobody could ask for.</summary>
    public static VastRun Of(RunRecord run, DateTimeOffset now, params string[] evidence) =>
        Make(run, null, run.End, now, evidence);

    /// <summary>A run that the box knows.</summary>
    public static VastRun Of(
        RunRecord run, BoxRun seen, RunEnd? end, DateTimeOffset now, IReadOnlyList<string> evidence, TimeSpan? stepTime = null) =>
        Make(
            run,
            seen,
            end,
            now,
            end is null && seen.Handed.Length > 0
                ? [.. evidence, "its command has ended, but what it handed on goes on: " + seen.Handed]
                : evidence,
            stepTime);

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
        RunRecord run, BoxRun? seen, RunEnd? end, DateTimeOffset now, IReadOnlyList<string> evidence, TimeSpan? stepTime = null)
    {
        TimeSpan took = (end?.At ?? now) - run.StartedAt;
        took = took > TimeSpan.Zero ? took : TimeSpan.Zero;
        return new VastRun
        {
            RunId = run.RunId,
            Name = run.Name,
            InstanceId = run.InstanceId,
            MachineId = run.MachineId,
            Command = Redactor.Clean(run.Command),
            State = end is not null ? VastRunState.Ended : seen is null ? VastRunState.Unknown : VastRunState.Running,
            Outcome = end?.Outcome,
            ExitCode = end?.ExitCode,
            StartedAt = run.StartedAt,
            Deadline = run.Deadline,
            EndedAt = end?.At,
            Duration = took,
            LogPath = seen?.LogPath ?? run.LogPath,
            LogBytes = seen?.LogBytes,
            StepTime = stepTime,
            Evidence = [.. (end?.Evidence ?? []).Concat(evidence).Distinct()],
            Kind = run.Kind,
            AbortIf = run.AbortIf,
            ExpectedStepTime = run.Pace?.StepTime,
            ExpectedTime = run.Pace?.RunTime,
            Proof = run.Proof,
            ProvenBy =
            [
                .. run.ProvenBy.Select(p => new VastProof { Kind = p.Kind, Passed = p.Passed, At = p.At, Detail = p.Detail }),
            ],
            IsForced = run.IsForced,
            Cost = run.PricePerHour * took.Ticks / TimeSpan.TicksPerHour,
        };
    }
}
