using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Logs;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>How to watch.</summary>
internal sealed record WatchWish(TimeSpan ValidationPeriod, TimeSpan PollInterval, TimeSpan StallTime, int LostAfter)
{
    public IReadOnlyList<Features.Runs.MetricCondition> AbortIf { get; init; } = [];

    public TimeSpan? ExpectedStepTime { get; init; }

    public string? KeyPath { get; init; }
}

/// <summary>Watches a run until it has an outcome. Looks only: nothing is started, ended or changed on the box.</summary>
internal sealed class Watcher(VastApiClient api, OpenLink connect, RunStore store, EvidenceBook evidence, TimeProvider clock)
{
    private const int PieceBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan s_lookLimit = TimeSpan.FromSeconds(60);

    // A computer that sleeps stops its timers, not the deadline: the wall clock is asked this often.
    private static readonly TimeSpan s_longestNap = TimeSpan.FromSeconds(30);

    /// <summary>Watches one run; returns it with its outcome.</summary>
    /// <param name="run">As noted when it was started.</param>
    /// <param name="wish">How to watch.</param>
    /// <param name="progress">Called after each look with the run as it is.</param>
    /// <param name="warn">Called with what should be known while the run goes on.</param>
    /// <param name="stop">Ends the watching and leaves the run alone.</param>
    /// <exception cref="VastException">The account cannot be asked even at the first look: there is nothing to wait for.</exception>
    public async Task<VastRun> WatchAsync(RunRecord run, WatchWish wish, Action<VastRun> progress, Action<string> warn, CancellationToken stop)
    {
        DateTimeOffset begin = clock.GetUtcNow();
        var plan = new WatchPlan(run.StartedAt)
        {
            Deadline = run.Deadline,
            ValidationEnd = (run.StartedAt > begin - wish.ValidationPeriod ? run.StartedAt : begin) + wish.ValidationPeriod,
            PollInterval = wish.PollInterval,
            StallTime = wish.StallTime,
            LostAfter = wish.LostAfter,
            AbortIf = [.. wish.AbortIf, .. run.AbortIf.Select(r => Features.Runs.MetricCondition.Parse(r, "AbortIf"))],
            Kind = run.Kind,
            Pace = wish.ExpectedStepTime is { } step ? (run.Pace ?? new()) with { StepTime = step, WorstStepTime = null } : run.Pace ?? new(),
        };
        var state = new WatchState();
        var log = new Log();
        for (bool isFirst = true; run.IsOpen; isFirst = false)
        {
            (Observation look, BoxRun? seen) = await LookAsync(run, log, wish.KeyPath, isFirst, stop).ConfigureAwait(false);
            if (look.IsListed == false && run.End is not null)
            {
                break;
            }

            state = state.Next(plan, look);
            if (state.Outcome is not null)
            {
                return await EndAsync(run, state, look, seen, stop).ConfigureAwait(false);
            }

            progress(seen is null ? RunView.Of(run, look.At, look.Trouble ?? "") : RunView.Of(run, seen, null, look.At, [], state.StepTime));
            if (state.Warning is { } warning)
            {
                warn(warning);
            }

            await NapAsync(state.Pause(plan, look.At), stop).ConfigureAwait(false);
        }

        return RunView.Of(run, clock.GetUtcNow());
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
    private async Task<VastRun> EndAsync(RunRecord run, WatchState state, Observation look, BoxRun? seen, CancellationToken stop)
    {
        var end = new RunEnd(state.Outcome!.Value, state.ExitCode, state.EndedAt ?? look.At, state.Evidence);
        if (state.EndedAt is not null)
        {
            await store.CloseAsync(api.Server, run.RunId, end, stop).ConfigureAwait(false);
            await NotePaceAsync(run, state, stop).ConfigureAwait(false);
        }

        return seen is null
            ? RunView.Of(run with { End = end }, look.At)
            : RunView.Of(run, seen, end, look.At, look.GpuPercent.Count > 0 ? [$"GPU use {string.Join(", ", look.GpuPercent)} %"] : [], state.StepTime);
    }

    // What the run took makes the next estimate better. It is said to nobody, so what goes wrong with it is not either.
    private async Task NotePaceAsync(RunRecord run, WatchState state, CancellationToken stop)
    {
        if (state is not { Outcome: VastRunOutcome.Completed, StepTime: { } step } || evidence.WorkloadOf(api.Server, run.InstanceId) is not { } work)
        {
            return;
        }

        try
        {
            if (await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false) is { } instance && MeasuredRun.On(instance, work, step) is { } measured)
            {
                var shown = new Evidence(EvidenceKind.Run, true, clock.GetUtcNow(), $"{run.Name} completed") { Measured = measured };
                await evidence.NoteAsync(api.Server, run.InstanceId, shown, stop).ConfigureAwait(false);
            }
        }
        catch (VastException)
        {
            return;
        }
    }

    private async Task<(Observation Look, BoxRun? Seen)> LookAsync(RunRecord run, Log log, string? keyPath, bool isFirst, CancellationToken stop)
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

            await using ISshLink link = await connect(instance, keyPath, stop).ConfigureAwait(false);
            BoxReport? report = await ReadAsync(run, link, log, stop).ConfigureAwait(false);
            BoxRun? seen = report?.Runs.FirstOrDefault(r => r.RunId == run.RunId);
            if (report is not null && seen is not null)
            {
                return (Seen(run, instance, report, seen, log), seen.StartedAt is null ? null : seen);
            }

            trouble = "the box gave no whole answer";
        }
        catch (VastException e) when (listed is not null || !isFirst)
        {
            trouble = e.Message;
        }

        return (new Observation(clock.GetUtcNow()) { IsListed = listed, State = instance?.State ?? VastInstanceState.Unknown, Trouble = trouble }, null);
    }

    private Observation Seen(RunRecord run, VastInstance instance, BoxReport report, BoxRun seen, Log log)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset lastSign = new[] { seen.StartedAt, seen.LogAt, seen.SavedAt }.Max() ?? report.Now;
        return new Observation(now)
        {
            IsListed = true,
            State = instance.State,
            End = RunView.End(run, report, seen, now),
            Silence = Age(lastSign, report, seen) ?? TimeSpan.Zero,
            CheckpointAge = Age(seen.SavedAt, report, seen),
            GpuPercent = report.GpuPercent,
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

    // One round trip, more only where the log grew by more than a piece since the last look.
    private static async Task<BoxReport?> ReadAsync(RunRecord run, ISshLink link, Log log, CancellationToken stop)
    {
        BoxReport? report;
        do
        {
            var spec = new SshCommandSpec(RunScripts.Watch(run.RunId, log.Offset, PieceBytes, run.CheckpointPath)) { Timeout = s_lookLimit };
            report = BoxReport.Read((await link.RunAsync(spec, stop).ConfigureAwait(false)).Stdout);
            log.Add(report?.Bytes ?? []);
        }
        while (report?.Bytes.Length == PieceBytes);

        return report;
    }

    /// <summary>The log as far as it was read.</summary>
    private sealed class Log
    {
        private readonly LineReader _lines = new();
        private readonly MetricParser _parser = new();
        private readonly List<VastMetric> _metrics = [];

        public long Offset { get; private set; }

        public IReadOnlyList<VastMetric> Metrics => _metrics;

        public void Add(byte[] bytes)
        {
            Offset += bytes.Length;
            foreach (LogLine line in _lines.Add(bytes))
            {
                _metrics.AddRange(_parser.Read(line));
            }
        }
    }
}
