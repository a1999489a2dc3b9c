using VastPS.Kernel.State;

namespace VastPS.Tests.Kernel.State;

public sealed class RentalSightTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    // Known events and the last sight in seconds after noon; the look is at second 100.
    [Theory]
    [InlineData("C0", null, VastInstanceState.Loading, "Loading100")]
    [InlineData("C0 L5", 95, VastInstanceState.Loading, "")]
    [InlineData("C0 L5", 95, VastInstanceState.Running, "Running100")] // watched closely: it began just now
    [InlineData("C0 L5", 20, VastInstanceState.Running, "Running20")] // it may have run since the last look
    [InlineData("C0", null, VastInstanceState.Running, "Running0")]
    [InlineData("C0 R10", 20, VastInstanceState.Running, "")]
    [InlineData("C0 R10", 20, VastInstanceState.Stopped, "Stopped100")]
    [InlineData("C0 R10 S20", 90, VastInstanceState.Stopped, "")]
    [InlineData("C0 R10 S20", 95, VastInstanceState.Starting, "")] // started, and not charged yet
    [InlineData("C0 R10 S20", 95, VastInstanceState.Loading, "")] // of a restart: it had run before
    [InlineData("C0 L5", 95, VastInstanceState.Stopped, "Stopped100")]
    [InlineData("C0 L5", 20, VastInstanceState.Stopped, "Running20 Stopped100")] // nobody looked meanwhile
    [InlineData("C0", null, VastInstanceState.Stopped, "Stopped100")]
    [InlineData("C0 R10", 95, VastInstanceState.Offline, "Offline100")]
    [InlineData("C0 R10 X50", null, VastInstanceState.Running, "Running50")] // it was not gone
    public void A_look_adds_what_changed(string known, int? lastSight, VastInstanceState state, string added)
    {
        DateTimeOffset? sight = lastSight is { } at ? s_noon.AddSeconds(at) : null;
        Assert.Equal(added, string.Join(' ', RentalSight.News(Rental(known), Seen(state), sight, s_noon.AddSeconds(100)).Select(Show)));
    }

    [Fact]
    public void A_stop_that_nobody_saw_ends_with_the_contract()
    {
        VastInstance seen = Seen(VastInstanceState.Stopped, end: s_noon.AddHours(2));
        Assert.Equal(
            s_noon.AddHours(2), Assert.Single(RentalSight.News(Rental("C0 R10"), seen, s_noon.AddHours(1), s_noon.AddHours(9))).At);
        Assert.Equal(
            s_noon.AddHours(1.5), Assert.Single(RentalSight.News(Rental("C0 R10"), seen, s_noon.AddHours(1), s_noon.AddHours(1.5))).At);
    }

    [Fact]
    public void A_run_that_nobody_saw_begin_is_dated_by_what_the_host_says()
    {
        VastInstance seen = Seen(VastInstanceState.Running, ran: TimeSpan.FromMinutes(10));
        Assert.Equal(s_noon.AddMinutes(49), Assert.Single(RentalSight.News(Rental("C0"), seen, null, s_noon.AddHours(1))).At);
    }

    [Theory]
    [InlineData(0.4, 0.02, false)]
    [InlineData(0.6, 0.02, true)]
    [InlineData(0.4, 0.03, true)]
    [InlineData(null, null, false)]
    public void Another_price_is_news_in_the_same_state_too(double? gpu, double? disk, bool isNew)
    {
        VastInstance seen = Seen(VastInstanceState.Running, gpu: (decimal?)gpu, disk: (decimal?)disk);
        IReadOnlyList<RentalEvent> news = RentalSight.News(Rental("C0 R10"), seen, null, s_noon.AddSeconds(100));
        Assert.Equal(
            isNew ? [("Running10", (decimal?)gpu, (decimal?)disk)] : [],
            news.Select(e => (Show(e), e.GpuPricePerHour, e.DiskPricePerHour)));
    }

    // Dearer counts from the last look and cheaper from now: rather too high. How far that may be off is noted with it.
    [Theory]
    [InlineData("C0 R10", 10, VastInstanceState.Stopped, 0.4, "Stopped100 36")]
    [InlineData("C0 R10", 95, VastInstanceState.Stopped, 0.4, "Stopped100 0")]
    [InlineData("C0 R10 S20", 20, VastInstanceState.Running, 0.4, "Running20 32")]
    [InlineData("C0 L5", 20, VastInstanceState.Stopped, 0.4, "Running20 0 Stopped100 32")]
    [InlineData("C0 R10", 20, VastInstanceState.Running, 0.6, "Running20 16")]
    [InlineData("C0 R10", 20, VastInstanceState.Running, 0.3, "Running100 8")]
    [InlineData("C0 R10", 20, VastInstanceState.Offline, 0.4, "Offline100 32")]
    [InlineData("C0 L10", 20, VastInstanceState.Running, 0.6, "Running20 64")] // started and dearer: either at any time
    public void What_nobody_saw_is_noted_as_doubt(string known, int lastSight, VastInstanceState state, double gpu, string added)
    {
        IReadOnlyList<RentalEvent> news =
            RentalSight.News(Rental(known), Seen(state, gpu: (decimal)gpu), s_noon.AddSeconds(lastSight), s_noon.AddSeconds(100));
        Assert.Equal(added, string.Join(' ', news.Select(e => FormattableString.Invariant($"{Show(e)} {(e.GpuDoubt ?? 0) * 3600:0}"))));
    }

    [Fact]
    public void A_run_that_is_shorter_than_the_time_since_the_last_look_was_broken_by_a_stop()
    {
        VastInstance seen = Seen(VastInstanceState.Running, ran: TimeSpan.FromMinutes(5));
        IReadOnlyList<RentalEvent> news = RentalSight.News(Rental("C0 R10"), seen, s_noon.AddMinutes(30), s_noon.AddHours(1));
        Assert.Equal(["Stopped3300", "Running3300"], news.Select(Show));
        Assert.Equal(0.4m * 25 / 60, news[0].GpuDoubt!.Value, 6);
        Assert.Empty(RentalSight.News(Rental("C0 R10"), seen, s_noon.AddMinutes(56), s_noon.AddHours(1)));
    }

    [Fact]
    public void What_went_unseen_may_have_cost_nothing_since_the_last_look()
    {
        RentalEvent gone = RentalSight.Gone(Rental("C0 R10"), s_noon.AddHours(1), s_noon.AddHours(3));
        Assert.Equal((s_noon.AddHours(3), 0.8m, 0.04m), (gone.At, gone.GpuDoubt, gone.DiskDoubt));
        Assert.Null(RentalSight.Gone(Rental("C0 R10"), s_noon.AddSeconds(95), s_noon.AddSeconds(100)).GpuDoubt);
    }

    private static string Show(RentalEvent one) => FormattableString.Invariant($"{one.Kind}{(one.At - s_noon).TotalSeconds}");

    private static VastInstance Seen(
        VastInstanceState state, DateTimeOffset? end = null, TimeSpan? ran = null, decimal? gpu = 0.4m, decimal? disk = 0.02m) => new()
    {
        State = state,
        ContractEnd = end,
        RunningFor = ran,
        GpuPricePerHour = gpu,
        DiskPricePerHour = disk,
        Meters = state switch
        {
            VastInstanceState.Running => VastMeters.Gpu | VastMeters.Disk,
            VastInstanceState.Offline => VastMeters.None,
            _ => VastMeters.Disk,
        },
    };

    private static Rental Rental(string history) => new(7, "train", 0.4m, 0.02m, null,
        [.. history.Split(' ').Select(e => new RentalEvent(
            e[0] switch { 'C' => RentalEventKind.Created, 'R' =>
                RentalEventKind.Running, 'S' => RentalEventKind.Stopped, 'L' => RentalEventKind.Loading, _ => RentalEventKind.Removed },
            s_noon.AddSeconds(int.Parse(e[1..], System.Globalization.CultureInfo.InvariantCulture))))]);
}
