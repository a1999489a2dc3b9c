namespace Renci.SshNet;

/// <summary>A client as nobody has it any more.</summary>
public sealed class SshClient(string address)
{
    public string Address { get; } = address;
}
