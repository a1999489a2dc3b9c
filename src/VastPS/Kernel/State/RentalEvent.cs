using System.Text.Json.Serialization;

namespace VastPS.Kernel.State;

/// <summary>What happened to a rental, as it was seen here.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
internal enum RentalEventKind
{
    /// <summary>The contract began: the disk meter runs.</summary>
    Created,

    /// <summary>The container was first seen running: the GPU meter runs.</summary>
    Running,

    /// <summary>It was seen stopped: the GPU meter stands still.</summary>
    Stopped,

    /// <summary>It was seen to be gone: no meter runs.</summary>
    Removed,

    /// <summary>It was seen on the way to its first run: the GPU meter has not run yet.</summary>
    Loading,

    /// <summary>Its host was seen to be lost: no meter runs.</summary>
    Offline,

    /// <summary>No event: a line with this kind holds all that was noted of a rental.</summary>
    History,
}

/// <summary>One event of a rental's history. Prices in USD per hour are those in force from this event on; null where they stay.</summary>
internal sealed record RentalEvent(RentalEventKind Kind, DateTimeOffset At)
{
    public decimal? GpuPricePerHour { get; init; }

    public decimal? DiskPricePerHour { get; init; }

    /// <summary>USD for GPUs that this event counts although nobody looked: it may have come earlier or later.</summary>
    public decimal? GpuDoubt { get; init; }

    /// <summary>The same of the disk.</summary>
    public decimal? DiskDoubt { get; init; }

    [JsonIgnore]
    public bool IsSound => Enum.IsDefined(Kind) && Kind != RentalEventKind.History && StateLines.IsTime(At)
        && StateLines.IsMoney(GpuPricePerHour) && StateLines.IsMoney(DiskPricePerHour)
        && StateLines.IsMoney(GpuDoubt) && StateLines.IsMoney(DiskDoubt);
}

/// <summary>A rental as stored at creation, with what was seen of it since.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Name">Readable part of its label.</param>
/// <param name="GpuPricePerHour">USD per hour while running, at its creation.</param>
/// <param name="DiskPricePerHour">USD per hour until removed, at its creation.</param>
/// <param name="Deadline">When the run must end.</param>
/// <param name="Events">In the order in which they were noted, without those that are settled.</param>
internal sealed record Rental(
    long InstanceId,
    string Name,
    decimal GpuPricePerHour,
    decimal DiskPricePerHour,
    DateTimeOffset? Deadline,
    IReadOnlyList<RentalEvent> Events)
{
    /// <summary>What it was rented for; null where nobody said.</summary>
    public RentalPurpose? For { get; init; }

    /// <summary>What events between its creation and the next of Events have cost; null where there were none.</summary>
    public SettledCost? Settled { get; init; }

    /// <summary>True where it was seen to run, or seen stopped: its disk may hold data.</summary>
    public bool HasRun => Settled is { HasRun: true } || Events.Any(e => e.Kind is RentalEventKind.Running or RentalEventKind.Stopped);

    /// <summary>True where it was last seen to be gone.</summary>
    public bool IsClosed => Events.Count > 0 && Events[^1].Kind == RentalEventKind.Removed;

    /// <summary>What the GPUs cost now in USD per hour while they are charged.</summary>
    public decimal GpuPriceNow => Events.LastOrDefault(e => e.GpuPricePerHour is not null)?.GpuPricePerHour
        ?? Settled?.GpuPricePerHour ?? GpuPricePerHour;

    /// <summary>What the disk costs now in USD per hour.</summary>
    public decimal DiskPriceNow => Events.LastOrDefault(e => e.DiskPricePerHour is not null)?.DiskPricePerHour
        ?? Settled?.DiskPricePerHour ?? DiskPricePerHour;
}
