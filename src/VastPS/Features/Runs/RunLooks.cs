using VastPS.Features.Instances;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Asks a box with a script of ours, in one round trip; null where it gave no whole answer.</summary>
internal delegate Task<BoxReport?> AskBox(VastInstance instance, string script, string? keyPath, CancellationToken stop);

/// <summary>The looks at one run, with what they have read of its log.</summary>
internal sealed class RunLooks(RunRecord run, WatchPlan plan, InstanceRound instances, AskBox ask, string? keyPath, TimeProvider clock)
{
    // Where a look fails the state of the instance decides, and it may be another since the list was read.
    private static readonly TimeSpan s_stale = TimeSpan.FromSeconds(10);

    private readonly LogTail _log = new(plan.Spread.Metrics);
    private DateTimeOffset _known = instances.Before;

    /// <summary>What was read of the log, the newest last.</summary>
    public IReadOnlyList<VastMetric> Metrics => _log.Metrics;

    /// <summary>Looks once. At the first look an account that cannot be asked is an error: there is nothing to wait for.</summary>
    public async Task<(Observation Look, BoxRun? Seen)> LookAsync(WatchState state, bool isFirst, CancellationToken stop)
    {
        DateTimeOffset after = _known;
        _known = clock.GetUtcNow();
        ReadInstance? read = null;
        string trouble;
        try
        {
            read = state.GoneLooks + state.StoppedLooks + state.FailedLooks > 0
                ? await instances.AskAsync(run.InstanceId, stop).ConfigureAwait(false)
                : await instances.FindAsync(run.InstanceId, after, stop).ConfigureAwait(false);
            if (read.Instance is not { } instance)
            {
                if (run.KeyMark is { } mark && mark != instances.KeyMark)
                {
                    throw new VastException(VastReason.RunOfOtherAccount, run.Name, run.InstanceId);
                }

                return (new Observation(clock.GetUtcNow()) { IsListed = false }, null);
            }

            BoxReport? report = await ReadAsync(instance, stop).ConfigureAwait(false);
            BoxRun? seen = report?.Runs.FirstOrDefault(r => r.RunId == run.RunId);
            if (report is not null && seen is not null)
            {
                return (Seen(instance, report, seen), seen.StartedAt is null ? null : seen);
            }

            trouble = "the box gave no whole answer";
        }
        catch (VastException e) when (e.Reason != VastReason.RunOfOtherAccount && (read is not null || !isFirst))
        {
            trouble = e.Message;
        }

        if (clock.GetUtcNow() - read?.At > s_stale)
        {
            read = await AgainAsync(stop).ConfigureAwait(false);
        }

        return (new Observation(clock.GetUtcNow())
        {
            IsListed = read is null ? null : read.Instance is not null,
            State = read?.Instance?.State ?? VastInstanceState.Unknown,
            Halt = read?.Instance is { IsHalted: true } halted
                ? HaltRule.Judge(halted, await CreditAsync(stop).ConfigureAwait(false), clock.GetUtcNow())
                : null,
            Trouble = trouble,
        }, null);
    }

    // Null where the server cannot be asked: then nothing is known of the instance.
    private async Task<ReadInstance?> AgainAsync(CancellationToken stop)
    {
        try
        {
            return await instances.AskAsync(run.InstanceId, stop).ConfigureAwait(false);
        }
        catch (VastException)
        {
            return null;
        }
    }

    private async Task<decimal?> CreditAsync(CancellationToken stop)
    {
        try
        {
            return (await instances.Api.GetAccountAsync(stop).ConfigureAwait(false)).Credit;
        }
        catch (VastException)
        {
            return null;
        }
    }

    private async Task<BoxReport?> ReadAsync(VastInstance instance, CancellationToken stop)
    {
        bool isOverdue = RunView.IsOverdue(run, clock.GetUtcNow());
        BoxReport? report = await ask(
            instance,
            RunScripts.Watch(run.RunId, _log.Offset, LogTail.PieceBytes, run.CheckpointPath, isOverdue),
            keyPath,
            stop).ConfigureAwait(false);
        if (report is not null)
        {
            _log.Add(report.BytesFrom, report.Bytes, report.Runs.FirstOrDefault(r => r.RunId == run.RunId) is { HasStatus: true });
        }

        return report;
    }

    private Observation Seen(VastInstance instance, BoxReport report, BoxRun seen)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset lastSign = new[] { seen.StartedAt, seen.LogAt, seen.SavedAt }.Max() ?? report.Now;
        return new Observation(now)
        {
            IsListed = true,
            State = instance.State,
            End = RunView.End(run, report, seen, now, plan.AbortIf, _log.Metrics),
            Elapsed = report.Up - seen.StartedUp,
            Silence = Age(lastSign, report, seen) ?? TimeSpan.Zero,
            CheckpointAge = Age(seen.SavedAt, report, seen),
            Work = new WorkDone(seen.CpuTicks, seen.DiskBytes, report.NetworkBytes, seen.LogBytes),
            GpuPercent = report.GpuPercent,
            Vram = report.Vram,
            HasAllSteps = _log.Steps.IsReached(run.Plan?.Steps),
            Metrics = _log.Metrics,
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
}
