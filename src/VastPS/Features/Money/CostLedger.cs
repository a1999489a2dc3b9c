using VastPS.Kernel.State;

namespace VastPS.Features.Money;

/// <summary>Money from prices and times. The GPU is charged while running, the disk from creation to removal.</summary>
internal static class CostLedger
{
    /// <summary>
    /// The cost of a rental until <paramref name="now"/>. Where nobody saw when the container began to run,
    /// the GPU is counted from creation: the figure is then an upper bound, never too low.
    /// </summary>
    public static VastCost Cost(Rental rental, DateTimeOffset now)
    {
        RentalEvent[] history = [.. rental.Events.OrderBy(e => e.At)];
        DateTimeOffset from = history.FirstOrDefault(e => e.Kind == RentalEventKind.Created)?.At ?? history.FirstOrDefault()?.At ?? now;
        RentalEvent? removed = history.FirstOrDefault(e => e.Kind == RentalEventKind.Removed);
        DateTimeOffset until = removed?.At ?? now;

        bool runs = !history.Any(e => e.Kind == RentalEventKind.Running);
        DateTimeOffset at = from;
        TimeSpan gpu = TimeSpan.Zero;
        foreach (RentalEvent next in history.Where(e => e.Kind is RentalEventKind.Running or RentalEventKind.Stopped && e.At <= until))
        {
            gpu += runs ? next.At - at : TimeSpan.Zero;
            runs = next.Kind == RentalEventKind.Running;
            at = next.At;
        }

        gpu += runs ? until - at : TimeSpan.Zero;

        decimal gpuCost = rental.GpuPricePerHour * Hours(gpu);
        decimal diskCost = rental.DiskPricePerHour * Hours(until - from);
        decimal burn = removed is not null ? 0 : rental.DiskPricePerHour + (runs ? rental.GpuPricePerHour : 0);
        return new VastCost
        {
            InstanceId = rental.InstanceId,
            Name = rental.Name,
            Source = VastCostSource.Computed,
            From = from,
            Until = until,
            IsClosed = removed is not null,
            GpuCost = gpuCost,
            DiskCost = diskCost,
            BurnPerHour = burn,
            Deadline = rental.Deadline,
            CostAtDeadline = removed is null && rental.Deadline is { } end
                ? gpuCost + diskCost + (burn * Hours(end - now))
                : null,
        };
    }

    private static decimal Hours(TimeSpan span) => span > TimeSpan.Zero ? (decimal)span.Ticks / TimeSpan.TicksPerHour : 0;
}
