using VastPS.Simulator;

namespace VastPS.Tests.Kit;

/// <summary>
/// The clock of a simulator as that of the commands: days pass when the test says so, and a pause between two looks moves it on by as
/// much and takes next to nothing. Limits stay as they are.
/// </summary>
internal sealed class SimTime(SimClock clock) : TimeProvider
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => clock.Now;

    public override long GetTimestamp() => clock.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(clock, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer : ITimer
    {
        private readonly ITimer _real;
        private long _skip;

        public Timer(SimClock clock, TimerCallback callback, object? state) => _real = System.CreateTimer(
            given =>
            {
                clock.Advance(TimeSpan.FromTicks(Interlocked.Exchange(ref _skip, 0)));
                callback(given);
            },
            state,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool isPause = dueTime >= s_shortestPause && dueTime <= s_longestPause && period <= TimeSpan.Zero;
            Interlocked.Exchange(ref _skip, isPause ? dueTime.Ticks : 0);
            return _real.Change(isPause ? s_moment : dueTime, period);
        }

        public void Dispose() => _real.Dispose();

        public ValueTask DisposeAsync() => _real.DisposeAsync();
    }
}
