namespace VastPS.Simulator;

/// <summary>
/// The simulator's own time. It runs with the computer's clock until somebody moves, freezes or speeds it;
/// what instances do and cost is a function of this clock.
/// </summary>
public sealed class SimClock
{
    private readonly object _lock = new();
    private DateTimeOffset _from;
    private long _stamp = TimeProvider.System.GetTimestamp();
    private double _speed = 1;

    internal SimClock(DateTimeOffset? start) => _from = start ?? TimeProvider.System.GetUtcNow();

    /// <summary>The time now, UTC.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                return _from + (TimeProvider.System.GetElapsedTime(_stamp) * _speed);
            }
        }
    }

    /// <summary>The time now in seconds since 1970.</summary>
    public double UnixSeconds => Unix(Now);

    /// <summary>Moves the time forward.</summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        Set(Now + span, null);
    }

    /// <summary>Sets the time; it may not go back, because bills are already written.</summary>
    public void SetNow(DateTimeOffset time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Now);
        Set(time, null);
    }

    /// <summary>Stops the time; <see cref="Advance"/> still moves it.</summary>
    public void Freeze() => Set(Now, 0);

    /// <summary>Lets the time run, <paramref name="speed"/> times as fast as the computer's clock.</summary>
    public void Run(double speed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(speed);
        Set(Now, speed);
    }

    internal static double Unix(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    private void Set(DateTimeOffset time, double? speed)
    {
        lock (_lock)
        {
            _from = time;
            _stamp = TimeProvider.System.GetTimestamp();
            _speed = speed ?? _speed;
        }
    }
}
