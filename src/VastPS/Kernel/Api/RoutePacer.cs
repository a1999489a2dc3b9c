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
    /// <exception cref="VastException">ApiRateLimited where the server asked to wait for longer than <paramref name="longest"/>.</exception>
    public Task WaitAsync(ApiCall call, ApiEndpoint endpoint, TimeSpan longest, CancellationToken stop)
    {
        Gate gate = GateOf(call, endpoint);
        DateTimeOffset now = Now;
        if (gate.Closed(now) is var closed && closed > longest)
        {
            throw ApiFailures.TooSoon(call, closed);
        }

        TimeSpan wait = gate.Take(now);
        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, stop) : Task.CompletedTask;
    }

    /// <summary>The server refused a call: no other is sent before the pause has passed, and later ones keep the interval.</summary>
    public void Slow(ApiCall call, ApiEndpoint endpoint, TimeSpan pause, TimeSpan interval) =>
        GateOf(call, endpoint).Slow(Now, pause, interval);

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
        private DateTimeOffset _closed = DateTimeOffset.UnixEpoch;

        /// <summary>For how long the server takes no call at all.</summary>
        public TimeSpan Closed(DateTimeOffset now)
        {
            lock (_sync)
            {
                return _closed - now;
            }
        }

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

        public void Slow(DateTimeOffset now, TimeSpan pause, TimeSpan interval)
        {
            lock (_sync)
            {
                _burst = 1;
                _interval = interval > _interval ? interval : _interval;
                _closed = _closed > now + pause ? _closed : now + pause;
                _due = _due > _closed ? _due : _closed;
            }
        }
    }
}
