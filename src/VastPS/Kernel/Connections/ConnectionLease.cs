namespace VastPS.Kernel.Connections;

/// <summary>A link on loan for one command of the user.</summary>
/// <param name="line">Where it goes back to.</param>
/// <param name="first">The link.</param>
/// <param name="another">Opens a further one, where the server has no room on the first.</param>
/// <param name="owner">Cancelled where the command was stopped: the link is closed then.</param>
internal sealed class ConnectionLease(
    ConnectionSet line, PooledConnection first, Func<CancellationToken, Task<PooledConnection>> another, CancellationToken owner) : ISshLink
{
    private readonly SemaphoreSlim _turn = new(1);
    private PooledConnection? _spare;
    private int _isReturned;

    public VastSshAddress Address => first.Link.Address;

    public bool IsOpen => first.Link.IsOpen;

    public async Task<SshResult> RunAsync(SshCommandSpec spec, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(_isReturned != 0, this);
        line.Note();
        PooledConnection link = Volatile.Read(ref _spare) ?? first;
        try
        {
            return await RunAsync(link, spec, stop);
        }
        catch (VastException e) when (e.Reason == VastReason.SshHandshakeFailed && link == first)
        {
            // The server has no room for another command on this connection: nothing was started, and the link is good.
            return await RunAsync(await SpareAsync(stop), spec, stop);
        }
    }

    public Task<bool> AnswersAsync(TimeSpan limit, CancellationToken stop) => first.Link.AnswersAsync(limit, stop);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) == 0)
        {
            bool isGood = !owner.IsCancellationRequested;
            _turn.Dispose();
            await Task.WhenAll(
                line.GiveBackAsync(first, isGood), _spare is { } spare ? line.GiveBackAsync(spare, isGood) : Task.CompletedTask);
        }
    }

    private static async Task<SshResult> RunAsync(PooledConnection link, SshCommandSpec spec, CancellationToken stop)
    {
        bool isGood = false;
        try
        {
            SshResult ran = await link.Link.RunAsync(spec, stop);
            isGood = !ran.MayStillRun && !ran.LeftInput;
            return ran;
        }
        catch (VastException e) when (e.Reason == VastReason.SshHandshakeFailed)
        {
            isGood = true;
            throw;
        }
        finally
        {
            if (!isGood)
            {
                link.Spend();
            }
        }
    }

    private async Task<PooledConnection> SpareAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            PooledConnection spare = _spare ?? await another(stop);
            Volatile.Write(ref _spare, spare);
            return spare;
        }
        finally
        {
            _turn.Release();
        }
    }
}
