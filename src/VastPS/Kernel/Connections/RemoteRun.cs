using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>One running command: its channel, its streams and the nonce by which its processes are found again.</summary>
internal sealed class RemoteRun : IDisposable
{
    private const int FeedBytes = 128 * 1024;

    private readonly SshCommand _command;
    private readonly OutputCapture _stdout;
    private readonly OutputCapture _stderr;
    private Task _execution = Task.CompletedTask;
    private volatile bool _isFed = true;

    /// <summary>Sends the command. Opening a channel blocks in the library, so it happens on a thread of its own.</summary>
    public RemoteRun(SshClient client, SshCommandSpec spec, TimeProvider clock)
    {
        string preamble = RemoteScript.Preamble(spec.Environment);

        // The library sends the end of stdin only after at least one byte.
        bool hasStdin = preamble.Length > 0 || spec.Input is not null;
        byte[] first = hasStdin ? Encoding.UTF8.GetBytes(preamble + "\n") : [];
        _stdout = new OutputCapture(Nonce, spec.KeepChars, spec.OnStdoutLine, clock, spec.Output);
        _stderr = new OutputCapture(Nonce, spec.KeepChars, spec.OnStderrLine, clock);
        _command = client.CreateCommand(RemoteScript.Wrap(Nonce, spec.Command, spec.InLoginShell, first.Length, spec.Input is not null));

        // No token goes in: the library would send a signal that root's sshd ignores, and block while it waits.
        Started = BlockingCalls.OnThread(() => _execution = _command.ExecuteAsync(CancellationToken.None));
        Ended = FollowAsync(first, spec.Input);
        BlockingCalls.Observe(Ended);
    }

    public string Nonce { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    /// <summary>Ends when the server has the command; fails where it took none.</summary>
    public Task Started { get; }

    /// <summary>Ends when the channel is closed and all output was handed over; fails when the link breaks or a listener throws.</summary>
    public Task Ended { get; }

    public int? SessionId => _stdout.SessionId ?? _stderr.SessionId;

    public int? ExitCode => _command.ExitStatus;

    public void Mute()
    {
        _stdout.Mute();
        _stderr.Mute();
    }

    /// <summary>Timestamp of the last output; 0 before the first.</summary>
    public long HeardAt => Math.Max(_stdout.HeardAt, _stderr.HeardAt);

    public SshResult Result(VastSshAddress address, TimeSpan duration, CommandEnd end, bool mayStillRun) => new()
    {
        ExitCode = end == CommandEnd.Itself ? ExitCode : null,
        Signal = end == CommandEnd.Itself ? _command.ExitSignal : null,
        Stdout = _stdout.Text,
        Stderr = _stderr.Text,
        StdoutBytes = _stdout.Bytes,
        IsTruncated = _stdout.IsTruncated || _stderr.IsTruncated,
        Duration = duration,
        TimedOut = end is CommandEnd.Time or CommandEnd.Silence,
        WasSilent = end == CommandEnd.Silence,
        MayStillRun = mayStillRun,
        LeftInput = !_isFed,
        AddressUsed = address,
    };

    /// <summary>Closes the channel; may block for a second where the server does not answer.</summary>
    public void Dispose() => _command.Dispose();

    private async Task FollowAsync(byte[] first, Stream? input)
    {
        await Started;
        var open = new List<Task>
        {
            _execution,
            BlockingCalls.OnThread(() => _stdout.Drain(_command.OutputStream)),
            BlockingCalls.OnThread(() => _stderr.Drain(_command.ExtendedOutputStream)),
        };
        Task feed = first.Length > 0 ? BlockingCalls.OnThread(() => Feed(first, input)) : Task.CompletedTask;
        while (open.Count > 0)
        {
            // The command may end without having read its input: only a failure of the feed matters.
            Task done = await Task.WhenAny(feed.IsCompleted ? open : open.Append(feed));
            await done;
            open.Remove(done);
        }
    }

    private void Feed(byte[] first, Stream? input)
    {
        Stream? pipe = null;
        _isFed = false;
        try
        {
            byte[] buffer = first;
            for (int n = first.Length; n > 0; n = input?.Read(buffer) ?? 0)
            {
                if (!Send(buffer, n, ref pipe))
                {
                    return;
                }

                buffer = buffer.Length == first.Length ? new byte[FeedBytes] : buffer;
            }

            _isFed = true;
        }
        finally
        {
            pipe?.Dispose();
        }
    }

    // False once the command takes no more; it has ended or the link has, and Ended tells which.
    private bool Send(byte[] bytes, int count, ref Stream? pipe)
    {
        try
        {
            pipe ??= _command.CreateInputStream();
            pipe.Write(bytes, 0, count);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or SshException or IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
