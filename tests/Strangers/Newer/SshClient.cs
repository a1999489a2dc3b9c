namespace Renci.SshNet;

/// <summary>A client as nobody has it yet.</summary>
public sealed class SshClient
{
    public required Uri Address { get; init; }
}
