using VastPS.Features.Estimation;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Logs;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>How to watch.</summary>
internal sealed record WatchOptions(TimeSpan ValidationPeriod, TimeSpan PollInterval, TimeSpan StallTime, TimeSpan LostAfter)
{
    public IReadOnlyList<Features.Runs.MetricCondition> AbortIf { get; init; } = [];

    public TimeSpan? ExpectedStepTime { get; init; }

    public Thresholds Thresholds { get; init; } = Thresholds.Default;

    public string? KeyPath { get; init; }
}

/// <summary>A run that is no longer watched.</summary>
/// <param name="Run">With its outcome.</param>
/// <param name="End">What follows is decided by this.</param>
/// <param name="IsOver">False where it may still go on.</param>
internal sealed record WatchedRun(VastRun Run, RunEnd End, bool IsOver);

/// <summary>Watches a run until it has an outcome. Looks only: nothing is started, ended or changed on the box.</summary>
internal sealed class Watcher(
    VastApiClient api, InstanceConnections connections, RunStore store, EvidenceService evidence, TimeProvider clock)
{
    // What a look carries of the log at most: of one that has grown by more, the newest.
    private const int PieceBytes = 2 * 1024 * 1024;

    // A window that trends and medians are taken of; more would grow with the run.
    private const int MostMetrics = 20_000;

    // Whole seconds on the box.
    private static readonly TimeSpan s_slip = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_lookLimit = TimeSpan.FromSeconds(60);

    // A computer that sleeps stops its timers, not the deadline: the wall clock is asked this often.
    private static readonly TimeSpan s_longestNap = TimeSpan.FromSeconds(30);

    /// <summary>Watches one run; returns it with its outcome.</summary>
    /// <param name="run">As noted when it was started.</param>
    /// <param name="options">How to watch.</param>
    /// <param name="progress">Called after each look with the run as it is.</param>
    /// <param name="warn">Called with what should be known while the run goes on.</param>
    /// <param name="stop">Ends the watching and leaves the run alone.</param>
    /// <exception cref="VastException">The account cannot be asked even at the first look: there is nothing to wait for.</exception>
    public async Task<WatchedRun> WatchAsync(
        RunRecord run, WatchOptions options, Action<VastRun> progress, Action<string> warn, CancellationToken stop)
    {
        DateTimeOffset begin = clock.GetUtcNow();
        var plan = new WatchPlan(run.StartedAt)
        {
            Deadline = run.Deadline,
            ValidationEnd = (run.StartedAt > begin - options.ValidationPeriod ? run.StartedAt : begin) + options.ValidationPeriod,
            PollInterval = options.PollInterval,
            StallTime = options.StallTime,
            LostAfter = options.LostAfter,
            AbortIf = [.. options.AbortIf, .. run.AbortIf.Select(r => Features.Runs.MetricCondition.Parse(r, "AbortIf"))],
            Kind = run.Kind,
            Thresholds = options.Thresholds,
            Pace = options.ExpectedStepTime is { } step
                ? (run.Pace ?? new()) with { StepTime = step, WorstStepTime = null }
                : run.Pace ?? new(),
        };
        var state = new WatchState();
        var log = new Log();
        for (bool isFirst = true; run.IsOpen; isFirst = false)
        {
            (Observation look, BoxRun? seen) = await LookAsync(run, plan, log, options.KeyPath, isFirst, stop).ConfigureAwait(false);
            if (look.IsListed == false && run.End is not null)
            {
                break;
            }

            // Set-VastRun may have moved the limit, from here or from another computer.
            plan = seen?.Limit is { } limit && !((run.StartedAt + limit - run.Deadline)?.Duration() <= s_slip)
                ? plan with { Deadline = run.StartedAt + limit }
                : plan;
            state = state.Next(plan, look);
            if (state.Outcome is not null)
            {
                return await EndAsync(run, state, look, seen, stop).ConfigureAwait(false);
            }

            progress(
                seen is null ? RunView.Of(run, look.At, look.Trouble ?? "") : RunView.Of(run, seen, null, look.At, [], state.StepTime));
            if (state.Warning is { } warning)
            {
                warn(warning);
            }

            await NapAsync(state.Pause(plan, look.At), stop).ConfigureAwait(false);
        }

        return new WatchedRun(RunView.Of(run, clock.GetUtcNow()), run.End!, true);
    }

    private async Task NapAsync(TimeSpan pause, CancellationToken stop)
    {
        DateTimeOffset until = clock.GetUtcNow() + pause;
        while (until - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < s_longestNap ? left : s_longestNap, clock, stop).ConfigureAwait(false);
        }
    }

    // What is certain is written down; a run that may still go on can be watched again.
    private async Task<WatchedRun> EndAsync(RunRecord run, WatchState state, Observation look, BoxRun? seen, CancellationToken stop)
    {
        var end = new RunEnd(
            state.Outcome!.Value,
            state.ExitCode,
            state.EndedAt ?? look.At,
            state.Evidence) { IsDoubtful = state.IsDoubtful, Ending = state.Ending };
        if (state.EndedAt is not null)
        {
            await store.CloseAsync(api.Server, run.RunId, end, stop).ConfigureAwait(false);
            await NotePaceAsync(run, state, stop).ConfigureAwait(false);
        }

        VastRun view = seen is null
            ? RunView.Of(run with { End = end }, look.At)
            : RunView.Of(
                run,
                seen,
                end,
                look.At,
                look.GpuPercent.Count > 0 ? [$"GPU use {string.Join(", ", look.GpuPercent)} %"] : [],
                state.StepTime);
        return new WatchedRun(view, end, state.EndedAt is not null);
    }

    // What the run took makes the next estimate better. It is said to nobody, so what goes wrong with it is not either.
    private async Task NotePaceAsync(RunRecord run, WatchState state, CancellationToken stop)
    {
        if (state is not { Outcome: VastRunOutcome.Completed, StepTime: { } step }
            || evidence.WorkloadOf(run.InstanceId) is not { } work)
        {
            return;
        }

        try
        {
            if (await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false) is { } instance
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

    private async Task<(Observation Look, BoxRun? Seen)> LookAsync(
        RunRecord run, WatchPlan plan, Log log, string? keyPath, bool isFirst, CancellationToken stop)
    {
        VastInstance? instance = null;
        bool? listed = null;
        string trouble;
        try
        {
            instance = await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false);
            listed = instance is not null;
            if (instance is null)
            {
                return (new Observation(clock.GetUtcNow()) { IsListed = false }, null);
            }

            await using ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
            BoxReport? report = await ReadAsync(run, link, log, stop).ConfigureAwait(false);
            BoxRun? seen = report?.Runs.FirstOrDefault(r => r.RunId == run.RunId);
            if (report is not null && seen is not null)
            {
                return (Seen(run, plan, instance, report, seen, log), seen.StartedAt is null ? null : seen);
            }

            trouble = "the box gave no whole answer";
        }
        catch (VastException e) when (listed is not null || !isFirst)
        {
            trouble = e.Message;
        }

        return (new Observation(
            clock.GetUtcNow()) { IsListed = listed, State = instance?.State ?? VastInstanceState.Unknown, Trouble = trouble }, null);
    }

    private Observation Seen(RunRecord run, WatchPlan plan, VastInstance instance, BoxReport report, BoxRun seen, Log log)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset lastSign = new[] { seen.StartedAt, seen.LogAt, seen.SavedAt }.Max() ?? report.Now;
        return new Observation(now)
        {
            IsListed = true,
            State = instance.State,
            End = RunView.End(run, report, seen, now, plan.AbortIf, log.Metrics),
            Silence = Age(lastSign, report, seen) ?? TimeSpan.Zero,
            CheckpointAge = Age(seen.SavedAt, report, seen),
            Work = new Features.Runs.WorkDone(seen.CpuTicks, seen.DiskBytes, report.NetworkBytes, seen.LogBytes),
            GpuPercent = report.GpuPercent,
            Vram = report.Vram,
            Metrics = log.Metrics,
        };
    }

    // A clock that was set anew since the run began makes all that was written before look too old or too new.
    private static TimeSpan? Age(DateTimeOffset? written, BoxReport report, BoxRun seen)
    {
        TimeSpan jump = (report.Now - seen.StartedAt) - (report.Up - seen.StartedUp) ?? TimeSpan.Zero;
        TimeSpan? age = report.Now - written;
        return jump > TimeSpan.Zero
            ? (age >= jump ? age - jump : age)
            : (age < TimeSpan.Zero ? age - jump : age);
    }

    // One round trip, however much the log has grown.
    private static async Task<BoxReport?> ReadAsync(RunRecord run, ISshLink link, Log log, CancellationToken stop)
    {
        var spec = new SshCommandSpec(RunScripts.Watch(run.RunId, log.Offset, PieceBytes, run.CheckpointPath)) { Timeout = s_lookLimit };
        var report = BoxReport.Read((await link.RunAsync(spec, stop).ConfigureAwait(false)).Stdout);
        if (report is not null)
        {
            log.Add(report.BytesFrom, report.Bytes, report.Runs.FirstOrDefault(r => r.RunId == run.RunId) is { HasStatus: true });
        }

        return report;
    }

    /// <summary>The newest of the log, as far as it was read.</summary>
    internal sealed class Log
    {
        private readonly MetricParser _parser = new();
        private readonly List<VastMetric> _metrics = [];
        private LineReader _lines = new();

        public long Offset { get; private set; }

        public IReadOnlyList<VastMetric> Metrics => _metrics;

        public void Add(long from, byte[] bytes, bool isLast)
        {
            if (from > Offset)
            {
                (Offset, _lines) = (from, new LineReader(from, isMidLine: true));
            }

            Offset += bytes.Length;
            foreach (LogLine line in isLast ? [.. _lines.Add(bytes), .. _lines.Finish()] : _lines.Add(bytes))
            {
                _metrics.AddRange(_parser.Read(line));
            }

            if (_metrics.Count > MostMetrics)
            {
                _metrics.RemoveRange(0, _metrics.Count - MostMetrics);
            }
        }
    }
}
