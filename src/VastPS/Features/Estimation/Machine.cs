using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>What a fit is computed against: an offer, an instance or bare numbers.</summary>
internal sealed record Machine
{
    public long? OfferId { get; init; }

    public long? InstanceId { get; init; }

    public long? MachineId { get; init; }

    public string? GpuName { get; init; }

    public int GpuCount { get; init; } = 1;

    /// <summary>Memory of one GPU as the driver reports it; null where unknown.</summary>
    public double? VramGiB { get; init; }

    public double? RamGiB { get; init; }

    public double? DiskGB { get; init; }

    public bool HasDisplay { get; init; }

    /// <summary>True where a resource that is null was left out on purpose and is not judged.</summary>
    public bool OnlyWhatIsGiven { get; init; }

    /// <summary>Disk that the price includes.</summary>
    public double PricedDiskGB { get; init; }

    public decimal? PricePerHour { get; init; }

    public decimal? GpuPricePerHour { get; init; }

    public decimal? DiskPricePerGBMonth { get; init; }

    /// <summary>What the rented disk costs; null for offers, whose disk is not fixed yet.</summary>
    public decimal? DiskPricePerHour { get; init; }

    public decimal? DownPricePerGB { get; init; }

    public decimal? UpPricePerGB { get; init; }

    public double? DownMbps { get; init; }

    public double? UpMbps { get; init; }

    /// <summary>Null where only the machine itself could tell.</summary>
    public bool? HasNvlink { get; init; }

    /// <summary>True where it can be taken away by a higher bid.</summary>
    public bool IsInterruptible { get; init; }

    /// <summary>The offer it was made of, if any.</summary>
    public VastOffer? Offer { get; init; }

    /// <summary>The instance it was made of, if any.</summary>
    public VastInstance? Instance { get; init; }

    public static Machine Of(VastOffer offer) => new()
    {
        OfferId = offer.OfferId,
        MachineId = offer.MachineId,
        GpuName = offer.GpuName,
        GpuCount = Math.Max(1, offer.GpuCount ?? 1),
        VramGiB = offer.VramGiB,
        RamGiB = offer.UsableRamGiB,
        DiskGB = offer.AvailableDiskGB,
        HasDisplay = offer.HasDisplay == true,
        PricedDiskGB = offer.DiskGB,
        PricePerHour = offer.PricePerHour,
        GpuPricePerHour = offer.GpuPricePerHour,
        DiskPricePerGBMonth = offer.DiskPricePerGBMonth,
        DownPricePerGB = offer.DownPricePerGB,
        UpPricePerGB = offer.UpPricePerGB,
        DownMbps = offer.DownMbps,
        UpMbps = offer.UpMbps,
        HasNvlink = Nvlink.Of(offer.GpuName, offer.NvlinkGBps),
        IsInterruptible = offer.Type == VastOfferType.Interruptible,
        Offer = offer,
    };

    public static Machine Of(VastInstance instance) => new()
    {
        InstanceId = instance.InstanceId,
        MachineId = instance.MachineId,
        GpuName = instance.GpuName,
        GpuCount = Math.Max(1, instance.GpuCount ?? 1),
        VramGiB = instance.VramGiB,
        RamGiB = instance.UsableRamGiB,
        DiskGB = instance.DiskGB,
        PricedDiskGB = instance.DiskGB ?? 0,
        PricePerHour = instance.PricePerHour,
        GpuPricePerHour = instance.GpuPricePerHour,
        DiskPricePerHour = instance.DiskPricePerHour,
        DownPricePerGB = instance.DownPricePerGB,
        UpPricePerGB = instance.UpPricePerGB,
        DownMbps = instance.DownMbps,
        UpMbps = instance.UpMbps,
        HasNvlink = Nvlink.Of(instance.GpuName, instance.NvlinkGBps),
        Instance = instance,
    };

    /// <summary>The machine of a fit, with the disk that the fit asks for.</summary>
    public static Machine Of(VastRunFit fit) =>
        fit.Offer is { } offer ? Of(offer) with { PricedDiskGB = fit.DiskGB }
        : fit.Instance is { } instance ? Of(instance)
        : throw new VastException(
            VastReason.EstimateIncomplete, "bare numbers", "they name no machine", "Get-VastOffer | Measure-VastRun -Workload $work");
}
