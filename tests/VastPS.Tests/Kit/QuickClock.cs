namespace VastPS.Tests.Kit;

/// <summary>
/// The system's clock, but a pause between two looks at the server (0.3 to 4 s) takes a fiftieth, and the clock jumps
/// over the rest. Longer waits are limits and shorter ones are for other processes: they stay, so that a busy computer
/// breaks no test.
/// </summary>
/// <param name="longest">The longest wait to shorten; null for 4 s.</param>
internal sealed class QuickClock(TimeSpan? longest = null) : TimeProvider
{
    private const int Haste = 50;
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromSeconds(0.3);

    private readonly TimeSpan _longest = longest ?? TimeSpan.FromSeconds(4);
    private long _skipped;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skipped));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (Interlocked.Read(ref _skipped) * System.TimestampFrequency / TimeSpan.TicksPerSecond);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private bool IsPause(TimeSpan due, TimeSpan period) => due >= s_shortestPause && due <= _longest && period <= TimeSpan.Zero;

    // Set after its making as well: limits of calls are.
    private sealed class Timer : ITimer
    {
        private readonly QuickClock _clock;
        private readonly ITimer _real;
        private long _skip;

        public Timer(QuickClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _real = System.CreateTimer(
                given =>
                {
                    Interlocked.Add(ref clock._skipped, Interlocked.Exchange(ref _skip, 0));
                    callback(given);
                },
                state,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            TimeSpan real = _clock.IsPause(dueTime, period) ? dueTime / Haste : dueTime;
            Interlocked.Exchange(ref _skip, (dueTime - real).Ticks);
            return _real.Change(real, period);
        }

        public void Dispose() => _real.Dispose();

        public ValueTask DisposeAsync() => _real.DisposeAsync();
    }
}
