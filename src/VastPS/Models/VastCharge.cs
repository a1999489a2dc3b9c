using VastPS.Basics;

namespace VastPS;

/// <summary>Money that Vast charged for one thing in one span of time, in USD.</summary>
public sealed class VastCharge
{
    internal VastCharge()
    {
    }

    /// <summary>The instance charged; null where something else was.</summary>
    public long? InstanceId { get; internal init; }

    /// <summary>The volume charged; null where something else was.</summary>
    public long? VolumeId { get; internal init; }

    /// <summary>What was charged, in the server's words, such as instance-123.</summary>
    public string Source { get; internal init; } = "";

    /// <summary>instance, volume or serverless.</summary>
    public string Type { get; internal init; } = "";

    /// <summary>The server's description.</summary>
    public string Description { get; internal init; } = "";

    /// <summary>Label of the instance.</summary>
    public string Label { get; internal init; } = "";

    /// <summary>Begin of the span.</summary>
    public DateTimeOffset? Start { get; internal init; }

    /// <summary>End of the span.</summary>
    public DateTimeOffset? End { get; internal init; }

    /// <summary>All of it in USD.</summary>
    public decimal TotalCost { get; internal init => field = Usd.Round(value); }

    /// <summary>For GPUs in USD; null where the server did not split the amount.</summary>
    public decimal? GpuCost { get; internal init => field = Usd.Round(value); }

    /// <summary>For disk in USD.</summary>
    public decimal? DiskCost { get; internal init => field = Usd.Round(value); }

    /// <summary>For traffic to the instance in USD.</summary>
    public decimal? DownCost { get; internal init => field = Usd.Round(value); }

    /// <summary>For traffic from the instance in USD.</summary>
    public decimal? UpCost { get; internal init => field = Usd.Round(value); }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Source}: {TotalCost:0.0000} USD");
}
