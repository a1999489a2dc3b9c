namespace VastPS.Kernel.State;

/// <summary>What happened to a rental, as it was seen here.</summary>
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
}

/// <summary>One event of a rental's history. Prices in USD per hour are those in force from this event on; null where they stay.</summary>
internal sealed record RentalEvent(RentalEventKind Kind, DateTimeOffset At)
{
    public decimal? GpuPricePerHour { get; init; }

    public decimal? DiskPricePerHour { get; init; }
}

/// <summary>A rental as stored at creation, with what was seen of it since.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Name">Readable part of its label.</param>
/// <param name="GpuPricePerHour">USD per hour while running, at its creation.</param>
/// <param name="DiskPricePerHour">USD per hour until removed, at its creation.</param>
/// <param name="Deadline">When the run must end.</param>
/// <param name="Events">In the order in which they were noted.</param>
internal sealed record Rental(
    long InstanceId,
    string Name,
    decimal GpuPricePerHour,
    decimal DiskPricePerHour,
    DateTimeOffset? Deadline,
    IReadOnlyList<RentalEvent> Events)
{
    /// <summary>True where it was seen to run, or seen stopped: its disk may hold data.</summary>
    public bool HasRun => Events.Any(e => e.Kind is RentalEventKind.Running or RentalEventKind.Stopped);

    /// <summary>True where it was last seen to be gone.</summary>
    public bool IsClosed => Events.Count > 0 && Events[^1].Kind == RentalEventKind.Removed;

    /// <summary>What the GPUs cost now in USD per hour while they are charged.</summary>
    public decimal GpuPriceNow => Events.LastOrDefault(e => e.GpuPricePerHour is not null)?.GpuPricePerHour ?? GpuPricePerHour;

    /// <summary>What the disk costs now in USD per hour.</summary>
    public decimal DiskPriceNow => Events.LastOrDefault(e => e.DiskPricePerHour is not null)?.DiskPricePerHour ?? DiskPricePerHour;
}
