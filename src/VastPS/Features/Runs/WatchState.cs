using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>What the looks so far have shown of a run. A pure step function: time and facts come with the look.</summary>
internal sealed record WatchState
{
    private const int IdleGpuPercent = 5;
    // Two looks in a row: a single one may fall on a pause or on a slip of the server.
    private const int Confirmations = 2;

    // A window is closed by some steps, or by one where a step takes long; a pause for a checkpoint spoils only its own.
    private const int WindowSteps = 5;
    private const int LeastWindows = 3;

    private static readonly TimeSpan s_windowTime = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_close = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_afterEnd = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_lateCheckpoint = TimeSpan.FromMinutes(30);

    // The box gives TERM half a minute before KILL; later than this its own limit has not worked.
    private static readonly TimeSpan s_limitMargin = TimeSpan.FromMinutes(2);

    // A look at a moment comes just after it.
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    /// <summary>The end, once it is known.</summary>
    public VastRunOutcome? Outcome { get; init; }

    /// <summary>The exit code for scheduled tasks, with the outcome.</summary>
    public int ExitCode { get; init; }

    /// <summary>When the run ended; null where it may still go on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The facts behind the outcome.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Median step time as the looks showed it; null until steps were seen to pass.</summary>
    public TimeSpan? StepTime { get; init; }

    /// <summary>Something to say once, such as a checkpoint that is late.</summary>
    public string? Warning { get; init; }

    public int FailedLooks { get; init; }

    public int GoneLooks { get; init; }

    public int StoppedLooks { get; init; }

    public int SilentLooks { get; init; }

    public bool SaidLate { get; init; }

    private (long Step, DateTimeOffset At)? Mark { get; init; }

    private IReadOnlyList<TimeSpan> Windows { get; init; } = [];

    /// <summary>The state after one more look.</summary>
    public WatchState Next(WatchPlan plan, Observation look)
    {
        WatchState now = this with { Warning = null };
        if (look.End is { } end)
        {
            return now with { Outcome = end.Outcome, ExitCode = end.ExitCode, EndedAt = end.At, Evidence = end.Evidence };
        }

        return look switch
        {
            { IsListed: false } => now.Gone(look),
            { Trouble: { } trouble } => now.Failed(plan, look, trouble),
            _ => (now with { GoneLooks = 0, StoppedLooks = 0, FailedLooks = 0 }).Seen(plan, look),
        };
    }

    /// <summary>How long to wait for the next look: close at first, at the deadline and where something is suspicious, else sparse.</summary>
    public TimeSpan Pause(WatchPlan plan, DateTimeOffset now)
    {
        bool close = now < plan.ValidationEnd || FailedLooks + GoneLooks + StoppedLooks + SilentLooks > 0 || now >= plan.Deadline;
        TimeSpan pause = Shorter(plan.PollInterval, close ? s_close : now >= plan.ExpectedEnd ? s_afterEnd : plan.ExpectedEnd - now + s_moment);
        return plan.Deadline - now is { } left && left > TimeSpan.Zero ? Shorter(pause, left + s_moment) : pause;
    }

    private WatchState Ended(VastRunOutcome outcome, DateTimeOffset? at, params string[] evidence) =>
        this with { Outcome = outcome, ExitCode = OutcomeRule.ExitCode(outcome, null), EndedAt = at, Evidence = evidence };

    private WatchState Gone(Observation look) => GoneLooks + 1 < Confirmations
        ? this with { GoneLooks = GoneLooks + 1 }
        : Ended(VastRunOutcome.Removed, look.At, "its instance is not listed any more");

    private WatchState Failed(WatchPlan plan, Observation look, string trouble)
    {
        if (look.State is VastInstanceState.Stopped or VastInstanceState.Exited)
        {
            return StoppedLooks + 1 < Confirmations
                ? this with { StoppedLooks = StoppedLooks + 1, GoneLooks = 0 }
                : Ended(VastRunOutcome.Killed, null, $"its instance is {look.State}: what still ran there was ended with it");
        }

        // An instance that is offline, or a server that cannot be asked, is waited for: nothing is known yet.
        WatchState now = this with { FailedLooks = FailedLooks + (look.State == VastInstanceState.Running ? 1 : 0), GoneLooks = 0, StoppedLooks = 0 };
        bool over = look.At > plan.Deadline + s_limitMargin;
        return now.FailedLooks >= plan.LostAfter || (over && now.FailedLooks > 0)
            ? now.Ended(VastRunOutcome.LostContact, null, FormattableString.Invariant($"{now.FailedLooks} looks failed while Vast says that the instance runs"), "last: " + trouble, "the run may still go on")
            : now;
    }

    private WatchState Seen(WatchPlan plan, Observation look)
    {
        WatchState now = Stepped(look);
        if (plan.AbortIf.FirstOrDefault(rule => rule.Judge(look.Metrics) == true) is { } broken)
        {
            return now.Ended(VastRunOutcome.Contradicted, null, $"-AbortIf '{broken}' holds: {broken.Found(look.Metrics)}", "the run still goes on");
        }

        if (AbortRules.Judge(look.Metrics, plan.Kind) is { } wrong)
        {
            return now.Ended(VastRunOutcome.Contradicted, null, wrong, "the run still goes on");
        }

        if (look.At <= plan.ValidationEnd && now.Windows.Count >= LeastWindows && now.StepTime is { } step && PaceRule.IsTooSlow(plan.Pace, step))
        {
            TimeSpan expected = plan.Pace.StepTime!.Value;
            return now.Ended(VastRunOutcome.Contradicted, null, FormattableString.Invariant($"a step takes {Duration.Format(step)}, {step / expected:0.0} times the expected {Duration.Format(expected)}"), "the run still goes on");
        }

        if (look.At > plan.Deadline + s_limitMargin)
        {
            return now.Ended(VastRunOutcome.TimedOut, null, "it still goes on after its deadline: Stop-VastRun ends it");
        }

        bool silent = look.Silence > plan.StallTime && look.GpuPercent.All(p => p < IdleGpuPercent);
        now = now with { SilentLooks = silent ? now.SilentLooks + 1 : 0 };
        if (now.SilentLooks >= Confirmations)
        {
            string gpu = look.GpuPercent.Count == 0 ? "the GPUs tell nothing" : $"GPU use {string.Join(", ", look.GpuPercent)} %";
            return now.Ended(VastRunOutcome.Stalled, null, $"no log line and no checkpoint for {Duration.Format(look.Silence)}", gpu, "its processes are still there");
        }

        if (!now.SaidLate && look.At - plan.StartedAt is var passed && passed > plan.Pace.WorstRunTime)
        {
            return now with { SaidLate = true, Warning = $"it goes on after {Duration.Format(passed)}; at worst {Duration.Format(plan.Pace.WorstRunTime!.Value)} were estimated" };
        }

        return look.CheckpointAge is { } age && age > s_lateCheckpoint
            ? now with { Warning = $"its newest checkpoint is {Duration.Format(age)} old" }
            : now;
    }

    // Steps counted between two looks: it needs no times in the log.
    private WatchState Stepped(Observation look)
    {
        if (look.Metrics.Select(m => m.Step).LastOrDefault(s => s is not null) is not { } step)
        {
            return this;
        }

        if (Mark is not { } mark || step < mark.Step)
        {
            return this with { Mark = (step, look.At), Windows = [] };
        }

        long steps = step - mark.Step;
        TimeSpan passed = look.At - mark.At;
        if (steps < WindowSteps && !(steps > 0 && passed >= s_windowTime))
        {
            return this;
        }

        TimeSpan[] windows = [.. Windows, passed / steps];
        return this with { Mark = (step, look.At), Windows = windows, StepTime = TimeSpan.FromSeconds(Trend.Median(windows.Select(w => w.TotalSeconds))) };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;
}
