using VastPS.Basics;

namespace VastPS;

/// <summary>How ssh, scp, rsync and editors reach an instance by name.</summary>
public sealed class VastSshConfigEntry
{
    internal VastSshConfigEntry()
    {
    }

    /// <summary>The name to type: ssh Alias.</summary>
    public string Alias => Aliases[0];

    /// <summary>All its names, the best first: by label where no other box has it, and by id.</summary>
    public IReadOnlyList<string> Aliases { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The service that the id belongs to.</summary>
    public string Server { get; internal init; } = "";

    /// <summary>Host name or address.</summary>
    public string HostName { get; internal init; } = "";

    /// <summary>TCP port.</summary>
    public int Port { get; internal init; }

    /// <summary>Login user.</summary>
    public string User { get; internal init; } = "";

    /// <summary>The private key to use; null where ssh chooses.</summary>
    public string? IdentityFile { get; internal init; }

    /// <summary>Where the host key of this instance alone is kept.</summary>
    public string KnownHostsFile { get; internal init; } = "";

    /// <summary>The ssh configuration that leads to this entry.</summary>
    public string Path { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"ssh {Alias} ({User}@{HostName}:{Port})");
}
