using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Features.Access;

/// <summary>A shell on a box through the system's own ssh, with the address, the key and the host key that all commands use.</summary>
internal sealed class ShellFlow(VastApiClient api, LocalSsh ssh, IHostKeyStore hostKeys, TimeProvider clock)
{
    /// <summary>Opens it and waits until it ends; returns ssh's exit code.</summary>
    /// <param name="instance">As just read: addresses change at every start.</param>
    /// <param name="identityFile">The key to log in with; null leaves the choice to ssh.</param>
    /// <param name="forwards">Ports that lead to the box meanwhile.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<int> EnterAsync(
        VastInstance instance, string? identityFile, IReadOnlyList<PortForward> forwards, CancellationToken stop)
    {
        InstanceConnections.DemandAddress(instance);
        var target = new SshTarget(instance.InstanceId, instance.SshAddresses, [], api.Server);
        VastSshAddress address = await SshReach.FirstAsync(target, clock, stop).ConfigureAwait(false);
        string scope = SshTarget.ScopeOf(target.Scope, address);
        PublicKeyText? known =
            hostKeys.Find(scope) is { Base64.Length: > 0 } kept ? PublicKeyText.Parse($"{kept.Type} {kept.Base64}") : null;
        var entry = new SshHostEntry(instance.InstanceId, api.Server, "", address, identityFile, "", known is not null);
        using var file = new KnownHostsFile(known is null ? "" : KnownHosts.Line(entry.IdAlias, known));
        int code =
            await ssh.RunAsync(ShellArguments.Of(entry with { KnownHostsFile = file.Location }, forwards), stop).ConfigureAwait(false);

        // Only a box that took the user's key is remembered.
        if (known is null && code != LocalSsh.Failed && KnownHosts.FirstKey(file.Read()) is { } met
            && await hostKeys.MeetAsync(scope, new HostKey(met.Type, met.Fingerprint, met.Base64), stop).ConfigureAwait(false) is { } first
                && first.Fingerprint != met.Fingerprint)
        {
            throw new VastException(
                VastReason.SshHostKeyChanged,
                instance.InstanceId,
                address,
                first,
                new HostKey(met.Type, met.Fingerprint),
                hostKeys.Location);
        }

        return code;
    }
}
