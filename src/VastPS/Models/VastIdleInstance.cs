using VastPS.Basics;

namespace VastPS;

/// <summary>An instance that runs and shows no sign of life.</summary>
public sealed class VastIdleInstance
{
    internal VastIdleInstance()
    {
    }

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The machine it runs on.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>The readable part of its label.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>GPU model.</summary>
    public string? GpuName { get; internal init; }

    /// <summary>GPUs of the instance.</summary>
    public int? GpuCount { get; internal init; }

    /// <summary>What it costs in USD per hour while it runs.</summary>
    public decimal? PricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Time since its last sign of life, as far as the box still shows one; at least as long as was asked for.</summary>
    public TimeSpan QuietFor { get; internal init; }

    /// <summary>What this time cost in USD.</summary>
    public decimal? QuietCost => Usd.Round(PricePerHour * (decimal)QuietFor.TotalHours);

    /// <summary>When it was looked at.</summary>
    public DateTimeOffset LookedAt { get; internal init; }

    /// <summary>What was looked at and found quiet.</summary>
    public IReadOnlyList<string> Evidence { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"instance {InstanceId} '{Name}': no sign of life for {Basics.Duration.Format(QuietFor)}");
}
