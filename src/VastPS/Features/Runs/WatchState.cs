using VastPS.Basics;
using VastPS.Features.Instances;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What the looks so far have shown of a run. A pure step function: time and facts come with the look.</summary>
internal sealed record WatchState
{
    private const int IdleGpuPercent = 5;

    // Two looks in a row: a single one may fall on a pause or on a slip of the server.
    private const int Confirmations = 2;

    // However short the span that the user chose: a few looks may all fall into one slip of the network.
    private const int LeastFailedLooks = 5;
    private const int MostBackOff = 5;

    // A window is closed by some steps, or by one where a step takes long; a pause for a checkpoint spoils only its own.
    private const int WindowSteps = 5;
    private const int LeastWindows = 3;

    // The terms that end a watch: that the whole takes longer is told by its steps, as soon as it is certain.
    private static readonly string[] s_watched = ["StepTime", "PeakVram"];

    private static readonly TimeSpan s_windowTime = TimeSpan.FromMinutes(1);

    // A median needs no more; all of them would grow with the run.
    private const int MostWindows = 100;

    // A collective that hangs keeps processors and GPUs at work. Nobody knows how long a step or an evaluation may take: it is told
    // long before it counts.
    private const int HungGaps = 50;
    private const int HungWarnings = 4;

    private static readonly TimeSpan s_leastHung = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan s_afterEnd = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_lateCheckpoint = TimeSpan.FromMinutes(30);

    // The box gives TERM half a minute before KILL; later than this its own limit has not worked.
    private static readonly TimeSpan s_limitMargin = TimeSpan.FromMinutes(2);

    // A loss that is no number is waited on until it is beyond hope; where records are rare, no longer than this.
    private static readonly TimeSpan s_hope = TimeSpan.FromHours(1);

    // A look at a moment comes just after it.
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    /// <summary>The end, once it is known.</summary>
    public VastRunOutcome? Outcome { get; init; }

    /// <summary>The exit code for scheduled tasks, with the outcome.</summary>
    public int ExitCode { get; init; }

    /// <summary>When the run ended; null where it may still go on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it is no longer watched, with the outcome.</summary>
    public RunEnding Ending { get; init; }

    /// <summary>True where the outcome rests on weak evidence.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>The facts behind the outcome.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Median step time as the looks showed it; null until steps were seen to pass.</summary>
    public TimeSpan? StepTime { get; init; }

    /// <summary>Something to say once, such as a checkpoint that is late.</summary>
    public string? Warning { get; init; }

    public int FailedLooks { get; init; }

    /// <summary>Looks in a row that got no answer, whosever fault it was.</summary>
    public int MissedLooks { get; init; }

    public int GoneLooks { get; init; }

    public int StoppedLooks { get; init; }

    public int SilentLooks { get; init; }

    public bool SaidLate { get; init; }

    private int OverLooks { get; init; }

    private DateTimeOffset? FailingSince { get; init; }

    private DateTimeOffset? OfflineSince { get; init; }

    private DateTimeOffset? NaNSince { get; init; }

    // The last step or record that was seen, and when it came at the latest.
    private long? Progress { get; init; }

    private DateTimeOffset? ProgressAt { get; init; }

    private (WorkDone Done, DateTimeOffset At)? Work { get; init; }

    private (long Step, DateTimeOffset At)? Mark { get; init; }

    private IReadOnlyList<TimeSpan> Windows { get; init; } = [];

    // Without progress at the last look, and the longest of such times after which it went on.
    private TimeSpan Idle { get; init; }

    private TimeSpan LongestGap { get; init; }

    /// <summary>The state after one more look.</summary>
    public WatchState Next(WatchPlan plan, Observation look)
    {
        WatchState now = this with { Warning = null };
        if (look.End is { } end)
        {
            return now.Over(plan, look, end);
        }

        return look switch
        {
            { IsListed: false } => now.Gone(look),
            { Trouble: { } trouble } => (now with { MissedLooks = MissedLooks + 1 }).Failed(plan, look, trouble),
            _ => (now with { GoneLooks = 0, StoppedLooks = 0, FailedLooks = 0, MissedLooks = 0, FailingSince = null, OfflineSince = null })
                .Seen(plan, look),
        };
    }

    /// <summary>
    /// How long to wait for the next look: close at first, at the deadline and where something is suspicious, else sparse; after
    /// looks that failed longer each time, and not as long for all that failed together.
    /// </summary>
    /// <param name="plan">What the run is held against.</param>
    /// <param name="now">By this computer's clock.</param>
    /// <param name="chance">From 0 to 1.</param>
    public TimeSpan Pause(WatchPlan plan, DateTimeOffset now, double chance = 1)
    {
        TimeSpan close = Shorter(plan.PollInterval, plan.Spread.ClosePause);
        TimeSpan pause =
            MissedLooks > 0
                ? Shorter(plan.PollInterval, close * Math.Pow(2, Math.Min(MissedLooks - 1, MostBackOff))) * ((1 + chance) / 2)
            : IsSuspicious || now < plan.ValidationEnd || now >= plan.Deadline ? close
            : now >= plan.ExpectedEnd ? Shorter(plan.PollInterval, close > s_afterEnd ? close : s_afterEnd)
            : Shorter(plan.Spread.SparsePause(plan.PollInterval, now), plan.ExpectedEnd - now + s_moment);
        return plan.Deadline - now is { } left && left > TimeSpan.Zero ? Shorter(pause, left + s_moment) : pause;
    }

    private bool IsSuspicious => GoneLooks + StoppedLooks + SilentLooks > 0 || NaNSince is not null;

    private WatchState Ended(VastRunOutcome outcome, RunEnding ending, DateTimeOffset? at, params string[] evidence) =>
        this with { Outcome = outcome, ExitCode = OutcomeRule.ExitCode(outcome, null), Ending = ending, EndedAt = at, Evidence = evidence };

    // What ended between two looks is judged by its whole log, too: code 0 says nothing about the numbers.
    private WatchState Over(WatchPlan plan, Observation look, Kernel.State.RunEnd end)
    {
        WatchState over = this with
        {
            Outcome = end.Outcome, ExitCode = end.ExitCode, Ending = end.Ending, EndedAt = end.At, Evidence = end.Evidence,
            IsDoubtful = end.IsDoubtful || end.Outcome == VastRunOutcome.Incomplete,
        };
        if (end.Outcome != VastRunOutcome.Completed)
        {
            return over;
        }

        if (Broken(plan, look) is { } broken)
        {
            return over.Ended(VastRunOutcome.Contradicted, RunEnding.Over, end.At, [broken, .. end.Evidence]);
        }

        return AbortRules.Judge(look.Metrics, plan.Kind) switch
        {
            null => over,
            { NaNs: > 0 } nan => over.Ended(VastRunOutcome.Contradicted, RunEnding.NaNRule, end.At, [nan.Why, .. end.Evidence]),
            { } wrong => over with { IsDoubtful = true, Evidence = [.. end.Evidence, "in doubt: " + wrong.Why] },
        };
    }

    private static string? Broken(WatchPlan plan, Observation look) =>
        plan.AbortIf.FirstOrDefault(rule => rule.Judge(look.Metrics) == true) is { } broken
            ? $"-AbortIf '{broken}' holds: {broken.Found(look.Metrics)}"
            : null;

    private WatchState Gone(Observation look) => GoneLooks + 1 < Confirmations
        ? this with { GoneLooks = GoneLooks + 1, MissedLooks = 0 }
        : Ended(VastRunOutcome.Removed, RunEnding.Over, look.At, "its instance is not listed any more");

    private static VastRunOutcome Named(HaltCause? cause) => cause switch
    {
        HaltCause.Outbid => VastRunOutcome.Outbid,
        HaltCause.CreditOut => VastRunOutcome.CreditOut,
        HaltCause.ContractEnded => VastRunOutcome.ContractEnded,
        _ => VastRunOutcome.Killed,
    };

    private WatchState Failed(WatchPlan plan, Observation look, string trouble)
    {
        if (look.Halt is not null || look.State is VastInstanceState.Stopped or VastInstanceState.Exited or VastInstanceState.Starting)
        {
            return StoppedLooks + 1 < Confirmations
                ? this with { StoppedLooks = StoppedLooks + 1, GoneLooks = 0 }
                : Ended(
                    Named(look.Halt?.Cause),
                    RunEnding.Over,
                    null,
                    [
                        .. look.Halt is { } halt ? new[] { halt.Why } : [],
                        $"its instance is {look.State}: what still ran there was ended with it",
                    ]) with { IsDoubtful = true };
        }

        // An instance that is offline, or a server that cannot be asked, is waited for: nothing is known yet.
        bool runs = look.State == VastInstanceState.Running;
        DateTimeOffset? offline = look.State == VastInstanceState.Offline ? OfflineSince ?? look.At : null;
        if (look.At - offline >= plan.LostAfter && look.At > offline)
        {
            return Ended(
                VastRunOutcome.HostOffline,
                RunEnding.LostContact,
                null,
                $"its host has been offline for {Duration.Format(look.At - offline.Value)}: data on its disk is at risk",
                "the run may go on once the host is back") with { OfflineSince = offline };
        }

        WatchState now = this with
        {
            OfflineSince = offline,
            FailedLooks = FailedLooks + (runs ? 1 : 0), FailingSince = FailingSince
                ?? (runs ? look.At : null), GoneLooks = 0, StoppedLooks = 0,
        };
        TimeSpan failing = look.At - (now.FailingSince ?? look.At);
        bool isLost = now.FailedLooks >= LeastFailedLooks && failing >= plan.LostAfter;
        return isLost || (look.At > plan.Deadline + s_limitMargin && now.FailedLooks > 0)
            ? now.Ended(
                VastRunOutcome.LostContact,
                RunEnding.LostContact,
                null,
                FormattableString.Invariant(
                    $"{now.FailedLooks} looks failed in {Duration.Format(failing)} while Vast says that the instance runs"),
                "last: " + trouble,
                "the run may still go on")
            : now;
    }

    private WatchState Seen(WatchPlan plan, Observation look)
    {
        WatchState now = Stepped(look).Moved(look);
        if (Broken(plan, look) is { } broken)
        {
            return now.Ended(VastRunOutcome.Contradicted, RunEnding.TypedRule, null, broken);
        }

        Contradiction? wrong = AbortRules.Judge(look.Metrics, plan.Kind);
        now = now with { NaNSince = wrong is { NaNs: > 0 } ? NaNSince ?? look.At : null };
        if (wrong is { NaNs: > 0, IsLost: false } && look.At - now.NaNSince < s_hope)
        {
            return now with { Warning = NaNSince is null ? wrong.Why : null };
        }

        if (wrong is not null)
        {
            return now.Ended(VastRunOutcome.Contradicted, wrong.IsLost ? RunEnding.NaNRule : RunEnding.OtherRule, null, wrong.Why);
        }

        TermFinding? over = look.At <= plan.ValidationEnd ? now.OverPlan(plan, look) : null;
        now = now with { OverLooks = over is null ? 0 : OverLooks + 1 };
        if (over is not null && (over.Term == "StepTime" || now.OverLooks >= Confirmations))
        {
            return now.Ended(VastRunOutcome.Contradicted, RunEnding.OtherRule, null, $"{over.Term}: {over.Why}");
        }

        // The clock of this computer may have been set since; the limit of the box counts by its own.
        if (look.At > plan.Deadline + s_limitMargin && !(look.Elapsed < plan.Deadline - plan.StartedAt))
        {
            return now.Ended(
                VastRunOutcome.TimedOut, RunEnding.NotEnded, null, "it still goes on after its deadline: Stop-VastRun ends it");
        }

        return now.Judged(
            plan, look, Work is { } before && look.Work is { } done ? WorkRule.IsAtWork(before.Done, done, look.At - before.At) : null);
    }

    // What uses less than was planned costs nothing, and what has no plan is no contradiction of one: neither ends a watch. Of the
    // step time so many windows make one finding already.
    private TermFinding? OverPlan(WatchPlan plan, Observation look) => ValidationRule.Judge(
        new ValidationPlan(plan.Pace),
        new ValidationFacts
        {
            Elapsed = look.At - plan.StartedAt,
            Step = Windows.Count >= LeastWindows && StepTime is { } step
                ? new MeasuredStep(step, FormattableString.Invariant($"median of {Windows.Count} windows"))
                {
                    AtLeast = LogPaceRule.AtLeast(Windows),
                }
                : null,
            Vram = look.Vram,
        },
        plan.Thresholds).FirstOrDefault(f => f.Verdict == VastPaceVerdict.Contradicted && f.IsOver && s_watched.Contains(f.Term));

    // Progress is a step, or a record where steps have no numbers, or a checkpoint; a line that repeats itself is none.
    private WatchState Moved(Observation look)
    {
        long? reached = look.Metrics.Select(m => m.Step).LastOrDefault(s => s is not null)
            ?? (look.Metrics.Count > 0 ? look.Metrics[^1].OffsetBytes ?? look.Metrics.Count : null);
        DateTimeOffset signed = look.At - look.Silence;
        bool hasMoved = ProgressAt is not null && reached != Progress;
        DateTimeOffset at = ProgressAt is not { } known || (hasMoved && signed > known) ? signed : known;
        return this with
        {
            Progress = reached,
            ProgressAt = look.At - look.CheckpointAge is { } saved && saved > at ? saved : at,
            LongestGap = hasMoved && Idle > LongestGap ? Idle : LongestGap,
            Idle = TimeSpan.Zero,
        };
    }

    private WatchState Judged(WatchPlan plan, Observation look, bool? works)
    {
        TimeSpan idle = look.At - (ProgressAt ?? look.At);
        bool isIdle = idle > plan.StallTime && look.GpuPercent.All(p => p < IdleGpuPercent);
        bool isStill = isIdle && works == false && look.GpuPercent.Count > 0;
        bool isAfterAll = look.HasAllSteps && idle > plan.StallTime;
        TimeSpan? patience = works == true || look.GpuPercent.Any(p => p >= IdleGpuPercent) ? Patience(look) : null;
        bool isHung = !isStill && !isAfterAll && idle > patience * HungWarnings;
        WatchState now = this with
        {
            SilentLooks = isStill || isAfterAll || isHung ? SilentLooks + 1 : 0,
            Idle = idle,
            Work = look.Work is { } done ? (done, look.At) : null,
        };
        if (now.SilentLooks >= Confirmations)
        {
            return now.Ended(
                VastRunOutcome.Stalled,
                RunEnding.Stalled,
                null,
                isAfterAll ? $"all of its steps are made, and nothing came after them for {Duration.Format(idle)}"
                    : $"no step and no checkpoint for {Duration.Format(idle)}",
                isStill ? $"GPU use {string.Join(", ", look.GpuPercent)} %, and its processes use neither processor nor disk nor network"
                    : isAfterAll ? "its log: " + (look.Metrics is [.., { Line: var line }] ? line : "")
                    : $"until then never longer than {Duration.Format(patience!.Value / HungGaps)}: it works, and gets nowhere",
                "its processes are still there");
        }

        if (idle > patience)
        {
            return now with { Warning = $"no step and no checkpoint for {Duration.Format(idle)}, although it works: it may hang" };
        }

        // What cannot be asked is not idle.
        if (isIdle && works != true && look.Silence > plan.StallTime && look.GpuPercent.Count == 0)
        {
            return now with { Warning = $"no step and no checkpoint for {Duration.Format(idle)}, and not all GPUs say whether they work" };
        }

        if (!now.SaidLate && look.At - plan.StartedAt is var passed && passed > plan.Pace.WorstRunTime)
        {
            return now with { SaidLate = true, Warning =
                $"it goes on after {Duration.Format(passed)}; at worst {Duration.Format(plan.Pace.WorstRunTime!.Value)} were estimated" };
        }

        return look.CheckpointAge is { } age && age > s_lateCheckpoint
            ? now with { Warning = $"its newest checkpoint is {Duration.Format(age)} old" }
            : now;
    }

    // Null until it was seen to make steps. What comes every some steps is so many steps apart.
    private TimeSpan? Patience(Observation look)
    {
        if (Windows.Count == 0)
        {
            return null;
        }

        long[] steps = [.. look.Metrics.Select(m => m.Step).OfType<long>().Distinct().TakeLast(3)];
        long apart = steps.Length > 1 ? Math.Max(1, steps.Zip(steps.Skip(1), (one, next) => next - one).Max()) : 1;
        TimeSpan gap = Windows.Max() * apart;
        TimeSpan patience = (gap > LongestGap ? gap : LongestGap) * HungGaps;
        return patience > s_leastHung ? patience : s_leastHung;
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

        TimeSpan[] windows = [.. Windows.TakeLast(MostWindows - 1), passed / steps];
        return this with
            {
            Mark = (step, look.At),
            Windows = windows,
            StepTime = TimeSpan.FromSeconds(Statistics.Median(windows.Select(w => w.TotalSeconds)))
        };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;
}
