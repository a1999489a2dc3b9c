using VastPS.Basics;

namespace VastPS.Features.Checks;

/// <summary>The time limit of a set-up, and the few more tries that an error of the network is worth.</summary>
internal sealed class SetupPatience(long instanceId, TimeSpan limit, ISetupListener listener, TimeProvider clock)
{
    private static readonly TimeSpan[] s_pauses = [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)];
    private readonly long _begin = clock.GetTimestamp();

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_begin);

    /// <summary>How often something was tried; 1 where nothing had to be tried again.</summary>
    public int Attempts { get; private set; } = 1;

    /// <summary>How long a step may still take. Throws SetupTimeout where nothing is left.</summary>
    public TimeSpan Left(string step) =>
        limit - Elapsed is var left && left > TimeSpan.Zero ? left : throw TimedOut(step, "", mayStillRun: false);

    /// <summary>Tries a step until it is good, or fails for another reason than the network, or too often.</summary>
    /// <param name="step">Takes the number of the attempt.</param>
    /// <param name="isGood">True where nothing needs to be tried again.</param>
    /// <param name="text">What the step printed.</param>
    /// <param name="stop">Ends the pauses.</param>
    public async Task<T> TryAsync<T>(Func<int, Task<T>> step, Func<T, bool> isGood, Func<T, string> text, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            T result = await step(attempt).ConfigureAwait(false);
            if (isGood(result) || attempt > s_pauses.Length || NetworkErrorRule.Find(SetupOutput.Lines(text(result))) is not { } trouble)
            {
                return result;
            }

            // What went wrong says more than that the time was up.
            TimeSpan pause = s_pauses[attempt - 1];
            if (pause >= limit - Elapsed)
            {
                return result;
            }

            listener.OnRetry(trouble, pause);
            Attempts++;
            await Task.Delay(pause, clock, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Runs work of this computer within the limit.</summary>
    public async Task<T> WithinAsync<T>(string step, Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var over = new CancellationTokenSource(Left(step), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stop);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw TimedOut(step, "", mayStillRun: false);
        }
    }

    /// <summary>The error of a step that was ended because the time was up.</summary>
    public VastException TimedOut(string step, string lastLines, bool mayStillRun) => new(
        VastReason.SetupTimeout, instanceId, Duration.Format(limit), step,
        mayStillRun ? "Whether all it had started has ended there is not known" : "All it had started was ended", lastLines);
}
