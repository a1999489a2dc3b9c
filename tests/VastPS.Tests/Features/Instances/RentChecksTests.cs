using VastPS.Features.Instances;

namespace VastPS.Tests.Features.Instances;

public sealed class RentChecksTests
{
    private static readonly RentOptions s_wish =
        new(1, 40, "img", TimeSpan.FromHours(8), "run", null, 0.40m, 0.02, new Dictionary<string, string>(), null, null);

    [Fact]
    public void A_plan_states_price_and_total()
    {
        RentPlan plan = RentChecks.Plan(s_wish, Offer(), 100);
        Assert.Equal(0.41m, plan.PricePerHour);
        Assert.Equal(3.28m, plan.TotalPrice);
    }

    [Fact]
    public void A_bid_replaces_the_gpu_price_and_disk_is_added() =>
        Assert.Equal(0.21m, RentChecks.Plan(s_wish with { BidPerHour = 0.20m }, Offer(), 100).PricePerHour);

    [Theory]
    [InlineData(39.9, 100, 0.40, null, 50, VastReason.DiskTooSmall)]
    [InlineData(40, 8.4, 0.40, null, 50, VastReason.ContractTooShort)] // half an hour is kept for fetching results
    [InlineData(40, 100, 0.409, null, 50, VastReason.PriceRose)] // 2.25 % over what the user saw
    [InlineData(40, 100, 0.40, 0.09, 50, VastReason.BidTooLow)]
    [InlineData(40, 100, 0.40, null, 3.27, VastReason.InsufficientCredit)]
    public void What_does_not_fit_is_refused_before_anything_is_sent(
        double diskGB, double hoursLeft, double gpuPrice, double? bid, double credit, VastReason reason)
    {
        RentOptions options = s_wish with { BidPerHour = (decimal?)bid };
        VastException error =
            Assert.Throws<VastException>(() => RentChecks.Plan(options, Offer(diskGB, hoursLeft, (decimal)gpuPrice), (decimal)credit));
        Assert.Equal(reason, error.Reason);
    }

    [Theory]
    [InlineData(40, 100, null, 50)] // the disk that was asked for, to the gigabyte
    [InlineData(200, 8.5, null, 50)] // the time that was asked for and the reserve
    [InlineData(200, 100, 0.10, 50)] // the least bid
    [InlineData(200, 100, null, 3.28)] // the credit that it takes, to the cent
    public void What_just_fits_is_rented(double diskGB, double hoursLeft, double? bid, double credit) => Assert.Equal(
        1, RentChecks.Plan(s_wish with { BidPerHour = (decimal?)bid }, Offer(diskGB, hoursLeft), (decimal)credit).Offer.OfferId);

    [Fact]
    public void What_the_server_does_not_say_refuses_nothing()
    {
        var silent = new VastOffer { OfferId = 1, PricePerHour = 0.41m };
        Assert.Equal(0.41m, RentChecks.Plan(s_wish, silent, null).PricePerHour);
    }

    [Fact]
    public void An_offer_that_somebody_else_has_taken_is_gone() => Assert.Equal(
        VastReason.OfferGone,
        Assert.Throws<VastException>(() => RentChecks.Plan(s_wish, Offer(isRentable: false), 100)).Reason);

    [Fact]
    public void Who_bids_pays_the_bid_whatever_the_price_does()
    {
        RentOptions bid = s_wish with { BidPerHour = 0.20m };
        Assert.Equal(0.21m, RentChecks.Plan(bid, Offer(gpuPrice: 9), 100).PricePerHour);
        Assert.Equal(9.01m, RentChecks.Plan(bid, new VastOffer { OfferId = 1, PricePerHour = 9.01m }, 100).PricePerHour);
        Assert.False(RentChecks.IsDearer(RentChecks.Plan(bid, Offer(), 100), new VastInstance { GpuPricePerHour = 9 }));
    }

    [Theory]
    [InlineData(0.408, false)]
    [InlineData(0.4082, true)]
    [InlineData(null, false)]
    public void What_was_rented_is_held_against_the_price_of_the_plan(double? now, bool isDearer) => Assert.Equal(
        isDearer, RentChecks.IsDearer(RentChecks.Plan(s_wish, Offer(), 100), new VastInstance { GpuPricePerHour = (decimal?)now }));

    [Theory]
    [InlineData(0.408, false)] // exactly 2 %
    [InlineData(0.40801, false)] // rounding of the server
    [InlineData(0.4082, true)]
    [InlineData(0.30, false)]
    public void The_price_may_rise_by_the_tolerance_only(double now, bool refused)
    {
        void Check() => RentChecks.CheckPrice(1, 0.40m, (decimal)now, 0.02);
        if (refused)
        {
            Assert.Equal(VastReason.PriceRose, Assert.Throws<VastException>(Check).Reason);
        }
        else
        {
            Check();
        }
    }

    [Fact]
    public void An_offer_without_a_price_is_not_rented() =>
        Assert.Equal(
            VastReason.OfferGone, Assert.Throws<VastException>(() => RentChecks.Plan(s_wish, new VastOffer { OfferId = 1 }, 100)).Reason);

    private static VastOffer Offer(double diskGB = 200, double hoursLeft = 100, decimal gpuPrice = 0.40m, bool isRentable = true) => new()
    {
        OfferId = 1,
        AvailableDiskGB = diskGB,
        Remaining = TimeSpan.FromHours(hoursLeft),
        GpuPricePerHour = gpuPrice,
        DiskPricePerHour = 0.01m,
        PricePerHour = gpuPrice + 0.01m,
        MinBidPerHour = 0.10m,
        IsRentable = isRentable,
    };
}
