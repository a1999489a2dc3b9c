using VastPS.Kernel.Api;

namespace VastPS.Features.Runs;

/// <summary>An instance as the server told it.</summary>
/// <param name="Instance">Null where there is none.</param>
/// <param name="At">When it was asked.</param>
internal sealed record ReadInstance(VastInstance? Instance, DateTimeOffset At);

/// <summary>
/// The instances of one watch, asked for all runs together: one list serves every run that has not looked since it was read. However
/// many are watched, the server hears of them at most three times a second.
/// </summary>
internal sealed class InstanceRound(VastApiClient api, IReadOnlyCollection<long> watched, TimeProvider clock)
{
    private const int MostCalls = 3;

    // Answers to calls sent exactly a second apart can reach the server closer together.
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1.1);

    private readonly VastApiClient _api = api.Within(new CallWindow(MostCalls, s_second, clock));
    private readonly object _turn = new();
    private (DateTimeOffset At, Task<IReadOnlyDictionary<long, VastInstance>> Rows)? _last;

    /// <summary>Before anything was read for this watch.</summary>
    public DateTimeOffset Before { get; } = clock.GetUtcNow().AddTicks(-1);

    /// <summary>Of the key that is asked with.</summary>
    public string KeyMark => _api.KeyMark;

    /// <summary>For what follows a watch: its calls pass the same window.</summary>
    public VastApiClient Api => _api;

    /// <summary>An instance as it is listed; by its id where the list does not have it, for a new one may be missing there.</summary>
    /// <param name="instanceId">One of those that are watched.</param>
    /// <param name="after">What was read before, or then, is known already.</param>
    /// <param name="stop">Ends the watch, and so the reading for all.</param>
    public async Task<ReadInstance> FindAsync(long instanceId, DateTimeOffset after, CancellationToken stop)
    {
        (DateTimeOffset at, Task<IReadOnlyDictionary<long, VastInstance>> rows) = Read(after, stop);
        IReadOnlyDictionary<long, VastInstance> listed = await rows.ConfigureAwait(false);
        return listed.TryGetValue(instanceId, out VastInstance? found) || watched.Count == 1
            ? new ReadInstance(found, at)
            : await AskAsync(instanceId, stop).ConfigureAwait(false);
    }

    /// <summary>An instance by its id, as it is now.</summary>
    public async Task<ReadInstance> AskAsync(long instanceId, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new ReadInstance(await _api.FindInstanceAsync(instanceId, stop).ConfigureAwait(false), now);
    }

    // Also a failure serves all: one more question for each run would not help the server.
    private (DateTimeOffset At, Task<IReadOnlyDictionary<long, VastInstance>> Rows) Read(DateTimeOffset after, CancellationToken stop)
    {
        lock (_turn)
        {
            if (_last is not { } last || last.At <= after)
            {
                last = (clock.GetUtcNow(), ReadAsync(stop));
                _last = last;
            }

            return last;
        }
    }

    // A list has pages: for a single instance the question by its id is the shorter one.
    private async Task<IReadOnlyDictionary<long, VastInstance>> ReadAsync(CancellationToken stop)
    {
        IReadOnlyList<VastInstance> rows = watched.Count == 1
            ? await _api.FindInstanceAsync(watched.First(), stop).ConfigureAwait(false) is { } only ? [only] : []
            : await _api.GetInstancesAsync(stop).ConfigureAwait(false);
        return rows.Where(r => watched.Contains(r.InstanceId)).ToDictionary(r => r.InstanceId);
    }
}
