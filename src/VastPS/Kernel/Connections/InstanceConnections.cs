using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.State;

namespace VastPS.Kernel.Connections;

/// <summary>
/// Ssh links to instances: address, keys and the scope of the host key put together in one place, and one connection
/// for all commands of the runspace. Disposing a link gives it back.
/// </summary>
internal sealed class InstanceConnections(
    VastApiClient api, Func<ISshDoor> ssh, IHostKeyStore hostKeys, LocalKeys keys, TimeProvider clock, WireTrace? trace = null)
{
    private readonly SshPool _pool = new(ssh, clock);

    /// <summary>A link to an instance as just read: addresses change at every start. Direct first, then through the proxy.</summary>
    /// <param name="instance">As just read.</param>
    /// <param name="keyPath">The user's private key; null for the usual places.</param>
    /// <param name="stop">Ends the attempt.</param>
    public Task<ISshLink> ConnectAsync(VastInstance instance, string? keyPath, CancellationToken stop)
    {
        DemandAddress(instance);
        Tell(instance.InstanceId);
        return _pool.LendAsync(
            Way(instance.InstanceId, keyPath), instance.SshAddresses, end => TargetAsync(instance, keyPath, null, end), stop);
    }

    /// <summary>A link to an instance by its id, which is read only where no connection to it is open.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="keyPath">The user's private key; null for the usual places.</param>
    /// <param name="connectTimeout">How long one address may take; null for the usual.</param>
    /// <param name="stop">Ends the attempt.</param>
    public Task<ISshLink> ConnectAsync(long instanceId, string? keyPath, TimeSpan? connectTimeout, CancellationToken stop)
    {
        Tell(instanceId);
        return _pool.LendAsync(Way(instanceId, keyPath), null, end => FindAsync(instanceId, keyPath, connectTimeout, end), stop);
    }

    /// <summary>A link that nobody else uses and that closes when it is disposed of.</summary>
    public async Task<ISshLink> ConnectAloneAsync(VastInstance instance, string? keyPath, CancellationToken stop)
    {
        DemandAddress(instance);
        return await ssh().ConnectAsync(await TargetAsync(instance, keyPath, null, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
    }

    /// <summary>Opens a connection that stays until it is let go, and that all commands for the instance use.</summary>
    public Task<VastSession> HoldAsync(long instanceId, string? keyPath, TimeSpan? connectTimeout, CancellationToken stop) =>
        _pool.HoldAsync(Way(instanceId, keyPath), end => FindAsync(instanceId, keyPath, connectTimeout, end), stop);

    /// <summary>The connections that are held.</summary>
    public IReadOnlyList<VastSession> Sessions() => _pool.Sessions();

    /// <summary>Closes the connections to an instance, held or not; what is in use closes when its command is done.</summary>
    public Task CloseAsync(long instanceId) => _pool.CloseAsync(w => w.InstanceId == instanceId);

    /// <summary>Closes all connections.</summary>
    public Task CloseAsync() => _pool.CloseAsync(_ => true);

    /// <summary>Forgets an instance that is gone: its connections and its host key.</summary>
    public async Task ForgetAsync(long instanceId, CancellationToken stop)
    {
        await CloseAsync(instanceId).ConfigureAwait(false);
        await hostKeys.ForgetAsync(SshTarget.ScopeOf(api.Server, instanceId), stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Trusts the host key that an instance showed instead of the known one, at that address; at its other addresses the next key is
    /// the first again.
    /// </summary>
    /// <param name="changed">The SshHostKeyChanged that was agreed to: it names address, known and shown key.</param>
    /// <param name="stop">Ends the noting.</param>
    public async Task AcceptKeyAsync(VastException changed, CancellationToken stop)
    {
        if (changed is { Target: long id, Facts: [VastSshAddress address, _, HostKey shown, ..] })
        {
            string scope = SshTarget.ScopeOf(api.Server, id);
            await CloseAsync(id).ConfigureAwait(false);
            await hostKeys.ForgetAsync(scope, stop).ConfigureAwait(false);
            await hostKeys.MeetAsync(SshTarget.ScopeOf(scope, address), shown, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Throws InstanceNotRunning where ssh has nowhere to go.</summary>
    public static void DemandAddress(VastInstance instance)
    {
        if (instance.SshAddresses.Count == 0)
        {
            throw NotRunning(instance);
        }
    }

    /// <summary>The error about an instance without an address: one that still comes up is waited for and not started.</summary>
    public static VastException NotRunning(VastInstance instance) =>
        new(VastReason.InstanceNotRunning, instance.InstanceId, instance.StateWord, instance.IsHalted
            ? FormattableString.Invariant($"Start-VastInstance -InstanceId {instance.InstanceId} | Wait-VastInstance")
            : FormattableString.Invariant($"Wait-VastInstance -InstanceId {instance.InstanceId}"));

    private void Tell(long instanceId) =>
        trace?.Tell($"Taking a connection to instance {instanceId} over ssh: an open one, or a new one.");

    private PoolKey Way(long instanceId, string? keyPath) => new(api.Server, instanceId, keyPath);

    private async Task<SshTarget> FindAsync(long instanceId, string? keyPath, TimeSpan? connectTimeout, CancellationToken stop)
    {
        VastInstance instance = await api.FindInstanceAsync(instanceId, stop).ConfigureAwait(false)
            ?? throw new VastException(VastReason.InstanceNotFound, instanceId);
        DemandAddress(instance);
        return await TargetAsync(instance, keyPath, connectTimeout, stop).ConfigureAwait(false);
    }

    private async Task<SshTarget> TargetAsync(VastInstance instance, string? keyPath, TimeSpan? connectTimeout, CancellationToken stop) =>
        new(instance.InstanceId, instance.SshAddresses, await keys.FindAsync(keyPath, stop).ConfigureAwait(false), api.Server)
        {
            ConnectTimeout = connectTimeout ?? SshTarget.UsualTimeout,
        };
}
