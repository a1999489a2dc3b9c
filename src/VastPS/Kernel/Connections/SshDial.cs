using System.Net.Sockets;
using Renci.SshNet;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>Opens one connection to one address and makes sure that the box is the one it was before.</summary>
internal sealed class SshDial(IHostKeyStore hostKeys, SshInternals internals, TimeProvider clock)
{
    // The cipher that costs this library least, by far; the server may still choose among the others.
    private const string Fastest = "aes128-gcm@openssh.com";

    // Below the usual idle limits of routers and of Vast's proxy.
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A logged-in client. Throws AttemptException for what another address may cure, VastException for what none does:
    /// a changed host key.
    /// </summary>
    public async Task<SshClient> ConnectAsync(SshTarget target, VastSshAddress address, CancellationToken stop)
    {
        IPrivateKeySource[] keys = [.. target.Keys.Select(k => k.Signer)];
        var info = new ConnectionInfo(address.Host, address.Port, address.User, new PrivateKeyAuthenticationMethod(address.User, keys))
        {
            Timeout = target.ConnectTimeout,

            // A refused channel is asked for again: sshd frees a place a moment after it closed the command in it.
            RetryAttempts = 3,

            // The server has its own limit and says so; the library's would block instead.
            MaxSessions = 1000,
        };
        if (info.Encryptions.ContainsKey(Fastest))
        {
            info.Encryptions.SetPosition(Fastest, 0);
        }

        foreach (string certificate in info.HostKeyAlgorithms.Keys.Where(k => k.Contains("-cert-", StringComparison.Ordinal)).ToList())
        {
            info.HostKeyAlgorithms.Remove(certificate);
        }

        var check = new HostKeyCheck(hostKeys, target, address);
        SshClient client;
        try
        {
            client = await LogInAsync(info, check, target, stop);
        }
        catch (Exception e)
        {
            stop.ThrowIfCancellationRequested();
            throw check.Refusal ?? (Exception)AttemptException.From(e, address, target.ConnectTimeout);
        }

        try
        {
            await check.RememberAsync(stop);
        }
        catch
        {
            await BlockingCalls.CloseAsync(client, clock);
            throw;
        }

        // From here on every wait has its own limit; the library's would break slow readers of stdin.
        info.Timeout = Timeout.InfiniteTimeSpan;
        return client;
    }

    // The library's log-in knows no token: it ends with its socket, and on a socket of the library's own with its timeout.
    private async Task<SshClient> LogInAsync(ConnectionInfo info, HostKeyCheck check, SshTarget target, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(target.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        Socket? socket = internals.CanStandIn() ? await SshSocket.ConnectAsync(info.Host, info.Port, either.Token) : null;
        SshClient client = socket is null ? new SshClient(info) : SshSocket.Client(socket, info);
        client.KeepAliveInterval = s_keepAlive;
        client.HostKeyReceived += (_, shown) => shown.CanTrust = check.Trusts(shown.HostKeyName, shown.HostKey);
        AgentSigner[] signers = [.. target.Keys.Select(k => k.Signer).OfType<AgentSigner>()];
        Array.ForEach(signers, s => s.Asking += Wait);
        Task connecting = BlockingCalls.OnThread(client.Connect);
        try
        {
            await connecting.WaitAsync(either.Token);
            return client;
        }
        catch
        {
            socket?.Dispose();
            _ = connecting.ContinueWith(
                _ => BlockingCalls.CloseAsync(client, clock), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        finally
        {
            Array.ForEach(signers, s => s.Asking -= Wait);
        }

        // The agent has a limit of its own, and after it the box has all of its time.
        void Wait(bool isAsking) => late.CancelAfter(isAsking ? Timeout.InfiniteTimeSpan : target.ConnectTimeout);
    }

    private sealed class HostKeyCheck(IHostKeyStore hostKeys, SshTarget target, VastSshAddress address)
    {
        // Direct and proxy are two ways with perhaps two servers at their ends: each is trusted on its own first use.
        private readonly string _scope = SshTarget.ScopeOf(target.Scope, address);
        private HostKey? _shown;

        public VastException? Refusal { get; private set; }

        // On the library's thread: nothing may be thrown here.
        public bool Trusts(string algorithm, byte[] blob)
        {
            try
            {
                _shown = new HostKey(TypeOf(algorithm), PublicKeyText.FingerprintOf(blob), Convert.ToBase64String(blob));
                Compare(hostKeys.Find(_scope) ?? _shown);
            }
            catch (VastException e)
            {
                Refusal = e;
            }

            return Refusal is null;
        }

        // After the login, so that only a box that took our key is remembered.
        public async Task RememberAsync(CancellationToken stop)
        {
            if (_shown is { } shown)
            {
                Compare(await hostKeys.MeetAsync(_scope, shown, stop));
            }
        }

        private void Compare(HostKey known)
        {
            if (_shown is { } shown && known.Fingerprint != shown.Fingerprint)
            {
                throw new VastException(VastReason.SshHostKeyChanged, target.InstanceId, address, known, shown, hostKeys.Location);
            }
        }

        // One RSA key signs under three names.
        private static string TypeOf(string algorithm) =>
            algorithm.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : algorithm;
    }
}
