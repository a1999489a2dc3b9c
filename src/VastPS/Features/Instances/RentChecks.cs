namespace VastPS.Features.Instances;

/// <summary>The checks before renting that need no server: each throws with the figures that do not fit together.</summary>
internal static class RentChecks
{
    // The contract must outlive the run by this much, so that results can still be fetched.
    private static readonly TimeSpan s_reserve = TimeSpan.FromMinutes(30);

    /// <summary>The offer must be rentable, large enough, long enough and not dearer than what the user saw.</summary>
    public static RentPlan Plan(RentOptions options, VastOffer offer, decimal? credit)
    {
        if (offer.IsRentable == false)
        {
            throw new VastException(VastReason.OfferGone, options.OfferId, "It is rented.");
        }

        if (offer.MachineId is { } machine && options.Extras.ExcludedMachines.Contains(machine))
        {
            throw new VastException(VastReason.OfferGone, options.OfferId, $"It is on machine {machine}, which is excluded.");
        }

        if (offer.AvailableDiskGB < options.DiskGB)
        {
            throw new VastException(VastReason.DiskTooSmall, options.OfferId, Round(offer.AvailableDiskGB), options.DiskGB);
        }

        if (offer.Remaining < options.MaxRuntime + s_reserve)
        {
            throw new VastException(
                VastReason.ContractTooShort,
                options.OfferId,
                Basics.Duration.Format(offer.Remaining.Value),
                Basics.Duration.Format(options.MaxRuntime));
        }

        if (options.BidPerHour < offer.MinBidPerHour)
        {
            throw new VastException(VastReason.BidTooLow, options.OfferId, options.BidPerHour, offer.MinBidPerHour);
        }

        if (options.BidPerHour is null && offer.GpuPricePerHour is { } gpuPrice)
        {
            CheckPrice(options.OfferId, options.SeenGpuPricePerHour, gpuPrice, options.PriceTolerance);
        }

        decimal price = Price(options, offer);
        decimal total = price * (decimal)options.MaxRuntime.TotalHours;
        if (credit < total)
        {
            throw new VastException(VastReason.InsufficientCredit, $"offer {options.OfferId}",
                FormattableString.Invariant($"{total:0.00} USD until the deadline, {credit:0.00} USD left"));
        }

        return new RentPlan(options, offer, price, total);
    }

    /// <summary>Throws where the price rose by more than the tolerance.</summary>
    public static void CheckPrice(long offerId, decimal? before, decimal now, double tolerance)
    {
        if (Rose(before, now, tolerance))
        {
            throw new VastException(VastReason.PriceRose, offerId, before, now, tolerance);
        }
    }

    /// <summary>True where what was rented costs more than the plan allows: the price can still jump at the very create.</summary>
    public static bool IsDearer(RentPlan plan, VastInstance rented) =>
        plan.Options.BidPerHour is null && Rose(plan.Offer.GpuPricePerHour, rented.GpuPricePerHour, plan.Options.PriceTolerance);

    /// <summary>All-in USD per hour. An offer without a price cannot be rented: nobody could say what it costs.</summary>
    public static decimal Price(RentOptions options, VastOffer offer) =>
        options.BidPerHour is { } bid && offer.DiskPricePerHour is { } disk ? bid + disk
        : offer.PricePerHour ?? throw new VastException(VastReason.OfferGone, options.OfferId, "It has no price.");

    /// <summary>Failures of one offer or its box: the next one may still do.</summary>
    public static bool IsAboutOneOffer(VastReason reason) => reason is VastReason.OfferGone or VastReason.DiskTooSmall
        or VastReason.ContractTooShort
        or VastReason.BidTooLow
        or VastReason.PriceRose
        or VastReason.ApiInvalidArgs
        or VastReason.InvalidValue
        or VastReason.CreateLeftGhost
        or VastReason.InstanceWillNotRun
        or VastReason.InstanceNoSsh
        or VastReason.WaitTimedOut;

    // A thousandth of a cent is rounding of the server, not a rise.
    private static bool Rose(decimal? before, decimal? now, double tolerance) =>
        now > (before * (1 + (decimal)tolerance)) + 0.00001m;

    private static double? Round(double? gb) => gb is { } value ? Math.Round(value, 1) : null;
}
