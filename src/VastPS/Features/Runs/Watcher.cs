using VastPS.Features.Estimation;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>How to watch.</summary>
internal sealed record WatchOptions(TimeSpan ValidationPeriod, TimeSpan PollInterval, TimeSpan StallTime, TimeSpan LostAfter)
{
    public IReadOnlyList<MetricCondition> AbortIf { get; init; } = [];

    public TimeSpan? ExpectedStepTime { get; init; }

    /// <summary>After so long the watching ends, and no run does; null for never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Where each look is noted; null for nowhere.</summary>
    public AppendedFile? Log { get; init; }

    public Thresholds Thresholds { get; init; } = Thresholds.Default;

    public string? KeyPath { get; init; }
}

/// <summary>What a run shares with those that are watched at the same time.</summary>
internal sealed record WatchPlace(InstanceRound Instances, SpreadRule Spread);

/// <summary>Hears of the looks at a run.</summary>
/// <param name="Looked">After each look, with the run as it is.</param>
/// <param name="Waiting">Now and then between two looks.</param>
/// <param name="Warn">What should be known while the run goes on.</param>
internal sealed record WatchListener(Action<VastRun, WatchProgress> Looked, Action<WatchProgress> Waiting, Action<string> Warn);

/// <summary>A run that is no longer watched.</summary>
/// <param name="Run">With its outcome.</param>
/// <param name="End">What follows is decided by this; null where the watching ended before the run.</param>
/// <param name="IsOver">False where it may still go on.</param>
internal sealed record WatchedRun(VastRun Run, RunEnd? End, bool IsOver);

/// <summary>Watches a run until it has an outcome. Looks only: nothing is started, ended or changed on the box.</summary>
internal sealed class Watcher(
    VastApiClient api, RunStore store, EvidenceService evidence, AskBox ask, Func<double> chance, TimeProvider clock)
{
    private static readonly TimeSpan s_oneLook = TimeSpan.FromSeconds(1);

    // Whole seconds on the box.
    private static readonly TimeSpan s_slip = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lookLimit = TimeSpan.FromSeconds(60);

    /// <summary>What a watch takes at least: from one look to the next, and a look itself needs a second.</summary>
    public static TimeSpan LeastTime(TimeSpan interval)
    {
        TimeSpan pause = new SpreadRule(0, 1).ClosePause;
        return interval < s_oneLook ? s_oneLook : interval < pause ? interval : pause;
    }

    /// <summary>Asks boxes over ssh.</summary>
    public static AskBox Over(InstanceConnections connections) => async (instance, script, keyPath, stop) =>
    {
        await using ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
        return BoxReport.Read(
            (await link.RunAsync(new SshCommandSpec(script) { Timeout = s_lookLimit }, stop).ConfigureAwait(false)).Stdout);
    };

    /// <summary>Watches one run; returns it with its outcome.</summary>
    /// <param name="run">As noted when it was started.</param>
    /// <param name="options">How to watch.</param>
    /// <param name="place">Among the runs that are watched at the same time.</param>
    /// <param name="listener">Hears of the looks.</param>
    /// <param name="stop">Ends the watching and leaves the run alone.</param>
    /// <exception cref="VastException">The account cannot be asked even at the first look: there is nothing to wait for.</exception>
    public async Task<WatchedRun> WatchAsync(
        RunRecord run, WatchOptions options, WatchPlace place, WatchListener listener, CancellationToken stop)
    {
        WatchPlan plan = Plan(run, options, place.Spread);
        var state = new WatchState();
        var looks = new RunLooks(run, plan, place.Instances, ask, options.KeyPath, clock);
        DateTimeOffset? answered = null;
        if (run.IsOpen)
        {
            await NapAsync(place.Spread.FirstPause, place.Spread.LongestNap, null, stop).ConfigureAwait(false);
        }

        for (bool isFirst = true; run.IsOpen; isFirst = false)
        {
            (Observation look, BoxRun? seen) = await looks.LookAsync(state, isFirst, stop).ConfigureAwait(false);
            if (look.IsListed == false && run.End is not null)
            {
                break;
            }

            // Set-VastRun may have moved the limit, from here or from another computer.
            plan = seen?.Limit is { } limit && !((run.StartedAt + limit - run.Deadline)?.Duration() <= s_slip)
                ? plan with { Deadline = run.StartedAt + limit }
                : plan;
            state = state.Next(plan, look);
            RunEnd? end = state.Outcome is null ? null : await EndAsync(run, state, look, place, stop).ConfigureAwait(false);
            VastRun view = View(run, state, look, seen, end);
            WatchProgress progress = WatchProgressRule.Of(run, view, look, looks.Metrics, answered);
            answered = progress.AnsweredAt;
            listener.Looked(view, progress);
            if (end is not null)
            {
                return new WatchedRun(view, end, state.EndedAt is not null);
            }

            if (state.Warning is { } warning)
            {
                listener.Warn(warning);
            }

            TimeSpan pause = state.Pause(plan, look.At, chance());
            await NapAsync(pause, place.Spread.LongestNap, () => listener.Waiting(progress), stop).ConfigureAwait(false);
        }

        return new WatchedRun(RunView.Of(run, clock.GetUtcNow()), run.End!, true);
    }

    private WatchPlan Plan(RunRecord run, WatchOptions options, SpreadRule spread)
    {
        DateTimeOffset begin = clock.GetUtcNow();
        return new WatchPlan(run.StartedAt)
        {
            Deadline = run.Deadline,
            ValidationEnd = (run.StartedAt > begin - options.ValidationPeriod ? run.StartedAt : begin) + options.ValidationPeriod,
            PollInterval = options.PollInterval,
            Spread = spread,
            StallTime = options.StallTime,
            LostAfter = options.LostAfter,
            AbortIf = [.. options.AbortIf, .. run.AbortIf.Select(r => MetricCondition.Parse(r, "AbortIf"))],
            Kind = run.Kind,
            Thresholds = options.Thresholds,
            Pace = options.ExpectedStepTime is { } step
                ? (run.Pace ?? new()) with { StepTime = step, WorstStepTime = null }
                : run.Pace ?? new(),
        };
    }

    private async Task NapAsync(TimeSpan pause, TimeSpan longest, Action? waiting, CancellationToken stop)
    {
        // A computer that sleeps stops its timers, and a clock that is set back would make the pause longer: what is over first ends it.
        DateTimeOffset until = clock.GetUtcNow() + pause;
        long began = clock.GetTimestamp();
        while (until - clock.GetUtcNow() is var left && left > TimeSpan.Zero && clock.GetElapsedTime(began) < pause)
        {
            left = left < pause ? left : pause;

            // Timers know whole milliseconds: what is less would be no pause at all.
            TimeSpan whole = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.Delay(whole < longest ? whole : longest, clock, stop).ConfigureAwait(false);
            waiting?.Invoke();
        }
    }

    private static VastRun View(RunRecord run, WatchState state, Observation look, BoxRun? seen, RunEnd? end) => seen is null
        ? RunView.Of(run with { End = end }, look.At, end is null && look.Trouble is { } trouble ? [trouble] : [])
        : RunView.Of(
            run,
            seen,
            end,
            look.At,
            end is not null && look.GpuPercent.Count > 0 ? [$"GPU use {string.Join(", ", look.GpuPercent)} %"] : [],
            state.StepTime);

    // What is certain is written down; a run that may still go on can be watched again.
    private async Task<RunEnd> EndAsync(
        RunRecord run, WatchState state, Observation look, WatchPlace place, CancellationToken stop)
    {
        var end = new RunEnd(
            state.Outcome!.Value,
            state.ExitCode,
            state.EndedAt ?? look.At,
            state.Evidence) { IsDoubtful = state.IsDoubtful, Ending = state.Ending };
        if (state.EndedAt is not null)
        {
            await store.CloseAsync(api.Server, run.RunId, end, stop).ConfigureAwait(false);
            await NotePaceAsync(run, state, place.Instances, stop).ConfigureAwait(false);
        }

        return end;
    }

    // What the run took makes the next estimate better. It is said to nobody, so what goes wrong with it is not either.
    private async Task NotePaceAsync(RunRecord run, WatchState state, InstanceRound instances, CancellationToken stop)
    {
        if (state is not { Outcome: VastRunOutcome.Completed, StepTime: { } step }
            || evidence.WorkloadOf(run.InstanceId) is not { } work)
        {
            return;
        }

        try
        {
            if ((await instances.AskAsync(run.InstanceId, stop).ConfigureAwait(false)).Instance is { } instance
                && MeasuredRun.On(instance, work, step) is { } measured)
            {
                var shown = new Evidence(EvidenceKind.Run, true, clock.GetUtcNow(), $"{run.Name} completed") { Measured = measured };
                await evidence.NoteAsync(run.InstanceId, shown, stop).ConfigureAwait(false);
            }
        }
        catch (VastException)
        {
            return;
        }
    }
}
