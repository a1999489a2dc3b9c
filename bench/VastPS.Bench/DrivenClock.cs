namespace VastPS.Bench;

/// <summary>A clock that moves only when it is told to. Whatever becomes due is done on the thread that moves it, in order.</summary>
internal sealed class DrivenClock : TimeProvider
{
    private readonly PriorityQueue<(Timer Timer, long Version), (long Due, long Order)> _due = new();
    private readonly Lock _turn = new();
    private long _now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, from one timer to the next.</summary>
    public void Advance(TimeSpan by)
    {
        long end = _now + by.Ticks;
        while (Next(end) is { } timer)
        {
            timer.Fire();
        }

        Interlocked.Exchange(ref _now, end);
    }

    private Timer? Next(long end)
    {
        lock (_turn)
        {
            while (_due.TryPeek(out (Timer Timer, long Version) first, out (long Due, long) at) && at.Due <= end)
            {
                _due.Dequeue();
                if (first.Timer.Version == first.Version)
                {
                    Interlocked.Exchange(ref _now, Math.Max(_now, at.Due));
                    return first.Timer;
                }
            }

            return null;
        }
    }

    private void Add(Timer timer, TimeSpan due)
    {
        lock (_turn)
        {
            timer.Version++;
            if (due >= TimeSpan.Zero)
            {
                _due.Enqueue((timer, timer.Version), (_now + due.Ticks, _order++));
            }
        }
    }

    // No period: nothing that is driven here has one.
    private sealed class Timer(DrivenClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Version { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Add(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Add(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
