namespace VastPS.Features.Instances;

/// <summary>What somebody wants to rent, as typed or piped in.</summary>
/// <param name="OfferId">The offer.</param>
/// <param name="DiskGB">Disk in GB; fixed for the instance's life.</param>
/// <param name="Image">Container image.</param>
/// <param name="MaxRuntime">How long the box may live; becomes the deadline in its label.</param>
/// <param name="Name">Readable part of the label.</param>
/// <param name="BidPerHour">Bid in USD per hour for an interruptible instance; null for on-demand.</param>
/// <param name="SeenGpuPricePerHour">The GPU price in USD per hour that the user saw; null where only an id was given. Without disk,
/// because the wished disk may differ from the one shown.</param>
/// <param name="PriceTolerance">Accepted rise, as a fraction.</param>
/// <param name="Variables">Environment variables of the container.</param>
/// <param name="OnStart">Shell text that the container runs at each start.</param>
/// <param name="KeyPath">The user's private key; null for the usual places.</param>
internal sealed record RentOptions(
    long OfferId,
    double DiskGB,
    string Image,
    TimeSpan MaxRuntime,
    string Name,
    decimal? BidPerHour,
    decimal? SeenGpuPricePerHour,
    double PriceTolerance,
    IReadOnlyDictionary<string, string> Variables,
    string? OnStart,
    string? KeyPath)
{
    public RentExtras Extras { get; init; } = new();

    public VastOfferType Type => BidPerHour is null ? VastOfferType.OnDemand : VastOfferType.Interruptible;
}

/// <summary>What else may be said of a rental.</summary>
internal sealed record RentExtras
{
    /// <summary>What the host logs in to the registry of the image with.</summary>
    public string? ImageLogin { get; init; }

    /// <summary>Ports to open, such as 8080:8080.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Hash of a template.</summary>
    public string? Template { get; init; }

    public long? VolumeId { get; init; }

    public string VolumePath { get; init; } = "";

    public IReadOnlyList<long> ExcludedMachines { get; init; } = [];
}

/// <summary>A wish that passed every check that costs nothing: what will be rented, at which price, until when.</summary>
/// <param name="Options">The wish.</param>
/// <param name="Offer">The offer as just read, priced with the wished disk.</param>
/// <param name="PricePerHour">All-in USD per hour: the bid or the offer's GPU price, and the disk.</param>
/// <param name="TotalPrice">USD until the deadline, without traffic.</param>
internal sealed record RentPlan(RentOptions Options, VastOffer Offer, decimal PricePerHour, decimal TotalPrice);
