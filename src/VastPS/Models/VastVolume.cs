namespace VastPS;

/// <summary>A volume: disk of one machine that outlives the instances which use it, and is charged until it is removed.</summary>
public sealed class VastVolume
{
    internal VastVolume()
    {
    }

    /// <summary>The volume.</summary>
    public long VolumeId { get; internal init; }

    /// <summary>The readable part of its name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Its name as the server keeps it.</summary>
    public string Label { get; internal init; } = "";

    /// <summary>True where VastPS rented it: the name carries its mark.</summary>
    public bool IsMine { get; internal init; }

    /// <summary>The machine that it is on: only instances of this machine can use it.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>Its size in GB, fixed.</summary>
    public double? SizeGB { get; internal init; }

    /// <summary>The server's word for its state.</summary>
    public string StateText { get; internal init; } = "";

    /// <summary>What it costs in USD per hour, whether it is used or not; null where the server does not say.</summary>
    public decimal? PricePerHour { get; internal init; }

    /// <summary>When it was rented.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>Region and country of its machine.</summary>
    public string? Location { get; internal init; }

    /// <summary>The instances that use it.</summary>
    public IReadOnlyList<long> InstanceIds { get; internal init; } = [];

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"volume {VolumeId} '{Name}': {SizeGB} GB on machine {MachineId}");
}
