namespace VastPS.Kernel.State;

/// <summary>From a look at an instance to what it adds to the history of its rental.</summary>
internal static class RentalSight
{
    // Whoever looks this often sees a change when it happens.
    private static readonly TimeSpan s_closely = TimeSpan.FromSeconds(15);

    // The host tells the length of a run in whole minutes, rounded down.
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>What is new, in the order in which it happened; none where nothing changed.</summary>
    /// <param name="rental">What is known.</param>
    /// <param name="seen">As just read.</param>
    /// <param name="lastSight">When it was last seen unchanged; null where only the noted events are known.</param>
    /// <param name="now">The time of the look.</param>
    public static IReadOnlyList<RentalEvent> News(Rental rental, VastInstance seen, DateTimeOffset? lastSight, DateTimeOffset now)
    {
        RentalEvent last = rental.Events[^1];
        if (Kind(rental, seen) is not { } kind)
        {
            return [];
        }

        DateTimeOffset before = Before(rental, lastSight);
        if (kind == RentalEventKind.Running && last.Kind == RentalEventKind.Running && Began(seen, before, now) is { } began)
        {
            return Restarted(
                rental, before, WhenPriced(rental, Priced(rental, seen, new RentalEvent(RentalEventKind.Running, began)), now));
        }

        if (kind == last.Kind && !IsPriceNew(rental, seen))
        {
            return [];
        }

        RentalEvent change = Dated(rental, seen, kind, before, now);

        // Seen on its way to the first run and now stopped: where nobody looked in between it may have run all the time.
        return kind == RentalEventKind.Stopped && last.Kind == RentalEventKind.Loading && now - before > s_closely
            ?
            [
                new RentalEvent(RentalEventKind.Running, before),
                change with { GpuDoubt = rental.GpuPriceNow * CostLedger.Hours(change.At - before) },
            ]
            : [change];
    }

    /// <summary>That it is gone: when is not known better than from the last look.</summary>
    public static RentalEvent Gone(Rental rental, DateTimeOffset? lastSight, DateTimeOffset now)
    {
        DateTimeOffset before = Before(rental, lastSight);
        HourlyRates rates = CostLedger.RatesAfter(rental, RentalEventKind.Removed);
        var gone = new RentalEvent(RentalEventKind.Removed, now);
        decimal hours = CostLedger.Hours(now - before);
        return now - before > s_closely ? gone with { GpuDoubt = rates.Gpu * hours, DiskDoubt = rates.Disk * hours } : gone;
    }

    /// <summary>True where the instance has other prices than the rental knows of.</summary>
    public static bool IsPriceNew(Rental rental, VastInstance seen) =>
        Differs(rental.GpuPriceNow, seen.GpuPricePerHour) || Differs(rental.DiskPriceNow, seen.DiskPricePerHour);

    private static DateTimeOffset Before(Rental rental, DateTimeOffset? lastSight) =>
        lastSight > rental.Events[^1].At ? lastSight.Value : rental.Events[^1].At;

    // When what runs now began, where that was surely after the last look; a host that tells no length has just begun to report.
    private static DateTimeOffset? Began(VastInstance seen, DateTimeOffset before, DateTimeOffset now) => seen.RunningFor switch
    {
        _ when now - before <= s_closely => null,
        { } ran => now - ran - s_minute > before ? now - ran : null,
        null => now - before > 2 * s_minute ? now : null,
    };

    // It runs as before, and not for as long as since the last look: it was stopped in between, or its host was lost.
    private static IReadOnlyList<RentalEvent> Restarted(Rental rental, DateTimeOffset before, RentalEvent again)
    {
        decimal hours = CostLedger.Hours(again.At - before);
        return
        [
            new RentalEvent(RentalEventKind.Stopped, again.At)
            {
                GpuDoubt = rental.GpuPriceNow * hours,
                DiskDoubt = rental.DiskPriceNow * hours,
            },
            again,
        ];
    }

    private static RentalEvent Priced(Rental rental, VastInstance seen, RentalEvent change) => IsPriceNew(rental, seen)
        ? change with { GpuPricePerHour = seen.GpuPricePerHour, DiskPricePerHour = seen.DiskPricePerHour }
        : change;

    // What makes it dearer counts from when it can have happened, what makes it cheaper from when it must have: rather too high than
    // too low. What is counted too much at most is noted with it.
    private static RentalEvent Dated(Rental rental, VastInstance seen, RentalEventKind kind, DateTimeOffset before, DateTimeOffset now)
    {
        RentalEvent change = Priced(rental, seen, new RentalEvent(kind, now));
        if (now - before <= s_closely)
        {
            return change;
        }

        HourlyRates was = CostLedger.RatesAfter(rental, kind);
        HourlyRates isNow = CostLedger.RatesOf(
            kind, RentalEventKind.Created, change.GpuPricePerHour ?? rental.GpuPriceNow, change.DiskPricePerHour ?? rental.DiskPriceNow);
        (DateTimeOffset early, DateTimeOffset late) = Span(kind, rental.Events[^1].Kind, seen, before, now);
        decimal hours = CostLedger.Hours(late - early);
        HourlyRates counted = isNow.Total > was.Total ? isNow : was;
        change = change with
        {
            At = isNow.Total > was.Total ? early : late,
            GpuDoubt = Math.Abs(isNow.Gpu - was.Gpu) * hours,

            // The host may have been lost meanwhile. Of what does not run the ledger doubts the disk anyway.
            DiskDoubt = counted.Gpu > 0 ? counted.Disk * hours : 0,
        };
        return kind == rental.Events[^1].Kind ? change : WhenPriced(rental, change, now);
    }

    // A new price counts from the change that it was seen with, and may have come at any time since.
    private static RentalEvent WhenPriced(Rental rental, RentalEvent change, DateTimeOffset now)
    {
        decimal hours = CostLedger.Hours(now - change.At);
        decimal gpu = change.Kind == RentalEventKind.Running
            ? Math.Abs((change.GpuPricePerHour ?? rental.GpuPriceNow) - rental.GpuPriceNow)
            : 0;
        decimal disk = Math.Abs((change.DiskPricePerHour ?? rental.DiskPriceNow) - rental.DiskPriceNow);
        return change with
        {
            GpuDoubt = (change.GpuDoubt ?? 0) + (gpu * hours),
            DiskDoubt = (change.DiskDoubt ?? 0) + (disk * hours),
        };
    }

    // When a change can have happened at the earliest and at the latest.
    private static (DateTimeOffset Early, DateTimeOffset Late) Span(
        RentalEventKind kind, RentalEventKind last, VastInstance seen, DateTimeOffset before, DateTimeOffset now)
    {
        if (kind == RentalEventKind.Running && last != RentalEventKind.Running && seen.RunningFor is { } ran)
        {
            DateTimeOffset early = now - ran - s_minute > before ? now - ran - s_minute : before;
            return (early, now - ran > early ? now - ran : early);
        }

        return kind == RentalEventKind.Stopped && seen.ContractEnd >= before && seen.ContractEnd <= now
            ? (seen.ContractEnd.Value, seen.ContractEnd.Value)
            : (before, now);
    }

    private static RentalEventKind? Kind(Rental rental, VastInstance seen) =>
        seen.Meters.HasFlag(VastMeters.Gpu) ? RentalEventKind.Running
        : seen.Meters.HasFlag(VastMeters.Disk) ? (seen.IsHalted || rental.HasRun ? RentalEventKind.Stopped : RentalEventKind.Loading)
        : seen.ContractState == "unloaded" ? null
        : RentalEventKind.Offline;

    private static bool Differs(decimal known, decimal? seen) => seen is { } price && Math.Abs(price - known) > 0.000001m;
}
