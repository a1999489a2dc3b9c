using VastPS.Api;
using VastPS.Basics;
using VastPS.Ssh;

namespace VastPS.Renting;

/// <summary>Opens ssh links to instances: address, keys and the scope of the host key put together in one place.</summary>
internal sealed class Boxes(VastApiClient api, Func<ISshDoor> ssh, Func<IHostKeyBook> hostKeys)
{
    /// <summary>Connects, direct first, then through the proxy.</summary>
    /// <param name="instance">As just read: addresses change at every start.</param>
    /// <param name="keyPath">The user's private key; null for the usual places.</param>
    /// <param name="stop">Ends the attempt.</param>
    public Task<ISshLink> ConnectAsync(VastInstance instance, string? keyPath, CancellationToken stop)
    {
        if (instance.SshAddresses.Count == 0)
        {
            throw new VastException(VastReason.InstanceNotRunning, instance.InstanceId, instance.StateText);
        }

        string[] keys = [.. LocalKeys.Find(keyPath).Select(k => k.Path)];
        return ssh().ConnectAsync(new SshTarget(instance.InstanceId, instance.SshAddresses, keys, api.Server), stop);
    }

    /// <summary>Reads the instance and connects to it.</summary>
    public async Task<ISshLink> ConnectAsync(long instanceId, string? keyPath, CancellationToken stop)
    {
        VastInstance instance = await api.FindInstanceAsync(instanceId, stop).ConfigureAwait(false)
            ?? throw new VastException(VastReason.InstanceNotFound, instanceId);
        return await ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
    }

    /// <summary>Forgets the host key of an instance that is gone.</summary>
    public Task ForgetAsync(long instanceId, CancellationToken stop) =>
        hostKeys().ForgetAsync(SshTarget.ScopeOf(api.Server, instanceId), stop);
}
