using VastPS.Basics;

namespace VastPS;

/// <summary>What one instance has cost so far, and what it goes on costing.</summary>
public sealed class VastCost
{
    internal VastCost()
    {
    }

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

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

    /// <summary>GPU cost in USD.</summary>
    public decimal GpuCost { get; internal init => field = Usd.Round(value); }

    /// <summary>Disk cost in USD.</summary>
    public decimal DiskCost { get; internal init => field = Usd.Round(value); }

    /// <summary>Traffic cost in USD; null where only the server knows it (use -Charged).</summary>
    public decimal? TrafficCost { get; internal init => field = Usd.Round(value); }

    /// <summary>GPU, disk and known traffic together in USD.</summary>
    public decimal TotalCost => GpuCost + DiskCost + (TrafficCost ?? 0);

    /// <summary>What it costs now in USD per hour; 0 once closed.</summary>
    public decimal BurnPerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>What it costs now in USD per day.</summary>
    public decimal BurnPerDay => BurnPerHour * 24;

    /// <summary>When the run it was rented for must end; null for instances VastPS did not create.</summary>
    public DateTimeOffset? Deadline { get; internal init; }

    /// <summary>TotalCost plus the burn until Deadline in USD; null without a deadline.</summary>
    public decimal? CostAtDeadline { get; internal init => field = Usd.Round(value); }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"instance {InstanceId}: {TotalCost:0.0000} USD so far, {BurnPerHour:0.000} USD/h");
}
