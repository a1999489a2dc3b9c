using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>What a wait for many instances has still to tell: which are left, which arrived, and errors that are kept back.</summary>
internal sealed class WaitList
{
    private readonly object _gate = new();
    private readonly List<long> _left = [];
    private readonly List<long> _arrived = [];
    private readonly List<VastException> _kept = [];
    private readonly List<Task> _deeds = [];

    /// <summary>The instances that nobody has been told about.</summary>
    public IReadOnlyList<long> Left => Locked(() => _left.ToArray());

    public void Add(IEnumerable<long> ids) => Locked(() => _left.AddRange(ids));

    public void Drop(long id) => Locked(() => _left.RemoveAll(l => l == id));

    public void Keep(VastException failure) => Locked(() => _kept.Add(failure));

    public void Do(Task deed) => Locked(() => _deeds.Add(deed));

    public Task DeedsAsync(CancellationToken stop) => Task.WhenAll(Locked(() => _deeds.ToArray())).WaitAsync(stop);

    public void Arrive(WaitResult arrival)
    {
        Drop(arrival.InstanceId);
        if (arrival.Instance is not null)
        {
            Locked(() => _arrived.Add(arrival.InstanceId));
        }
    }

    /// <summary>The kept errors as one that names every instance; none where none is kept.</summary>
    public IReadOnlyList<VastException> TakeTogether() => Locked<IReadOnlyList<VastException>>(() =>
    {
        if (_kept.Count == 0)
        {
            return [];
        }

        string also = Texts.AlsoRented([.. _left.Where(id => _kept.All(f => !id.Equals(f.Target)))], _arrived);
        VastException error = _kept.Count == 1 && also.Length == 0 ? _kept[0] : Failures.Together(_kept, also);
        _left.Clear();
        _kept.Clear();
        return [error];
    });

    private void Locked(Action change)
    {
        lock (_gate)
        {
            change();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
