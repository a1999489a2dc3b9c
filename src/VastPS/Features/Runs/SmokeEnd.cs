namespace VastPS.Features.Runs;

/// <summary>Ends the command of a smoke test once all that is needed has been seen. Asked from several threads.</summary>
internal sealed class SmokeEnd : IDisposable
{
    // Steps may be made before anybody has looked whether a GPU makes them: so long the command is left running for that.
    private static readonly TimeSpan s_gpuLimit = TimeSpan.FromSeconds(5);

    private readonly SmokeLog _log;
    private readonly CheckpointWatch? _saved;
    private readonly CancellationTokenSource _end;
    private readonly object _turn = new();
    private ITimer? _limit;
    private bool _isOver;

    /// <param name="log">What the command prints.</param>
    /// <param name="saved">The checkpoint that is waited for; null where none is.</param>
    /// <param name="stop">Ends the command as well.</param>
    public SmokeEnd(SmokeLog log, CheckpointWatch? saved, CancellationToken stop)
    {
        (_log, _saved) = (log, saved);
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        log.OnEnough = Judge;
        log.Gpu.OnLook = Judge;
    }

    /// <summary>Ends the command.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Looks whether everything has been seen: the steps, the checkpoint, the GPUs.</summary>
    public void Judge()
    {
        bool isDone = _log.IsEnough && _saved is null or { IsSaved: true };
        if (_log.HasFailed || (isDone && (_isOver || _log.KnowsItsGpu)))
        {
            End();
        }
        else if (isDone)
        {
            lock (_turn)
            {
                _limit ??= _log.Clock.CreateTimer(_ => Leave(), null, s_gpuLimit, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _log.OnEnough = () => { };
        _log.Gpu.OnLook = () => { };
        lock (_turn)
        {
            _limit?.Dispose();
        }

        _end.Dispose();
    }

    private void End()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Asked by a thread of the looks after the command had ended.
        }
    }

    private void Leave()
    {
        _isOver = true;
        Judge();
    }
}
