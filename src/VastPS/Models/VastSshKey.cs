namespace VastPS;

/// <summary>A public key registered with the account or attached to an instance.</summary>
public sealed class VastSshKey
{
    internal VastSshKey()
    {
    }

    /// <summary>The registered key; null where the server lists none for it.</summary>
    public long? SshKeyId { get; internal init; }

    /// <summary>The instance that has the key; null for a key of the account.</summary>
    public long? InstanceId { get; internal init; }

    /// <summary>Kind of key, such as ssh-ed25519; empty where the key text cannot be read.</summary>
    public string KeyType { get; internal init; } = "";

    /// <summary>SHA256 fingerprint as OpenSSH writes it; empty where the key text cannot be read.</summary>
    public string Fingerprint { get; internal init; } = "";

    /// <summary>The comment behind the key.</summary>
    public string Comment { get; internal init; } = "";

    /// <summary>The key as it stands in authorized_keys.</summary>
    public string PublicKey { get; internal init; } = "";

    /// <summary>When it was registered.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>Where the private half is on this computer: a file or the ssh agent; empty where it was not found.</summary>
    public string Location { get; internal init; } = "";

    /// <summary>True where the private half was found on this computer.</summary>
    public bool IsHere => Location.Length > 0;

    /// <inheritdoc />
    public override string ToString() => $"{KeyType} {Fingerprint} {Comment}".TrimEnd();

    /// <summary>The same key with its instance, and the place of its private half.</summary>
    internal VastSshKey At(long? instanceId, string? location) => new()
    {
        SshKeyId = SshKeyId,
        InstanceId = instanceId,
        KeyType = KeyType,
        Fingerprint = Fingerprint,
        Comment = Comment,
        PublicKey = PublicKey,
        CreatedAt = CreatedAt,
        Location = location ?? "",
    };
}
