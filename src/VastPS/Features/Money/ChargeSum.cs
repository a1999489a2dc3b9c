using VastPS.Kernel.State;

namespace VastPS.Features.Money;

/// <summary>Rows of the server's list of charges, one for each UTC day, as one sum.</summary>
internal static class ChargeSum
{
    /// <summary>The midnight at which the UTC day of a moment began.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>What is booked so far. What is not split is counted with the GPU, so that the total is what was charged.</summary>
    public static BookedCost Of(IReadOnlyList<VastCharge> rows)
    {
        decimal traffic = rows.Sum(c => (c.DownCost ?? 0) + (c.UpCost ?? 0));
        decimal disk = rows.Sum(c => c.DiskCost ?? 0);
        return new BookedCost(rows.Sum(c => c.TotalCost) - disk - traffic, disk, traffic);
    }

    /// <summary>As users see it: a row of the open day grows until midnight, also where the instance is gone.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="rows">Its charges.</param>
    /// <param name="known">What is known of it here or listed; null where nothing is.</param>
    /// <param name="now">The time of the reading.</param>
    public static VastCost View(
        long instanceId, IReadOnlyList<VastCharge> rows, (Rental Rental, LedgerTotal Total)? known, DateTimeOffset now)
    {
        BookedCost booked = Of(rows);
        DateTimeOffset? end = rows.Max(c => c.End);
        bool isClosed = known?.Total.IsClosed ?? true;
        HourlyRates current = known?.Total.Now ?? default;
        decimal total = booked.Gpu + booked.Disk + booked.Traffic;
        return new VastCost
        {
            InstanceId = instanceId,
            Name = known?.Rental.Name ?? "",
            Source = VastCostSource.Charged,
            From = known?.Total.From ?? rows.Min(c => c.Start),
            Until = end < now ? end : now,
            IsClosed = isClosed,
            IsFinal = isClosed && end <= DayOf(now),
            GpuCost = booked.Gpu,
            DiskCost = booked.Disk,
            TrafficCost = booked.Traffic,
            BurnPerHour = current.Total,
            MaxBurnPerHour = current.Total + current.Maybe,
            Deadline = known?.Rental.Deadline,
            CostAtDeadline = !isClosed && known?.Rental.Deadline is { } deadline
                ? total + (current.Total * CostLedger.Hours(deadline - now))
                : null,
        };
    }

    /// <summary>A volume as users see it: what the server lists is all that is known of it.</summary>
    /// <param name="rows">Its charges.</param>
    /// <param name="live">The volume; null once it is gone.</param>
    /// <param name="source">Which figures were asked for.</param>
    /// <param name="now">The time of the reading.</param>
    public static VastCost Volume(IReadOnlyList<VastCharge> rows, VastVolume? live, VastCostSource source, DateTimeOffset now)
    {
        DateTimeOffset? end = rows.Max(c => c.End);
        return new VastCost
        {
            VolumeId = rows[0].VolumeId,
            Name = live?.Name ?? rows[0].Label,
            Source = source,
            From = live?.CreatedAt ?? rows.Min(c => c.Start),
            Until = end < now ? end : now,
            IsClosed = live is null,
            IsFinal = live is null && end <= DayOf(now),
            DiskCost = rows.Sum(c => c.TotalCost),
            BurnPerHour = live?.PricePerHour ?? 0,
            MaxBurnPerHour = live?.PricePerHour ?? 0,
        };
    }
}
