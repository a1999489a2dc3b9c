using VastPS.Basics;

namespace VastPS;

/// <summary>Whether a run fits on a machine: VRAM, system RAM and disk, each with its parts, and what would make it fit.</summary>
public sealed class VastRunFit
{
    internal VastRunFit()
    {
    }

    /// <summary>The offer it was computed for; null for instances and bare numbers.</summary>
    public long? OfferId { get; internal init; }

    /// <summary>The instance it was computed for; null for offers and bare numbers.</summary>
    public long? InstanceId { get; internal init; }

    /// <summary>The machine behind it.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>GPU model.</summary>
    public string? GpuName { get; internal init; }

    /// <summary>GPUs it was computed for.</summary>
    public int GpuCount { get; internal init; }

    /// <summary>True where even the pessimistic requirement fits.</summary>
    public bool Fits => Verdict == VastFitVerdict.Fits;

    /// <summary>The worst verdict of the resources that were asked for.</summary>
    public VastFitVerdict Verdict { get; internal init; }

    /// <summary>Why the verdict is not Fits; empty where it is.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>Memory of each GPU.</summary>
    public VastResourceFit Vram { get; internal init; } = null!;

    /// <summary>System RAM.</summary>
    public VastResourceFit Ram { get; internal init; } = null!;

    /// <summary>Disk.</summary>
    public VastResourceFit Disk { get; internal init; } = null!;

    /// <summary>Disk to rent in GB: the pessimistic requirement rounded up to 5 GB, at least what the offer was priced with.</summary>
    public double DiskGB { get; internal init; }

    /// <summary>Price in USD per hour with DiskGB of disk, without traffic; null where the machine names none.</summary>
    public decimal? PricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of the GPUs in USD per hour; New-VastInstance refuses to rent for much more.</summary>
    public decimal? GpuPricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>The changes that make it fit, cheapest first; empty where it fits or nothing helps.</summary>
    public IReadOnlyList<VastFitAdvice> Advice { get; internal init => field = Joined.Of(value); } = Joined.None<VastFitAdvice>();

    /// <summary>The workload.</summary>
    public VastWorkload Workload { get; internal init; } = null!;

    internal VastOffer? Offer { get; init; }

    internal VastInstance? Instance { get; init; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Workload} on {GpuCount}x {GpuName ?? "GPU"}: {Verdict}");
}
