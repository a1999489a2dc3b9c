namespace VastPS.Kernel.State;

/// <summary>USD per hour: for certain, and for GPUs that may be charged besides.</summary>
internal readonly record struct HourlyRates(decimal Gpu, decimal Disk, decimal Maybe)
{
    public decimal Total => Gpu + Disk;
}

/// <summary>What the server's list of charges holds of an instance so far, USD.</summary>
internal sealed record BookedCost(decimal Gpu, decimal Disk, decimal Traffic);

/// <summary>What a rental adds up to from what was seen of it, and what that leaves open.</summary>
/// <param name="From">Its creation.</param>
/// <param name="Until">Its removal, or now.</param>
/// <param name="IsClosed">True where it is gone.</param>
/// <param name="Now">What it costs from now on.</param>
internal sealed record LedgerTotal(DateTimeOffset From, DateTimeOffset Until, bool IsClosed, HourlyRates Now)
{
    public decimal GpuCost { get; init; }

    public decimal DiskCost { get; init; }

    /// <inheritdoc cref="RentalEvent.GpuDoubt"/>
    public decimal GpuDoubt { get; init; }

    /// <inheritdoc cref="RentalEvent.DiskDoubt"/>
    public decimal DiskDoubt { get; init; }

    /// <inheritdoc cref="SettledCost.MaybeCost"/>
    public decimal MaybeCost { get; init; }

    /// <summary>
    /// As users see it. What was booked counts where nobody here looked: it is never less than what is certain. A day that is over
    /// is booked whole; of the open day the rest may still come.
    /// </summary>
    public VastCost View(Rental rental, BookedCost? booked, DateTimeOffset now)
    {
        decimal gpu = Settled(GpuCost, GpuDoubt, booked?.Gpu);
        decimal disk = Settled(DiskCost, DiskDoubt, booked?.Disk);
        bool isBooked = booked is not null && IsClosed && Until.UtcDateTime.Date < now.UtcDateTime.Date;
        decimal total = gpu + disk + (booked?.Traffic ?? 0);
        return new VastCost
        {
            InstanceId = rental.InstanceId,
            Name = rental.Name,
            Source = VastCostSource.Computed,
            From = From,
            Until = Until,
            IsClosed = IsClosed,
            IsFinal = isBooked || (IsClosed && GpuDoubt + DiskDoubt + MaybeCost == 0),
            GpuCost = gpu,
            DiskCost = disk,
            TrafficCost = booked?.Traffic,
            UncertainCost = isBooked ? 0 : Math.Max(0, GpuCost + MaybeCost - gpu) + Math.Max(0, DiskCost - disk)
                + (booked is null ? GpuDoubt + DiskDoubt : 0),
            BurnPerHour = Now.Total,
            MaxBurnPerHour = Now.Total + Now.Maybe,
            Deadline = rental.Deadline,
            CostAtDeadline = !IsClosed && rental.Deadline is { } end ? total + (Now.Total * CostLedger.Hours(end - now)) : null,
        };
    }

    private static decimal Settled(decimal most, decimal doubt, decimal? booked) =>
        booked is { } charged ? Math.Max(most - doubt, charged) : most;
}
