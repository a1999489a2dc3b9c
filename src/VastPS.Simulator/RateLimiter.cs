using System.Diagnostics;

namespace VastPS.Simulator;

/// <summary>Lets bytes through at an exact rate of real time; several streams share it.</summary>
internal sealed class RateLimiter(double bytesPerSecond)
{
    /// <summary>How far a late timer may be made up for.</summary>
    private static readonly double s_debt = 0.1 * Stopwatch.Frequency;
    private readonly object _lock = new();
    private double _next = Stopwatch.GetTimestamp();

    /// <summary>A good size for one piece: about 10 ms.</summary>
    public int Chunk { get; } = (int)Math.Clamp(bytesPerSecond / 100, 512, 262144);

    /// <summary>A stream begins: time that nobody used is not made up for.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _next = Math.Max(_next, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Returns at the moment when the last of these bytes has passed.</summary>
    public async Task TakeAsync(int bytes, CancellationToken stop)
    {
        double until;
        lock (_lock)
        {
            double now = Stopwatch.GetTimestamp();
            double start = now - _next > s_debt ? now : _next;
            _next = until = start + (bytes / bytesPerSecond * Stopwatch.Frequency);
        }

        TimeSpan wait = TimeSpan.FromSeconds((until - Stopwatch.GetTimestamp()) / Stopwatch.Frequency);
        if (wait > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(wait, TimeProvider.System, stop);
        }
    }
}
