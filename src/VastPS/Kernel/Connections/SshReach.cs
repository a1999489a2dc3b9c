using System.Net.Sockets;

namespace VastPS.Kernel.Connections;

/// <summary>Finds the address at which a box answers, for programs that are not asked twice.</summary>
internal static class SshReach
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(8);

    // Which of several failures tells most.
    private static readonly VastReason[] s_telling =
        [VastReason.SshHandshakeFailed, VastReason.SshTimeout, VastReason.SshRefused, VastReason.SshUnreachable];

    /// <summary>
    /// The first address that greets. Throws SshRefused, SshTimeout, SshUnreachable or SshHandshakeFailed, which names all.
    /// </summary>
    public static async Task<VastSshAddress> FirstAsync(SshTarget target, TimeProvider clock, CancellationToken stop)
    {
        var failures = new List<AttemptException>();
        foreach (VastSshAddress address in target.Addresses)
        {
            using var late = new CancellationTokenSource(s_limit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(address.Host, address.Port, either.Token);

                // A proxy may accept for a box that is gone.
                return await socket.ReceiveAsync(new byte[1], either.Token) > 0
                    ? address
                    : throw new SocketException((int)SocketError.ConnectionReset);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                stop.ThrowIfCancellationRequested();
                failures.Add(AttemptException.From(e, address, s_limit));
            }
        }

        VastReason reason = s_telling.First(r => failures.Exists(f => f.Reason == r));
        throw VastException.Because(
            failures.First(f => f.Reason == reason), reason, target.InstanceId, string.Join("; ", failures.Select(f => f.Message)));
    }
}
