using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>
/// A box to reach: its addresses in the order to try, the keys to offer and the scope in which its host key is
/// remembered. Throws HostAddressInvalid or SshNoAddress, so nothing is opened for a value that is not an address.
/// </summary>
internal sealed class SshTarget
{
    /// <summary>How long one address may take where nobody says otherwise.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(8);

    /// <param name="instanceId">The instance; errors name it.</param>
    /// <param name="addresses">Direct first, then the proxy.</param>
    /// <param name="keys">What to log in with, as <see cref="LocalKeys"/> found it.</param>
    /// <param name="apiHost">The service that the id belongs to: ids of two services are different boxes.</param>
    public SshTarget(long instanceId, IReadOnlyList<VastSshAddress> addresses, IReadOnlyList<LocalKey> keys, string apiHost)
    {
        if (addresses.Count == 0)
        {
            throw new VastException(VastReason.SshNoAddress, instanceId);
        }

        foreach (VastSshAddress address in addresses)
        {
            HostName.Demand(address);
        }

        InstanceId = instanceId;
        Addresses = addresses;
        Keys = keys;
        Scope = ScopeOf(apiHost, instanceId);
    }

    public long InstanceId { get; }

    public IReadOnlyList<VastSshAddress> Addresses { get; }

    public IReadOnlyList<LocalKey> Keys { get; }

    /// <summary>API host and instance id: the same host and port is another box tomorrow, the id never is.</summary>
    public string Scope { get; }

    /// <summary>How long one address may take from the first packet to the login; the agent's time to sign does not count.</summary>
    public TimeSpan ConnectTimeout { get; init; } = UsualTimeout;

    /// <summary>The scope of one way to it.</summary>
    public static string ScopeOf(string scope, VastSshAddress way) => scope + (way.IsDirect ? "/direct" : "/proxy");

    /// <summary>The scope to forget when an instance is removed.</summary>
    public static string ScopeOf(string apiHost, long instanceId) => FormattableString.Invariant($"{apiHost}/{instanceId}");
}
