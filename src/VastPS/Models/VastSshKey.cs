namespace VastPS;

/// <summary>A public key registered with the account or attached to an instance.</summary>
public sealed class VastSshKey
{
    internal VastSshKey()
    {
    }

    /// <summary>The registered key; null where the server lists none for it.</summary>
    public long? KeyId { get; internal init; }

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

    /// <inheritdoc />
    public override string ToString() => $"{KeyType} {Fingerprint} {Comment}".TrimEnd();
}
