namespace VastPS.Tests.Kit;

/// <summary>
/// The system's clock, but a pause between two looks at the server (0.3 to 4 s) takes a fiftieth, and the clock jumps
/// over the rest. Longer waits are limits and shorter ones are for other processes: they stay, so that a busy computer
/// breaks no test.
/// </summary>
internal sealed class QuickClock : TimeProvider
{
    private const int Haste = 50;
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(4);

    private long _skipped;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skipped));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (Interlocked.Read(ref _skipped) * System.TimestampFrequency / TimeSpan.TicksPerSecond);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < s_shortestPause || dueTime > s_longestPause || period > TimeSpan.Zero)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        TimeSpan real = dueTime / Haste;
        return System.CreateTimer(
            given =>
            {
                Interlocked.Add(ref _skipped, (dueTime - real).Ticks);
                callback(given);
            },
            state,
            real,
            period);
    }
}
