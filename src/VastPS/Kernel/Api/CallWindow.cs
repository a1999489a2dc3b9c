namespace VastPS.Kernel.Api;

/// <summary>
/// Lets at most so many calls pass in any span of time, whatever their routes: for work that would ask about many things at once.
/// </summary>
/// <param name="most">Calls.</param>
/// <param name="span">In which they may pass.</param>
/// <param name="clock">For span and waits.</param>
internal sealed class CallWindow(int most, TimeSpan span, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private readonly Queue<TimeSpan> _passed = new();

    /// <summary>Waits until the next call may be sent. Who came first goes first.</summary>
    public Task WaitAsync(CancellationToken stop)
    {
        TimeSpan wait = Take(clock.GetElapsedTime(_began));
        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, stop) : Task.CompletedTask;
    }

    private TimeSpan Take(TimeSpan now)
    {
        lock (_passed)
        {
            TimeSpan free = _passed.Count < most ? now : _passed.Dequeue() + span;
            TimeSpan at = free > now ? free : now;
            _passed.Enqueue(at);
            return at - now;
        }
    }
}
