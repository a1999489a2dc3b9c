using Renci.SshNet;
using Renci.SshNet.Security;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>A private key to log in with: in a file, or in the ssh agent.</summary>
/// <param name="Public">Its public half.</param>
/// <param name="Path">The file that was named or found; null for a key that only the agent knows.</param>
/// <param name="Signer">What signs.</param>
internal sealed record LocalKey(PublicKeyText Public, string? Path, IPrivateKeySource Signer)
{
    private const string Agent = "ssh agent";

    /// <summary>Where the private half is, as users are told.</summary>
    public string Place => Signer is not AgentSigner ? Path! : Path is null ? Agent : $"{Path}, {Agent}";

    /// <summary>Names this key's public half to Add-VastSshKey.</summary>
    public string AsArgument => Path is null ? $"-PublicKey {PowerShellQuote.Quoted(Public.Line)}" : $"-Path {PowerShellQuote.Word(Path)}";

    /// <summary>A key from an opened file.</summary>
    public static LocalKey From(string path, PublicKeyText half, PrivateKeyFile opened) => new(half, path, new FileSigner(opened));

    public override string ToString() =>
        Signer is AgentSigner { Trouble: { } trouble } ? $"{Public.Fingerprint} ({Place}; {trouble})" : $"{Public.Fingerprint} ({Place})";

    // Each name is one of the six tries that sshd allows, and RSA with SHA-1 is one that it refuses.
    private sealed class FileSigner(PrivateKeyFile opened) : IPrivateKeySource
    {
        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } =
            [.. opened.HostKeyAlgorithms.Where(a => a.Name != "ssh-rsa")];
    }
}
