using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace VastPS.Kernel.Api;

/// <summary>Sends a call once.</summary>
internal delegate Task<ApiAnswer> SendOnce(ApiCall call, ApiEndpoint endpoint, CancellationToken stop);

/// <summary>
/// Sends a call at a pace the server accepts and tries again what is safe to repeat. A create is never repeated:
/// its answer can be lost after it has rented.
/// </summary>
internal sealed class Resilience
{
    private const int Retries = 4;

    // Several processes of one account share its pace without knowing of each other: each of them may be refused many times.
    private const int Refusals = 20;

    // Whoever is asked to wait longer hears of it instead.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_oneTry = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_allTries = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(400);

    private readonly RoutePacer _pacer;
    private readonly SendOnce _send;
    private readonly Dictionary<Repeat, ResiliencePipeline<ApiAnswer>> _pipelines;
    private readonly CallWindow? _window;

    /// <param name="clock">For pace, limits and pauses.</param>
    /// <param name="send">Sends a call once; null for over the network.</param>
    public Resilience(TimeProvider clock, SendOnce? send = null)
    {
        _pacer = new RoutePacer(clock);
        _send = send ?? ApiTransport.SendAsync;
        _pipelines = Enum.GetValues<Repeat>().ToDictionary(r => r, r => Build(r, clock));
    }

    private Resilience(Resilience other, CallWindow window) =>
        (_pacer, _send, _pipelines, _window) = (other._pacer, other._send, other._pipelines, window);

    /// <summary>The same, with the same pace, for calls that pass a window besides, each try of them.</summary>
    public Resilience Within(CallWindow window) => new(this, window);

    /// <summary>Sends the call until an answer comes that trying again does not change.</summary>
    /// <returns>The last answer, whatever its status, and how many times the call was sent.</returns>
    public async Task<(ApiAnswer Answer, int Tries)> SendAsync(ApiCall call, ApiEndpoint endpoint, CancellationToken stop)
    {
        int tries = 0;

        // The window may be long in coming where many wait for it: that is no trouble of the server, and no limit counts it.
        await WindowAsync(stop).ConfigureAwait(false);
        ApiAnswer answer = await _pipelines[call.Repeat].ExecuteAsync(
            async token =>
            {
                await (tries > 0 ? WindowAsync(token) : Task.CompletedTask).ConfigureAwait(false);
                await _pacer.WaitAsync(call, endpoint, s_longestPause, token).ConfigureAwait(false);
                tries++;
                ApiAnswer one = await _send(call, endpoint, token).ConfigureAwait(false);
                if (one.Status == 429)
                {
                    _pacer.Slow(call, endpoint, ApiFailures.Pause(one), ApiFailures.Interval(one));
                }

                return one;
            },
            stop).ConfigureAwait(false);
        return (answer, tries);
    }

    private Task WindowAsync(CancellationToken stop) => _window?.WaitAsync(stop) ?? Task.CompletedTask;

    private static ResiliencePipeline<ApiAnswer> Build(Repeat repeat, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder<ApiAnswer> { TimeProvider = clock };
        builder.AddTimeout(s_allTries);
        if (repeat != Repeat.Never)
        {
            builder.AddRetry(new RetryStrategyOptions<ApiAnswer>
            {
                MaxRetryAttempts = Retries,
                ShouldHandle = tried => ValueTask.FromResult(MayPass(tried.Outcome, repeat, tried.Context.CancellationToken)),
                DelayGenerator = tried => ValueTask.FromResult<TimeSpan?>(s_firstWait * Math.Pow(2, tried.AttemptNumber)),
            });
            builder.AddRetry(new RetryStrategyOptions<ApiAnswer>
            {
                MaxRetryAttempts = Refusals,
                ShouldHandle = tried => ValueTask.FromResult(IsShortPause(tried.Outcome, tried.Context.CancellationToken)),
                DelayGenerator = tried => ValueTask.FromResult<TimeSpan?>(Spread(ApiFailures.Pause(tried.Outcome.Result!), tried.AttemptNumber)),
            });
        }

        return builder.AddTimeout(s_oneTry).Build();
    }

    private static bool IsShortPause(Outcome<ApiAnswer> outcome, CancellationToken stop) =>
        !stop.IsCancellationRequested && outcome.Result is { Status: 429 } refused && ApiFailures.Pause(refused) <= s_longestPause;

    // Never earlier than asked. Those that were refused together would come back together: from the second time on they spread.
    private static TimeSpan Spread(TimeSpan pause, int refused) => pause * (1 + (Random.Shared.NextDouble() * Math.Min(refused, 3)));

    private static bool MayPass(Outcome<ApiAnswer> outcome, Repeat repeat, CancellationToken stop) => outcome switch
    {
        _ when stop.IsCancellationRequested => false,
        { Result.Status: 502 or 503 or 504 } => repeat == Repeat.Safe,
        { Exception: HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException } =>
            repeat == Repeat.Safe,
        _ => false,
    };
}
