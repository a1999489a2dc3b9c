namespace VastPS.Kernel.Connections;

#pragma warning disable CA1001 // The semaphore hands out no handle, so there is nothing to free.
/// <summary>The open links to one box with one key: lent to several commands at a time, and closed a while after the last.</summary>
internal sealed class ConnectionSet(PoolKey way, Func<ISshDoor> door, TimeProvider clock)
#pragma warning restore CA1001
{
    // sshd opens ten channels on a connection unless told otherwise: two for each command and some to end what they leave.
    private const int MostUsers = 4;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(60);

    // A link that rested longer than this is asked before it is lent: the way to the box may be gone without a word.
    private static readonly TimeSpan s_trusted = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<PooledConnection> _links = [];
    private SessionNote? _session;
    private bool _isClosed;

    /// <summary>True while a session keeps it open.</summary>
    public bool IsHeld => Volatile.Read(ref _session) is not null;

    /// <summary>A link for one more command. Whoever asks for the same line meanwhile waits and shares what was opened.</summary>
    /// <param name="find">Says where the box is now; asked only where a link must be opened.</param>
    /// <param name="known">The addresses the box has now, where they are known: a link to another one is not lent.</param>
    /// <param name="anew">True where the open links have no room.</param>
    /// <param name="stop">Ends the attempt.</param>
    public async Task<PooledConnection> TakeAsync(
        Func<CancellationToken, Task<SshTarget>> find, IReadOnlyList<VastSshAddress>? known, bool anew, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            while (!anew && Pick(known) is { } link)
            {
                if (await IsTrustedAsync(link, stop))
                {
                    return link;
                }

                // Closing one that hangs takes its time.
                BlockingCalls.Observe(GiveBackAsync(link, isGood: false));
                stop.ThrowIfCancellationRequested();
            }

            return Add(await door().ConnectAsync(await find(stop), stop));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes a link back: for the next command where all went well, else to close it.</summary>
    public Task GiveBackAsync(PooledConnection link, bool isGood)
    {
        lock (_links)
        {
            link.Users--;
            link.UsedAt = clock.GetTimestamp();
            if (!isGood || _isClosed)
            {
                link.Spend();
            }

            if (link.Users > 0)
            {
                return Task.CompletedTask;
            }

            if (!link.IsSpent)
            {
                Rest(link);
                return Task.CompletedTask;
            }

            Drop(link);
        }

        return link.Link.DisposeAsync().AsTask();
    }

    /// <summary>Keeps the line open until it is closed.</summary>
    public void Hold() => Volatile.Write(ref _session, _session ?? new SessionNote(clock.GetUtcNow()));

    /// <summary>Notes that a command is run.</summary>
    public void Note() => Volatile.Read(ref _session)?.Note(clock.GetUtcNow());

    /// <summary>The session that holds the line; null where none does.</summary>
    public VastSession? Describe()
    {
        lock (_links)
        {
            PooledConnection? link = _links.Find(l => !l.IsSpent);
            return _session?.Describe(
                way,
                link?.Link.Address,
                link is null ? VastSessionState.Lost : link.Users > 0 ? VastSessionState.Busy : VastSessionState.Open);
        }
    }

    /// <summary>Closes what nobody uses; what is in use closes when it comes back.</summary>
    public Task CloseAsync()
    {
        List<PooledConnection> unused;
        lock (_links)
        {
            _isClosed = true;
            _session = null;
            _links.ForEach(l => l.Spend());
            unused = _links.FindAll(l => l.Users == 0);
            unused.ForEach(Drop);
        }

        return Task.WhenAll(unused.Select(l => l.Link.DisposeAsync().AsTask()));
    }

    private PooledConnection? Pick(IReadOnlyList<VastSshAddress>? known)
    {
        lock (_links)
        {
            foreach (PooledConnection old in _links.FindAll(l => l.IsSpent || !(known?.Any(a => IsSame(a, l.Link.Address)) ?? true)))
            {
                old.Spend();
                if (old.Users == 0)
                {
                    Drop(old);
                    BlockingCalls.Observe(old.Link.DisposeAsync().AsTask());
                }
            }

            PooledConnection? free = _links.Find(l => !l.IsSpent && l.Users < MostUsers);
            return free is null ? null : Use(free);
        }
    }

    private async Task<bool> IsTrustedAsync(PooledConnection link, CancellationToken stop) =>
        clock.GetElapsedTime(link.UsedAt) < s_trusted || await link.Link.AnswersAsync(s_answerLimit, stop);

    private PooledConnection Add(ISshLink opened)
    {
        lock (_links)
        {
            var link = new PooledConnection(opened) { UsedAt = clock.GetTimestamp() };
            _links.Add(link);
            return Use(link);
        }
    }

    private static PooledConnection Use(PooledConnection link)
    {
        link.Users++;
        link.Idle?.Dispose();
        link.Idle = null;
        return link;
    }

    private void Rest(PooledConnection link) => link.Idle = clock.CreateTimer(_ => CloseIdle(link), null, s_idle, Timeout.InfiniteTimeSpan);

    private void CloseIdle(PooledConnection link)
    {
        lock (_links)
        {
            if (link.Users > 0 || IsHeld || !_links.Contains(link))
            {
                return;
            }

            Drop(link);
        }

        BlockingCalls.Observe(link.Link.DisposeAsync().AsTask());
    }

    private void Drop(PooledConnection link)
    {
        link.Idle?.Dispose();
        _links.Remove(link);
    }

    private static bool IsSame(VastSshAddress one, VastSshAddress other) =>
        (one.IsDirect, one.Host, one.Port, one.User) == (other.IsDirect, other.Host, other.Port, other.User);

    private sealed class SessionNote(DateTimeOffset openedAt)
    {
        private long _commands;
        private long _usedAt = openedAt.UtcTicks;

        public void Note(DateTimeOffset now)
        {
            Interlocked.Increment(ref _commands);
            Interlocked.Exchange(ref _usedAt, now.UtcTicks);
        }

        public VastSession Describe(PoolKey way, VastSshAddress? address, VastSessionState state) => new()
        {
            InstanceId = way.InstanceId,
            KeyPath = way.KeyPath,
            Address = address,
            State = state,
            OpenedAt = openedAt,
            LastUsedAt = new DateTimeOffset(Interlocked.Read(ref _usedAt), TimeSpan.Zero),
            CommandCount = Interlocked.Read(ref _commands),
        };
    }
}
