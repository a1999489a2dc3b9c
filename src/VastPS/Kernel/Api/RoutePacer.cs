using System.Collections.Concurrent;

namespace VastPS.Kernel.Api;

/// <summary>
/// Spaces our own calls so that the server never has to refuse one: a gate per route, key and server.
/// On this computer the gates stand open until the server itself refuses a call.
/// </summary>
internal sealed class RoutePacer(TimeProvider clock)
{
    // Answers to calls sent exactly one interval apart can reach the server closer together.
    private const double Margin = 1.05;

    private readonly ConcurrentDictionary<(string Route, string Server, string Key), Gate> _gates = new();

    // Not the time of day: a clock that is set back would hold calls for hours.
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + clock.GetElapsedTime(0);

    /// <summary>Waits until this call may be sent.</summary>
    public Task WaitAsync(ApiCall call, ApiEndpoint endpoint, CancellationToken stop)
    {
        TimeSpan wait = GateOf(call, endpoint).Take(Now);
        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, stop) : Task.CompletedTask;
    }

    /// <summary>The server refused a call: no other is sent before the threshold has passed, and later ones keep to it.</summary>
    public void Slow(ApiCall call, ApiEndpoint endpoint, TimeSpan threshold) => GateOf(call, endpoint).Slow(Now, threshold);

    private Gate GateOf(ApiCall call, ApiEndpoint endpoint) => _gates.GetOrAdd(
        (call.Route.ToString(), endpoint.Address.Authority, endpoint.Key),
        _ => new Gate(endpoint.Address.IsLoopback ? TimeSpan.Zero : call.Route.Interval * Margin, call.Route.Burst));

    // The generic cell rate algorithm: _due is when the next call would be due at an even pace; a burst may run ahead of it.
    private sealed class Gate(TimeSpan interval, int burst)
    {
        private readonly object _sync = new();
        private TimeSpan _interval = interval;
        private int _burst = burst;
        private DateTimeOffset _due = DateTimeOffset.UnixEpoch;

        public TimeSpan Take(DateTimeOffset now)
        {
            lock (_sync)
            {
                DateTimeOffset earliest = _due - (_interval * (_burst - 1));
                DateTimeOffset start = earliest > now ? earliest : now;
                _due = (_due > start ? _due : start) + _interval;
                return start - now;
            }
        }

        public void Slow(DateTimeOffset now, TimeSpan threshold)
        {
            lock (_sync)
            {
                _burst = 1;
                _interval = threshold > _interval ? threshold : _interval;
                _due = _due > now + threshold ? _due : now + threshold;
            }
        }
    }
}
