namespace VastPS.Kernel.Connections;

/// <summary>
/// The connections of one runspace: one for each box and key, shared by all commands, kept open for a minute after the
/// last, and opened anew after a drop. What broke, failed or was stopped is closed and never lent again.
/// </summary>
internal sealed class SshPool(Func<ISshDoor> door, TimeProvider clock)
{
    private readonly Dictionary<PoolKey, ConnectionSet> _lines = [];

    /// <summary>Lends a link; disposing it gives it back.</summary>
    /// <param name="way">The box and the key. Without a key a session with the box serves, whatever key it was opened with.</param>
    /// <param name="known">The addresses the box has now, where they are known.</param>
    /// <param name="find">Says where the box is; asked only where a link must be opened.</param>
    /// <param name="stop">Ends the attempt. Where it is cancelled later, the link is closed instead of given back.</param>
    public async Task<ISshLink> LendAsync(
        PoolKey way, IReadOnlyList<VastSshAddress>? known, Func<CancellationToken, Task<SshTarget>> find, CancellationToken stop)
    {
        ConnectionSet line = Line(way);
        return new ConnectionLease(
            line, await line.TakeAsync(find, known, anew: false, stop), end => line.TakeAsync(find, known, anew: true, end), stop);
    }

    /// <summary>Opens a link where none is open, and keeps it until the session is closed.</summary>
    public async Task<VastSession> HoldAsync(PoolKey way, Func<CancellationToken, Task<SshTarget>> find, CancellationToken stop)
    {
        ConnectionSet line = Line(way);
        PooledConnection link = await line.TakeAsync(find, null, anew: false, stop);
        line.Hold();
        await line.GiveBackAsync(link, isGood: true);
        return line.Describe()!;
    }

    /// <summary>The sessions of this runspace.</summary>
    public IReadOnlyList<VastSession> Sessions()
    {
        lock (_lines)
        {
            return [.. _lines.Values.Select(l => l.Describe()).OfType<VastSession>()];
        }
    }

    /// <summary>Closes every connection that the condition names; what is in use closes when its command is done.</summary>
    public Task CloseAsync(Func<PoolKey, bool> which)
    {
        List<ConnectionSet> closing;
        lock (_lines)
        {
            List<PoolKey> ways = [.. _lines.Keys.Where(which)];
            closing = [.. ways.Select(w => _lines[w])];
            ways.ForEach(w => _lines.Remove(w));
        }

        return Task.WhenAll(closing.Select(l => l.CloseAsync()));
    }

    private ConnectionSet Line(PoolKey way)
    {
        lock (_lines)
        {
            ConnectionSet? held = way.KeyPath is null
                ? _lines.FirstOrDefault(l => l.Value.IsHeld && (l.Key.Server, l.Key.InstanceId) == (way.Server, way.InstanceId)).Value
                : null;
            PoolKey named = way with { KeyPath = way.KeyPath ?? LocalKeys.Configured };
            ConnectionSet line = held ?? _lines.GetValueOrDefault(named) ?? new ConnectionSet(named, door, clock);
            if (held is null)
            {
                _lines[named] = line;
            }

            return line;
        }
    }
}
