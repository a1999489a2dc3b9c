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
}

/// <summary>One event of a rental's history. Prices in USD per hour are those in force from this event on.</summary>
internal sealed record RentalEvent(RentalEventKind Kind, DateTimeOffset At);

/// <summary>A rental as stored at creation, with what was seen of it since.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Name">Readable part of its label.</param>
/// <param name="GpuPricePerHour">USD per hour while running.</param>
/// <param name="DiskPricePerHour">USD per hour until removed.</param>
/// <param name="Deadline">When the run must end.</param>
/// <param name="Events">In any order.</param>
internal sealed record Rental(
    long InstanceId,
    string Name,
    decimal GpuPricePerHour,
    decimal DiskPricePerHour,
    DateTimeOffset? Deadline,
    IReadOnlyList<RentalEvent> Events);
