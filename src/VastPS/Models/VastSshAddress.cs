namespace VastPS;

/// <summary>One way to reach an instance by ssh.</summary>
public sealed class VastSshAddress
{
    internal VastSshAddress(bool isDirect, string host, int port, string user)
    {
        IsDirect = isDirect;
        Host = host;
        Port = port;
        User = user;
    }

    /// <summary>True for the machine's own address, false for Vast's proxy.</summary>
    public bool IsDirect { get; }

    /// <summary>Host name or address, checked to be nothing else.</summary>
    public string Host { get; }

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>Login user.</summary>
    public string User { get; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"ssh://{User}@{Host}:{Port}");
}
