using VastPS.Kernel.Connections;

namespace VastPS.Features.Transfer;

/// <summary>Goes on after a link was lost, over a new one, as long as that brings the transfer further.</summary>
/// <param name="first">An open link; its owner closes it.</param>
/// <param name="again">Opens another.</param>
/// <param name="clock">For the pauses.</param>
/// <param name="note">Told why another link was needed.</param>
internal sealed class Retries(ISshLink first, Func<CancellationToken, Task<ISshLink>> again, TimeProvider clock, Action<string> note)
    : IAsyncDisposable
{
    private const int MostInVain = 4;

    private ISshLink? _further;
    private bool _isFirstLost;

    /// <summary>The link in use; null while none is open.</summary>
    public ISshLink? Link => _isFirstLost ? _further : first;

    /// <summary>Attempts until one ends well. Four in a row that prove no further byte are enough; two where a file differs.</summary>
    /// <param name="attempt">Goes on where the one before ended.</param>
    /// <param name="proven">Bytes that are known to be the same on both sides.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<ISshLink, Task> attempt, Func<long> proven, CancellationToken stop)
    {
        long best = -1;
        for (int inVain = 0; ; inVain++)
        {
            try
            {
                _further = Link is null ? await again(stop).ConfigureAwait(false) : _further;
                await attempt(Link!).ConfigureAwait(false);
                return;
            }
            catch (VastException e) when (MayPass(e.Reason, proven() > best ? 0 : inVain))
            {
                inVain = proven() > best ? 0 : inVain;
                best = Math.Max(best, proven());
                note(e.Message);
                await LetGoAsync().ConfigureAwait(false);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250 << (2 * inVain)), clock, stop).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_further is not null)
        {
            await _further.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool MayPass(VastReason reason, int inVain) =>
        SshTrouble.MayPass(reason) ? inVain < MostInVain : reason == VastReason.TransferDamaged && inVain < 1;

    private async Task LetGoAsync()
    {
        await DisposeAsync().ConfigureAwait(false);
        _further = null;
        _isFirstLost = true;
    }
}
