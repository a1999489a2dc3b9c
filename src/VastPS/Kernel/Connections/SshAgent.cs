using System.IO.Pipes;
using System.Net.Sockets;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>
/// The ssh agent of this user: it has private keys and signs with them, and never gives one away. Each request has a
/// connection of its own and a limit, so an agent that is gone, refuses or hangs costs a few seconds at most.
/// </summary>
internal sealed class SshAgent(string address, TimeProvider clock)
{
    public const string Variable = "SSH_AUTH_SOCK";

    private const string PipePrefix = @"\\.\pipe\";
    private const string WindowsPipe = PipePrefix + "openssh-ssh-agent";
    private const byte ListRequest = 11;
    private const byte ListAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignAnswer = 14;
    private const uint LongestAnswer = 256 * 1024;

    private static readonly TimeSpan s_listLimit = TimeSpan.FromSeconds(5);

    // Somebody may have to touch a security key or to confirm.
    private static readonly TimeSpan s_signLimit = TimeSpan.FromSeconds(20);

    public string Address => address;

    /// <summary>The agent that the environment names, on Windows else the system's; null where there is none.</summary>
    public static SshAgent? Find(Func<string, string?> environment, TimeProvider clock) =>
        environment(Variable) is { Length: > 0 } named ? new SshAgent(named, clock)
            : OperatingSystem.IsWindows() ? new SshAgent(WindowsPipe, clock)
            : null;

    /// <summary>The keys it has; none and the reason where it does not say. A locked agent says that it has none.</summary>
    public async Task<(IReadOnlyList<LocalKey> Keys, string? Trouble)> ListAsync(CancellationToken stop)
    {
        try
        {
            return (Keys(await AskAsync([ListRequest], s_listLimit, stop).ConfigureAwait(false)), null);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            stop.ThrowIfCancellationRequested();
            return ([], Why(e));
        }
    }

    /// <summary>Signs for a log-in; null and the reason where the agent does not.</summary>
    /// <param name="publicKey">The public key's binary form.</param>
    /// <param name="data">What to sign.</param>
    /// <param name="flags">Which hash an RSA key uses.</param>
    public (byte[]? Signature, string? Trouble) Sign(byte[] publicKey, byte[] data, uint flags)
    {
        try
        {
            byte[] request = [SignRequest, .. SshWire.Field(publicKey), .. SshWire.Field(data), .. SshWire.Number(flags)];
            ReadOnlySpan<byte> answer = AskAsync(request, s_signLimit, CancellationToken.None).GetAwaiter().GetResult();
            ReadOnlySpan<byte> rest = answer[1..];
            return answer[0] == SignAnswer && SshWire.TryField(ref rest, out ReadOnlySpan<byte> signature)
                ? (signature.ToArray(), null)
                : (null, "it refused to sign");
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return (null, Why(e));
        }
    }

    private List<LocalKey> Keys(byte[] answer)
    {
        var keys = new List<LocalKey>();
        ReadOnlySpan<byte> rest = answer.AsSpan(1);
        if (answer[0] != ListAnswer || !SshWire.TryNumber(ref rest, out uint count))
        {
            throw new InvalidDataException("it refused to list its keys");
        }

        for (uint i = 0; i < count; i++)
        {
            if (!SshWire.TryField(ref rest, out ReadOnlySpan<byte> blob) || !SshWire.TryField(ref rest, out ReadOnlySpan<byte> comment))
            {
                throw new InvalidDataException("its answer is cut off");
            }

            // What this version cannot read, such as a certificate, is left to the agent.
            string told = TerminalText.Clean(System.Text.Encoding.UTF8.GetString(comment)).Trim();
            if (PublicKeyText.TryFromBlob(blob.ToArray(), told) is { } key)
            {
                keys.Add(new LocalKey(key, null, new AgentSigner(this, key)));
            }
        }

        return keys;
    }

    // The whole answer, the first byte being its kind; never empty.
    private async Task<byte[]> AskAsync(byte[] request, TimeSpan limit, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        await using Stream stream = await OpenAsync(either.Token).ConfigureAwait(false);
        await stream.WriteAsync(SshWire.Field(request), either.Token).ConfigureAwait(false);
        byte[] head = new byte[4];
        await stream.ReadExactlyAsync(head, either.Token).ConfigureAwait(false);
        ReadOnlySpan<byte> number = head;
        SshWire.TryNumber(ref number, out uint length);
        if (length is 0 or > LongestAnswer)
        {
            throw new InvalidDataException("it speaks another language");
        }

        byte[] answer = new byte[length];
        await stream.ReadExactlyAsync(answer, either.Token).ConfigureAwait(false);
        return answer;
    }

    private async Task<Stream> OpenAsync(CancellationToken stop)
    {
        if (OperatingSystem.IsWindows() && address.StartsWith(PipePrefix, StringComparison.OrdinalIgnoreCase))
        {
            var pipe = new NamedPipeClientStream(".", address[PipePrefix.Length..], PipeDirection.InOut, PipeOptions.Asynchronous);
            try
            {
                await pipe.ConnectAsync(0, stop).ConfigureAwait(false);
                return pipe;
            }
            catch
            {
                await pipe.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsTrouble(Exception e) =>
        e is SocketException or IOException or OperationCanceledException or TimeoutException or UnauthorizedAccessException
            or InvalidDataException or ArgumentException or PlatformNotSupportedException;

    private string Why(Exception e) => e switch
    {
        OperationCanceledException => "it does not answer",
        SocketException or TimeoutException or ArgumentException or UnauthorizedAccessException => $"nothing can be reached at {address}",
        EndOfStreamException => "it hung up",
        InvalidDataException => e.Message,
        _ => e.Message.TrimEnd('.'),
    };
}
