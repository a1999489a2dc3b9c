namespace VastPS;

/// <summary>A connection to an instance that is kept open until it is removed.</summary>
public sealed class VastSession
{
    internal VastSession()
    {
    }

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>What the connection does now.</summary>
    public VastSessionState State { get; internal init; }

    /// <summary>The address it goes to; null while it is lost.</summary>
    public VastSshAddress? Address { get; internal init; }

    /// <summary>The private key it was opened with; null for those of the usual places.</summary>
    public string? KeyPath { get; internal init; }

    /// <summary>When the session began.</summary>
    public DateTimeOffset OpenedAt { get; internal init; }

    /// <summary>When a command last began over it.</summary>
    public DateTimeOffset LastUsedAt { get; internal init; }

    /// <summary>How many commands began over it.</summary>
    public long CommandCount { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"session with instance {InstanceId}: {State}, {CommandCount} commands");
}
