namespace VastPS.Kernel.State;

/// <summary>Money from prices and times. The GPU is charged while it is held, the disk from creation to removal.</summary>
internal static class CostLedger
{
    /// <summary>
    /// The cost of a rental until <paramref name="now"/>. Where nothing was seen of it since its creation,
    /// the GPU is counted from then on: the figure is then an upper bound, never too low.
    /// </summary>
    public static VastCost Cost(Rental rental, DateTimeOffset now) => Total(rental, now).View(rental, null, now);

    /// <summary>The same with what it leaves open, so that the server's own list can settle it.</summary>
    public static LedgerTotal Total(Rental rental, DateTimeOffset now)
    {
        RentalEvent[] history = [.. rental.Events.OrderBy(e => e.At)];
        DateTimeOffset from = history.FirstOrDefault(e => e.Kind == RentalEventKind.Created)?.At ?? history.FirstOrDefault()?.At ?? now;
        RentalEvent? removed = history.Length > 0 && history[^1].Kind == RentalEventKind.Removed ? history[^1] : null;
        DateTimeOffset until = removed?.At ?? now;

        SettledCost sum = Sum(rental, from, history.Where(e => e.At <= until), until);
        HourlyRates current = removed is not null ? new HourlyRates(0, 0, 0) : RatesOf(sum, RentalEventKind.Created);
        bool isUnknown = sum.State == RentalEventKind.Created && removed is null;
        return new LedgerTotal(from, until, removed is not null, current)
        {
            GpuCost = sum.GpuCost,
            DiskCost = sum.DiskCost,

            // What nobody has looked at since its creation may not have run at all.
            GpuDoubt = Math.Min(isUnknown ? sum.GpuCost : sum.GpuDoubt, sum.GpuCost),
            DiskDoubt = Math.Min(sum.DiskDoubt, sum.DiskCost),
            MaybeCost = sum.MaybeCost,
        };
    }

    /// <summary>The events of a rental as one sum, up to the last of them.</summary>
    public static SettledCost Settle(Rental rental)
    {
        RentalEvent[] history = [.. rental.Events.OrderBy(e => e.At)];
        return Sum(rental, history[0].At, history, history[^1].At);
    }

    /// <summary>What an hour costs after the last event of a rental, where the next one is of a kind.</summary>
    public static HourlyRates RatesAfter(Rental rental, RentalEventKind next) =>
        RatesOf(rental.Events[^1].Kind, next, rental.GpuPriceNow, rental.DiskPriceNow);

    /// <summary>What an hour costs in a state.</summary>
    public static HourlyRates RatesOf(RentalEventKind state, RentalEventKind next, decimal gpuPrice, decimal diskPrice)
    {
        (bool gpu, bool disk) = Meters(state, next);
        return new HourlyRates(gpu ? gpuPrice : 0, disk ? diskPrice : 0, state == RentalEventKind.Loading ? gpuPrice : 0);
    }

    private static HourlyRates RatesOf(SettledCost sum, RentalEventKind next) =>
        RatesOf(sum.State, next, sum.GpuPricePerHour, sum.DiskPricePerHour);

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
        HourlyRates rates = RatesOf(sum, next.Kind);
        decimal hours = Hours(next.At - sum.Until);
        return sum with
        {
            Until = next.At > sum.Until ? next.At : sum.Until,
            State = next.Kind == RentalEventKind.Created ? sum.State : next.Kind,
            GpuCost = sum.GpuCost + (rates.Gpu * hours),
            DiskCost = sum.DiskCost + (rates.Disk * hours),
            MaybeCost = sum.MaybeCost + (rates.Maybe * hours),
            GpuDoubt = sum.GpuDoubt + (next.GpuDoubt ?? 0),

            // Whoever looks at what does not run sees no host that was lost in between, and the disk of that one costs nothing.
            DiskDoubt = sum.DiskDoubt + (next.DiskDoubt ?? 0) + (rates.Gpu == 0 ? rates.Disk * hours : 0),
            GpuPricePerHour = next.GpuPricePerHour ?? sum.GpuPricePerHour,
            DiskPricePerHour = next.DiskPricePerHour ?? sum.DiskPricePerHour,
        };
    }

    // Which meters ran from an event until the next; Created as the next stands for none. What follows a creation tells what it was.
    private static (bool Gpu, bool Disk) Meters(RentalEventKind state, RentalEventKind next) => state switch
    {
        RentalEventKind.Created => (next is not (RentalEventKind.Running or RentalEventKind.Loading), true),
        RentalEventKind.Running => (true, true),
        RentalEventKind.Offline or RentalEventKind.Removed => (false, false),
        _ => (false, true),
    };

    internal static decimal Hours(TimeSpan span) => span > TimeSpan.Zero ? (decimal)span.Ticks / TimeSpan.TicksPerHour : 0;
}
