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

    public int Count => _watched.Count;

    /// <summary>What went wrong so far; what stood in the way of several runs once.</summary>
    public IReadOnlyList<VastException> Failures => [.. _failures.Distinct()];

    /// <summary>What must be said where the watching ends now; null where nothing must.</summary>
    public string? LastWords => Texts.WatchBrokenOff(
        [.. _underWay.Keys], [.. _watched.Values.Where(r => r.IsOpen && !_underWay.ContainsKey(r.InstanceId)).Select(r => r.Name)]);

    public void Add(RunRecord run) => _watched[run.RunId] = run;

    /// <summary>All is said about a run, or nothing is to be.</summary>
    public void Remove(string runId) => _watched.TryRemove(runId, out _);

    public void Fail(VastException why) => _failures.Enqueue(why);

    /// <summary>Something becomes of an instance now.</summary>
    public void Begin(long instanceId) => _underWay[instanceId] = true;

    /// <summary>What became of it is known.</summary>
    public void End(long instanceId) => _underWay.TryRemove(instanceId, out _);
}
