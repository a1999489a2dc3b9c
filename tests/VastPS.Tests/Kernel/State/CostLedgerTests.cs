using VastPS.Kernel.State;

namespace VastPS.Tests.Kernel.State;

public sealed class CostLedgerTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    // GPU 1.20 $/h, disk 0.06 $/h: every figure below is hours times these two.
    [Theory]
    [InlineData("C0", 120, 2.40, 0.12, 1.26)] // nobody saw it start: GPU counted from creation
    [InlineData("C0 R30", 90, 1.20, 0.09, 1.26)] // loading costs disk only
    [InlineData("C0 R30 S60", 120, 0.60, 0.12, 0.06)] // stopped: the disk goes on
    [InlineData("C0 R30 S60 R90", 120, 1.20, 0.12, 1.26)]
    [InlineData("C0 R30 X90", 600, 1.20, 0.09, 0)] // removed: everything ends there
    [InlineData("C0 R30 S60 X120", 600, 0.60, 0.12, 0)]
    [InlineData("X90 R30 C0", 600, 1.20, 0.09, 0)] // order of the lines does not matter
    [InlineData("C0 X30", 60, 0.60, 0.03, 0)]
    [InlineData("C0 L10", 60, 0, 0.06, 0.06)] // loads and loads: no GPU
    [InlineData("C0 L10 R30", 60, 0.60, 0.06, 1.26)]
    [InlineData("C0 L10 X30", 60, 0, 0.03, 0)]
    [InlineData("C0 S30", 60, 0.60, 0.06, 0.06)] // nobody looked before it was stopped: it may have run
    [InlineData("C0 R0 O30 R60", 90, 1.20, 0.06, 1.26)] // a lost host charges nothing
    [InlineData("C0 R0 O30", 90, 0.60, 0.03, 0)]
    [InlineData("C0 R0 X30 R30", 60, 1.20, 0.06, 1.26)] // taken for gone, and seen again
    public void Gpu_is_charged_while_running_and_disk_until_removed(string history, int nowMinutes, double gpu, double disk, double burn)
    {
        VastCost cost = CostLedger.Cost(Rental(history, null), s_noon.AddMinutes(nowMinutes));
        Assert.Equal((decimal)gpu, cost.GpuCost, 6);
        Assert.Equal((decimal)disk, cost.DiskCost, 6);
        Assert.Equal((decimal)(gpu + disk), cost.TotalCost, 6);
        Assert.Equal((decimal)burn, cost.BurnPerHour, 6);
        Assert.Equal(burn == 0 && !history.Contains('O', StringComparison.Ordinal), cost.IsClosed);
    }

    [Fact]
    public void A_new_price_counts_from_when_it_was_seen()
    {
        Rental rental = Rental("C0 R0", null);
        rental = rental with { Events = [
            .. rental.Events,
            new RentalEvent(RentalEventKind.Running, s_noon.AddHours(1)) { GpuPricePerHour = 2.4m, DiskPricePerHour = 0.12m }
        ] };
        VastCost cost = CostLedger.Cost(rental, s_noon.AddHours(3));
        Assert.Equal((6m, 0.3m, 2.52m), (cost.GpuCost, cost.DiskCost, cost.BurnPerHour));
        Assert.Equal((2.4m, 0.12m), (rental.GpuPriceNow, rental.DiskPriceNow));
    }

    // However much of a history is one sum, the rest adds up to the same money.
    [Theory]
    [InlineData("C0 L2 R30 S60 R90 O95 R99 S120 X150")]
    [InlineData("C0 S10 R20 S30 R40")]
    [InlineData("C0 R0 R10 R20 O30 R40")]
    public void A_settled_history_costs_what_the_whole_did(string history)
    {
        Rental whole = Rental(history, s_noon.AddHours(9));
        VastCost expected = CostLedger.Cost(whole, s_noon.AddHours(5));
        for (int settled = 2; settled < whole.Events.Count; settled++)
        {
            Rental rest = whole with
            {
                Settled = CostLedger.Settle(whole with { Events = [.. whole.Events.Take(settled)] }),
                Events = [whole.Events[0], .. whole.Events.Skip(settled)],
            };
            VastCost cost = CostLedger.Cost(rest, s_noon.AddHours(5));
            Assert.Equal(
                (expected.GpuCost, expected.DiskCost, expected.BurnPerHour, expected.From, expected.IsClosed, expected.CostAtDeadline),
                (cost.GpuCost, cost.DiskCost, cost.BurnPerHour, cost.From, cost.IsClosed, cost.CostAtDeadline));
            Assert.Equal((whole.HasRun, whole.GpuPriceNow), (rest.HasRun, rest.GpuPriceNow));
        }
    }

    [Fact]
    public void The_forecast_adds_the_burn_until_the_deadline()
    {
        VastCost cost = CostLedger.Cost(Rental("C0 R0", s_noon.AddHours(5)), s_noon.AddHours(1));
        Assert.Equal(1.26m * 5, cost.CostAtDeadline);
    }

    [Fact]
    public void A_deadline_in_the_past_adds_nothing()
    {
        VastCost cost = CostLedger.Cost(Rental("C0 R0", s_noon.AddHours(1)), s_noon.AddHours(3));
        Assert.Equal(cost.TotalCost, cost.CostAtDeadline);
    }

    private static Rental Rental(string history, DateTimeOffset? deadline) => new(7, "train", 1.2m, 0.06m, deadline,
        [.. history.Split(' ').Select(e => new RentalEvent(
            e[0] switch { 'C' => RentalEventKind.Created, 'R' => RentalEventKind.Running, 'S' =>
                RentalEventKind.Stopped, 'L' => RentalEventKind.Loading, 'O' => RentalEventKind.Offline, _ => RentalEventKind.Removed },
            s_noon.AddMinutes(int.Parse(e[1..], System.Globalization.CultureInfo.InvariantCulture))))]);
}
