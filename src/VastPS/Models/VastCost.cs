using VastPS.Basics;

namespace VastPS;

/// <summary>What one instance has cost so far, and what it goes on costing.</summary>
public sealed class VastCost
{
    internal VastCost()
    {
    }

    /// <summary>The instance; 0 for a volume.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The volume, where it is the cost of one; InstanceId is 0 then.</summary>
    public long? VolumeId { get; internal init; }

    /// <summary>The readable part of its label.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Where the figures come from.</summary>
    public VastCostSource Source { get; internal init; }

    /// <summary>When the contract began.</summary>
    public DateTimeOffset? From { get; internal init; }

    /// <summary>When it ended, or when it was last looked at.</summary>
    public DateTimeOffset? Until { get; internal init; }

    /// <summary>True once the instance is gone and nothing is charged any more.</summary>
    public bool IsClosed { get; internal init; }

    /// <summary>
    /// True once the figures cannot change any more. The server books by the UTC day, and its row of the open day grows until midnight.
    /// </summary>
    public bool IsFinal { get; internal init; }

    /// <summary>GPU cost in USD.</summary>
    public decimal GpuCost { get; internal init => field = Usd.Round(value); }

    /// <summary>Disk cost in USD.</summary>
    public decimal DiskCost { get; internal init => field = Usd.Round(value); }

    /// <summary>Traffic cost in USD, which only the server knows; null where its list of charges could not be read.</summary>
    public decimal? TrafficCost { get; internal init => field = Usd.Round(value); }

    /// <summary>GPU, disk and known traffic together in USD.</summary>
    public decimal TotalCost => GpuCost + DiskCost + (TrafficCost ?? 0);

    /// <summary>
    /// USD that TotalCost may be wrong by, because nobody looked or because the GPUs were held while it loaded: what may have been charged
    /// besides or, where the server's list of charges could not be read, not at all.
    /// </summary>
    public decimal UncertainCost { get; internal init; }

    /// <summary>What it costs now in USD per hour; 0 once closed.</summary>
    public decimal BurnPerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>The most that it can cost now in USD per hour: while it loads the GPUs may be charged.</summary>
    public decimal MaxBurnPerHour { get; internal init; }

    /// <summary>What it costs now in USD per day.</summary>
    public decimal BurnPerDay => BurnPerHour * 24;

    /// <summary>When the run it was rented for must end; null for instances VastPS did not create.</summary>
    public DateTimeOffset? Deadline { get; internal init; }

    /// <summary>TotalCost plus the burn until Deadline in USD; null without a deadline.</summary>
    public decimal? CostAtDeadline { get; internal init => field = Usd.Round(value); }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"{(VolumeId is not null ? "volume" : "instance")} {VolumeId ?? InstanceId}: {TotalCost:0.0000} USD so far, {BurnPerHour:0.000} USD/h");
}
