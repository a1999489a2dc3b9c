using System.Collections.Concurrent;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>The runs that a watch still owes a word, the boxes that are being given up, and the errors that are kept for the end.</summary>
internal sealed class WatchList
{
    private readonly ConcurrentDictionary<string, RunRecord> _watched = new();
    private readonly ConcurrentDictionary<long, bool> _underWay = new();
    private readonly ConcurrentQueue<VastException> _failures = new();

    /// <summary>The runs, in the order of their start.</summary>
    public RunRecord[] All => [.. _watched.Values.OrderBy(r => r.StartedAt)];

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyList<VastException> Failures => [.. _failures];

    /// <summary>What must be said where the watching ends now; null where nothing must.</summary>
    public string? LastWords => Texts.WatchBrokenOff(
        [.. _underWay.Keys], [.. _watched.Values.Where(r => r.IsOpen && !_underWay.ContainsKey(r.InstanceId)).Select(r => r.Name)]);

    public void Add(RunRecord run) => _watched[run.RunId] = run;

    /// <summary>
    /// Watches the runs of one box. The box is stopped or removed only when the last of them has an outcome, and its results are here.
    /// </summary>
    public async Task WatchBoxAsync(
        RunspaceServices services, RunRecord[] runs, WatchOptions options, RunFinish? finish, ILane lane, CancellationToken stop)
    {
        WatchedRun?[] seen = await Task.WhenAll(runs.Select(run => WatchAsync(services, run, options, finish, lane, stop)));
        WatchedRun[] ended = [.. seen.OfType<WatchedRun>()];
        IReadOnlyList<string> facts = finish is null
            ? []
            : await finish.RunAsync(
                services, runs, ended, new FinishListener(lane, _failures.Enqueue, id => _underWay[id] = true), stop);
        _underWay.TryRemove(runs[0].InstanceId, out _);
        foreach (WatchedRun run in ended)
        {
            _watched.TryRemove(run.Run.RunId, out _);
            lane.Write(run.Run.With(facts));
        }
    }

    // Null where the watching could not begin; the other runs are watched all the same.
    private async Task<WatchedRun?> WatchAsync(
        RunspaceServices services, RunRecord run, WatchOptions options, RunFinish? finish, ILane lane, CancellationToken stop)
    {
        try
        {
            WatchedRun watched = await services.Watching.WatchAsync(
                run,
                options,
                seen => lane.Progress(Texts.Watching(_watched.Count), seen.ToString()),
                text => lane.Warn($"{run.Name}: {text}"),
                stop);
            WatchedRun ended = finish is null ? watched : await finish.EndAsync(services, run, watched, stop);
            return ended.IsOver || ended.Run.Outcome != VastRunOutcome.Contradicted
                ? ended
                : ended with { Run = ended.Run.With([Texts.GoesOn]) };
        }
        catch (VastException e)
        {
            _failures.Enqueue(e);
            return null;
        }
    }
}
