using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Renci.SshNet;
using Renci.SshNet.Common;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>One connection, the commands on it, and the ending of what they leave behind.</summary>
internal sealed class SshLink(
    SshClient client,
    SshTarget target,
    VastSshAddress address,
    Func<Task<SshClient>> dialAgain,
    TimeProvider clock) : ISshLink
{
    // A stop waits this long for the ending of the remote processes, then returns and lets it go on behind.
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromMilliseconds(500);

    // After a timeout the result waits longer: it says whether everything has ended.
    private static readonly TimeSpan s_timeoutPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_drainPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_closePatience = TimeSpan.FromSeconds(5);

    // Beyond the grace: finding the session may take a second, and verifying the KILL two.
    private static readonly TimeSpan s_killMargin = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Task, byte> _behind = new();
    private int _disposed;

    public VastSshAddress Address => address;

    public bool IsOpen => _disposed == 0 && client.IsConnected;

    public Task<bool> AnswersAsync(TimeSpan limit, CancellationToken stop) => BlockingCalls.AnswersAsync(client, limit, clock, stop);

    public async Task<SshResult> RunAsync(SshCommandSpec spec, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        KeyRule.Demand("a command for the box", spec.Command);
        KeyRule.Demand("the environment of a command", spec.Environment.Values);
        RemoteRun run = Begin(spec);
        long begin = clock.GetTimestamp();
        var end = CommandEnd.Itself;
        Exception? trouble = null;
        try
        {
            await run.Started.WaitAsync(target.ConnectTimeout, clock, stop);
            end = await new RunWatch(run, spec, AnswersAsync, clock).WaitAsync(stop);
            trouble = end == CommandEnd.NoAnswer ? new TimeoutException($"no answer for {Duration.Format(spec.KeepAlive!.Value)}") : null;
        }
        catch (Exception e)
        {
            trouble = e;
        }

        TimeSpan duration = clock.GetElapsedTime(begin);
        if (trouble is null && end == CommandEnd.Itself && run.ExitCode is not null)
        {
            Behind(BlockingCalls.OnThread(run.Dispose));
            return run.Result(address, duration, end, mayStillRun: false);
        }

        bool gone = await EndAsync(run, spec, end, stop);
        return trouble is null ? run.Result(address, duration, end, !gone) : throw Explain(trouble, run, gone);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await BlockingCalls.WithinAsync(Task.WhenAll(_behind.Keys), s_closePatience, clock);
            await BlockingCalls.CloseAsync(client, clock);
        }
    }

    private RemoteRun Begin(SshCommandSpec spec)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        try
        {
            return new RemoteRun(client, spec, clock);
        }
        catch (SshException e)
        {
            throw Lost(e, gone: true);
        }
    }

    // Waits as long as the caller may wait; true where all has ended by then.
    private async Task<bool> EndAsync(RemoteRun run, SshCommandSpec spec, CommandEnd end, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            run.Mute();
        }

        Task<bool> ending = KillAndCloseAsync(run, spec.KillGrace, end);
        Behind(ending);
        try
        {
            return await ending.WaitAsync(
                stop.IsCancellationRequested ? s_stopPatience : s_timeoutPatience, clock, stop.IsCancellationRequested ? default : stop);
        }
        catch (TimeoutException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
        finally
        {
            stop.ThrowIfCancellationRequested();
        }
    }

    private async Task<bool> KillAndCloseAsync(RemoteRun run, TimeSpan grace, CommandEnd end)
    {
        bool gone = false;
        try
        {
            await BlockingCalls.WithinAsync(run.Started, target.ConnectTimeout, clock);
            gone = WasRefused(run) || await KillAsync(run, grace, end != CommandEnd.NoAnswer);
            if (end is CommandEnd.Time or CommandEnd.Silence)
            {
                await BlockingCalls.WithinAsync(run.Ended, s_drainPatience, clock);
            }
        }
        finally
        {
            Behind(BlockingCalls.OnThread(run.Dispose));
        }

        return gone;
    }

    private async Task<bool> KillAsync(RemoteRun run, TimeSpan grace, bool overThisLink)
    {
        string script = RemoteScript.Kill(run.Nonce, run.SessionId, grace);
        string? answer = overThisLink && client.IsConnected
            ? await BlockingCalls.AskAsync(client, script, grace + s_killMargin, clock)
            : null;
        if (answer is null)
        {
            // No second channel (MaxSessions 1), or the link is gone or hangs.
            SshClient? fresh = null;
            try
            {
                fresh = await dialAgain();
                answer = await BlockingCalls.AskAsync(fresh, script, grace + s_killMargin, clock);
            }
            catch (Exception e) when (e is VastException or AttemptException)
            {
                return false;
            }
            finally
            {
                if (fresh is not null)
                {
                    await BlockingCalls.CloseAsync(fresh, clock);
                }
            }
        }

        return answer is not null && RemoteScript.SaysGone(run.Nonce, answer);
    }

    // The server opened no channel, so nothing was started.
    private static bool WasRefused(RemoteRun run) =>
        run.Started.Exception?.InnerException is SshException and not SshConnectionException and not SshOperationTimeoutException;

    private Exception Explain(Exception trouble, RemoteRun run, bool gone)
    {
        if (WasRefused(run))
        {
            return VastException.Because(
                trouble, VastReason.SshHandshakeFailed, target.InstanceId, $"{address} opened no further channel ({trouble.Message})");
        }

        if (trouble is SshException or System.Net.Sockets.SocketException or TimeoutException or ObjectDisposedException)
        {
            return Lost(trouble, gone);
        }

        ExceptionDispatchInfo.Throw(trouble);
        return trouble;
    }

    private VastException Lost(Exception cause, bool gone) => VastException.Because(
        cause, VastReason.SshLinkLost, target.InstanceId, address, cause.Message.TrimEnd('.'),
        gone ? "What it had started there was ended." : "What it had started there may still run.");

    private void Behind(Task work)
    {
        _behind.TryAdd(work, 0);
        BlockingCalls.Observe(work.ContinueWith(
            done => _behind.TryRemove(done, out byte _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default));
        BlockingCalls.Observe(work);
    }
}
