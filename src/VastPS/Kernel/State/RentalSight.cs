namespace VastPS.Kernel.State;

/// <summary>From a look at an instance to what it adds to the history of its rental.</summary>
internal static class RentalSight
{
    // Whoever looks this often sees a change when it happens.
    private static readonly TimeSpan s_closely = TimeSpan.FromSeconds(15);

    /// <summary>What is new, in the order in which it happened; none where nothing changed.</summary>
    /// <param name="rental">What is known.</param>
    /// <param name="seen">As just read.</param>
    /// <param name="lastSight">When it was last seen unchanged; null where only the noted events are known.</param>
    /// <param name="now">The time of the look.</param>
    public static IReadOnlyList<RentalEvent> News(Rental rental, VastInstance seen, DateTimeOffset? lastSight, DateTimeOffset now)
    {
        RentalEvent last = rental.Events[^1];
        if (Kind(rental, seen) is not { } kind || (kind == last.Kind && !IsPriceNew(rental, seen)))
        {
            return [];
        }

        DateTimeOffset before = lastSight > last.At ? lastSight.Value : last.At;
        RentalEvent change = Priced(rental, seen, new RentalEvent(kind, Date(kind, last.Kind, seen, before, now)));

        // Seen on its way to the first run and now stopped: where nobody looked in between it may have run all the time.
        return kind == RentalEventKind.Stopped && last.Kind == RentalEventKind.Loading && now - before > s_closely
            ? [new RentalEvent(RentalEventKind.Running, before), change]
            : [change];
    }

    /// <summary>True where the instance has other prices than the rental knows of.</summary>
    public static bool IsPriceNew(Rental rental, VastInstance seen) =>
        Differs(rental.GpuPriceNow, seen.GpuPricePerHour) || Differs(rental.DiskPriceNow, seen.DiskPricePerHour);

    private static RentalEvent Priced(Rental rental, VastInstance seen, RentalEvent change) => IsPriceNew(rental, seen)
        ? change with { GpuPricePerHour = seen.GpuPricePerHour, DiskPricePerHour = seen.DiskPricePerHour }
        : change;

    private static RentalEventKind? Kind(Rental rental, VastInstance seen) =>
        seen.Meters.HasFlag(VastMeters.Gpu) ? RentalEventKind.Running
        : seen.Meters.HasFlag(VastMeters.Disk) ? (seen.IsHalted || rental.HasRun ? RentalEventKind.Stopped : RentalEventKind.Loading)
        : seen.ContractState == "unloaded" ? null
        : RentalEventKind.Offline;

    // A run that nobody saw begin is counted from the last look before it, or from what the host says of its length:
    // rather too high than too low. A stop ends the count when it is seen, or with the contract.
    private static DateTimeOffset Date(
        RentalEventKind kind, RentalEventKind last, VastInstance seen, DateTimeOffset before, DateTimeOffset now)
    {
        if (kind == RentalEventKind.Running && last != RentalEventKind.Running && now - before > s_closely)
        {
            // Whole minutes, rounded down.
            DateTimeOffset? said = now - seen.RunningFor - TimeSpan.FromMinutes(1);
            return said > before ? said.Value : before;
        }

        return kind == RentalEventKind.Stopped && seen.ContractEnd >= before && seen.ContractEnd <= now ? seen.ContractEnd.Value : now;
    }

    private static bool Differs(decimal known, decimal? seen) => seen is { } price && Math.Abs(price - known) > 0.000001m;
}
