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

        SettledCost sum = Sum(rental, from, history.Where(e => e.At <= until), until);
        (decimal gpuCost, decimal diskCost, decimal gpuPrice, decimal diskPrice) =
            (sum.GpuCost, sum.DiskCost, sum.GpuPricePerHour, sum.DiskPricePerHour);
        (bool burnsGpu, bool burnsDisk) = Meters(sum.State, RentalEventKind.Created);
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

    /// <summary>The events of a rental as one sum, up to the last of them.</summary>
    public static SettledCost Settle(Rental rental)
    {
        RentalEvent[] history = [.. rental.Events.OrderBy(e => e.At)];
        return Sum(rental, history[0].At, history, history[^1].At);
    }

    private static SettledCost Sum(Rental rental, DateTimeOffset from, IEnumerable<RentalEvent> history, DateTimeOffset until)
    {
        SettledCost sum = rental.Settled
            ?? new SettledCost(from, RentalEventKind.Created, rental.GpuPricePerHour, rental.DiskPricePerHour, 0, 0, false);
        var end = new RentalEvent(RentalEventKind.Created, until);
        foreach (RentalEvent next in history.Where(e => e.Kind != RentalEventKind.Created).Append(end))
        {
            sum = Next(sum, next);
        }

        return sum with { HasRun = rental.HasRun };
    }

    private static SettledCost Next(SettledCost sum, RentalEvent next)
    {
        (bool gpu, bool disk) = Meters(sum.State, next.Kind);
        return sum with
        {
            Until = next.At > sum.Until ? next.At : sum.Until,
            State = next.Kind == RentalEventKind.Created ? sum.State : next.Kind,
            GpuCost = sum.GpuCost + (gpu ? sum.GpuPricePerHour * Hours(next.At - sum.Until) : 0),
            DiskCost = sum.DiskCost + (disk ? sum.DiskPricePerHour * Hours(next.At - sum.Until) : 0),
            GpuPricePerHour = next.GpuPricePerHour ?? sum.GpuPricePerHour,
            DiskPricePerHour = next.DiskPricePerHour ?? sum.DiskPricePerHour,
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
