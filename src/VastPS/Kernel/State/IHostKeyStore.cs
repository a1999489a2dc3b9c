namespace VastPS.Kernel.State;

/// <summary>
/// What a box's host key was when it was first met. The Ssh door asks, the Store door keeps:
/// the interface lies below both, so that neither knows the other.
/// </summary>
internal interface IHostKeyStore
{
    /// <summary>Where it is kept, for the user's eyes.</summary>
    string Location { get; }

    /// <summary>The key met first in this scope; null where none was.</summary>
    HostKey? Find(string scope);

    /// <summary>Keeps the key unless one is kept already, and returns the one that is kept.</summary>
    Task<HostKey> MeetAsync(string scope, HostKey key, CancellationToken stop);

    /// <summary>Forgets the scope and the scopes below it (scope/...), because the instance is gone.</summary>
    Task ForgetAsync(string scope, CancellationToken stop);
}

/// <summary>A host key by type and SHA256 fingerprint.</summary>
/// <param name="Type">Such as ssh-ed25519.</param>
/// <param name="Fingerprint">SHA256: and base64.</param>
/// <param name="Base64">The key itself, for programs that want it whole; empty where only the fingerprint was kept.</param>
internal sealed record HostKey(string Type, string Fingerprint, string Base64 = "")
{
    public override string ToString() => $"{Type} {Fingerprint}";
}
