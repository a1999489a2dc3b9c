namespace VastPS.Kernel.State;

/// <summary>Money from prices and times. The GPU is charged while running, the disk from creation to removal.</summary>
internal static class CostLedger
{
    /// <summary>
    /// The cost of a rental until <paramref name="now"/>. Where nothing was seen of it since its creation,
    /// the GPU is counted from then on: the figure is then an upper bound, never too low.
    /// </summary>
    public static VastCost Cost(Rental rental, DateTimeOffset now)
    {
        RentalEvent[] history = [.. rental.Events.OrderBy(e => e.At)];
        DateTimeOffset from = history.FirstOrDefault(e => e.Kind == RentalEventKind.Created)?.At ?? history.FirstOrDefault()?.At ?? now;
        RentalEvent? removed = history.Length > 0 && history[^1].Kind == RentalEventKind.Removed ? history[^1] : null;
        DateTimeOffset until = removed?.At ?? now;

        (decimal gpuPrice, decimal diskPrice) = (rental.GpuPricePerHour, rental.DiskPricePerHour);
        (decimal gpuCost, decimal diskCost) = (0, 0);
        RentalEventKind state = RentalEventKind.Created;
        DateTimeOffset at = from;
        foreach (RentalEvent next in history.Where(e => e.Kind != RentalEventKind.Created && e.At <= until)
            .Append(new RentalEvent(state, until)))
        {
            (bool gpu, bool disk) = Meters(state, next.Kind);
            gpuCost += gpu ? gpuPrice * Hours(next.At - at) : 0;
            diskCost += disk ? diskPrice * Hours(next.At - at) : 0;
            (state, at) = (next.Kind == RentalEventKind.Created ? state : next.Kind, next.At > at ? next.At : at);
            (gpuPrice, diskPrice) = (next.GpuPricePerHour ?? gpuPrice, next.DiskPricePerHour ?? diskPrice);
        }

        (bool burnsGpu, bool burnsDisk) = Meters(state, RentalEventKind.Created);
        decimal burn = removed is not null ? 0 : (burnsDisk ? diskPrice : 0) + (burnsGpu ? gpuPrice : 0);
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

    // Which meters ran from an event until the next; Created as the next stands for none. What follows a creation tells what it was.
    private static (bool Gpu, bool Disk) Meters(RentalEventKind state, RentalEventKind next) => state switch
    {
        RentalEventKind.Created => (next is not (RentalEventKind.Running or RentalEventKind.Loading), true),
        RentalEventKind.Running => (true, true),
        RentalEventKind.Offline => (false, false),
        _ => (false, true),
    };

    private static decimal Hours(TimeSpan span) => span > TimeSpan.Zero ? (decimal)span.Ticks / TimeSpan.TicksPerHour : 0;
}
