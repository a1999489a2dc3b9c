using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;

namespace VastPS.Features.Access;

/// <summary>The public keys of the account and of its instances, compared with the private ones on this computer.</summary>
internal sealed class SshKeyFlow(VastApiClient api, LocalKeys local)
{
    /// <summary>The registered keys, each with the place of its private half.</summary>
    /// <param name="instanceId">The instance whose keys are wanted; null for the account's.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<IReadOnlyList<VastSshKey>> ReadAsync(long? instanceId, CancellationToken stop)
    {
        IReadOnlyList<VastSshKey> keys =
            await (instanceId is { } id ? api.GetSshKeysAsync(id, stop) : api.GetSshKeysAsync(stop)).ConfigureAwait(false);
        IReadOnlyList<(PublicKeyText Public, string Place)> here = await local.HereAsync(stop).ConfigureAwait(false);
        return [.. keys.Select(k => k.At(instanceId, here.FirstOrDefault(h => h.Public.Fingerprint == k.Fingerprint).Place))];
    }

    /// <summary>The key as it is registered; null where it is not.</summary>
    public async Task<VastSshKey?> FindAsync(PublicKeyText key, long? instanceId, CancellationToken stop) =>
        (await ReadAsync(instanceId, stop).ConfigureAwait(false)).FirstOrDefault(k => k.Fingerprint == key.Fingerprint);

    /// <summary>Registers a key and reads it back: that it is there is what counts.</summary>
    public async Task<VastSshKey> AddAsync(PublicKeyText key, long? instanceId, CancellationToken stop)
    {
        if (instanceId is { } id)
        {
            await api.AttachSshKeyAsync(id, key.Line, stop).ConfigureAwait(false);
        }
        else
        {
            await api.AddSshKeyAsync(key.Line, stop).ConfigureAwait(false);
        }

        return await FindAsync(key, instanceId, stop).ConfigureAwait(false)
            ?? throw new VastException(VastReason.SshKeyNotFound, key.Fingerprint);
    }

    /// <summary>Takes a key from the account, or from the instance that it was read from.</summary>
    public Task RemoveAsync(long sshKeyId, long? instanceId, CancellationToken stop) =>
        instanceId is { } id ? api.DetachSshKeyAsync(id, sshKeyId, stop) : api.RemoveSshKeyAsync(sshKeyId, stop);

    /// <summary>The running instances that may be closed to this computer without a key: it is the last one of all that is here.</summary>
    public async Task<IReadOnlyList<long>> ClosedWithoutAsync(VastSshKey key, IReadOnlyList<VastSshKey> all, CancellationToken stop) =>
        !key.IsHere || all.Any(k => k.IsHere && k.Fingerprint != key.Fingerprint) ? []
            : key.InstanceId is { } id ? [id]
            : [.. (await api.GetInstancesAsync(stop).ConfigureAwait(false)).Where(i => i.State == VastInstanceState.Running)
                .Select(i => i.InstanceId)];
}
