using VastPS.Kernel.Api;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>What speaks for and against a run on an instance: the last of each kind, null where there is none.</summary>
internal sealed record InstanceEvidence(Evidence? Estimate, Evidence? Checks, Evidence? Smoke);

/// <summary>Notes what was shown about instances of the account at work, and finds it again.</summary>
internal sealed class EvidenceService(VastApiClient api, EvidenceStore store, TimeProvider clock)
{
    /// <summary>Notes what was shown, with all that is known about it.</summary>
    public Task NoteAsync(long instanceId, Evidence shown, CancellationToken stop) =>
        store.NoteAsync(api.Server, instanceId, shown, stop);

    /// <summary>Notes how something came out just now.</summary>
    public Task NoteAsync(long instanceId, EvidenceKind kind, bool passed, string detail, CancellationToken stop) =>
        NoteAsync(instanceId, new Evidence(kind, passed, clock.GetUtcNow(), detail), stop);

    /// <summary>Notes an estimate, where the next start finds it.</summary>
    public Task NoteAsync(long instanceId, RunForecast forecast, CancellationToken stop) =>
        NoteAsync(instanceId, forecast.At(clock.GetUtcNow()), stop);

    /// <summary>Everything that was noted about an instance and still counts, the newest last.</summary>
    public IReadOnlyList<Evidence> All(long instanceId) => store.Of(api.Server, instanceId);

    /// <summary>What speaks for and against a run on an instance.</summary>
    public InstanceEvidence About(long instanceId)
    {
        IReadOnlyList<Evidence> all = All(instanceId);
        Evidence? Last(EvidenceKind kind) => all.LastOrDefault(e => e.Kind == kind);
        return new InstanceEvidence(Last(EvidenceKind.Estimate), Last(EvidenceKind.Checks), Last(EvidenceKind.Smoke));
    }

    /// <summary>The workload of the last estimate for an instance; null where nobody described it.</summary>
    public VastWorkload? WorkloadOf(long instanceId) => About(instanceId).Estimate?.Workload;

    /// <summary>The newest of what was measured, on whatever instance.</summary>
    public IReadOnlyList<MeasuredRun> Measured() => store.Measured();
}
