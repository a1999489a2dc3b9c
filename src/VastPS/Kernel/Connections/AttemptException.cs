using System.Net.Sockets;
using Renci.SshNet.Common;
using VastPS.Basics;

namespace VastPS.Kernel.Connections;

/// <summary>Why one address did not work: the reason and a clause for the user. Never leaves the Ssh door.</summary>
internal sealed class AttemptException(VastReason reason, string clause, Exception? inner) : Exception(clause, inner)
{
    public VastReason Reason { get; } = reason;

    /// <summary>Tells what the library's exception means.</summary>
    public static AttemptException From(Exception e, VastSshAddress address, TimeSpan limit)
    {
        (VastReason reason, string what) = e switch
        {
            OperationCanceledException
                or TimeoutException
                or SshOperationTimeoutException
                or SocketException { SocketErrorCode: SocketError.TimedOut }
                => (VastReason.SshTimeout, $"did not answer within {Duration.Format(limit)}"),
            SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                => (VastReason.SshRefused, "refused the connection"),
            SocketException { SocketErrorCode: SocketError.HostNotFound
                or SocketError.NoData
                or SocketError.TryAgain
                or SocketError.NoRecovery }
                => (VastReason.SshUnreachable, "has a host name that cannot be resolved"),
            SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }
                => (VastReason.SshHandshakeFailed, "closed the connection before the login"),
            SocketException socket
                => (VastReason.SshUnreachable, $"cannot be reached ({socket.Message})"),
            SshAuthenticationException
                => (VastReason.SshAuthFailed, "accepts none of the keys"),
            SshConnectionException when e.Message.Contains("authentication failures", StringComparison.OrdinalIgnoreCase)
                => (VastReason.SshAuthFailed, "refused after too many keys"),
            _ => (VastReason.SshHandshakeFailed, $"gave no ssh connection ({Kernel.Text.TerminalText.Clean(e.Message).TrimEnd('.')})"),
        };
        string way = address.IsDirect ? "direct" : "proxy";
        return new AttemptException(reason, $"{address} ({way}) {what}", e);
    }
}
