using Renci.SshNet;
using Renci.SshNet.Security;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>A key that only the agent can sign with, in the shape that the library takes.</summary>
internal sealed class AgentSigner : IPrivateKeySource
{
    // From the agent protocol: RSA keys sign with SHA-1 unless asked otherwise, which servers no longer accept.
    private const uint Sha256 = 2;
    private const uint Sha512 = 4;

    private readonly SshAgent _agent;

    public AgentSigner(SshAgent agent, PublicKeyText key)
    {
        _agent = agent;
        byte[] blob = Convert.FromBase64String(key.Base64);
        HostKeyAlgorithms = key.Type == "ssh-rsa"
            ? [new Algorithm(this, "rsa-sha2-512", blob, Sha512), new Algorithm(this, "rsa-sha2-256", blob, Sha256)]
            : [new Algorithm(this, key.Type, blob, 0)];
    }

    /// <summary>
    /// Told true before the agent is asked and false after: meanwhile it may wait for somebody, which is no delay of the box.
    /// </summary>
    public event Action<bool>? Asking;

    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }

    /// <summary>Why the agent did not sign when it was asked last; null where it did.</summary>
    public string? Trouble { get; private set; }

    private sealed class Algorithm(AgentSigner owner, string name, byte[] blob, uint flags) : HostAlgorithm(name)
    {
        public override byte[] Data => blob;

        // Without a signature the server says no, and the next key has its turn.
        public override byte[] Sign(byte[] data)
        {
            owner.Asking?.Invoke(true);
            (byte[]? signature, owner.Trouble) = owner._agent.Sign(blob, data, flags);
            owner.Asking?.Invoke(false);
            return signature ?? [.. SshWire.Field(Name), .. SshWire.Field([])];
        }

        public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();
    }
}
