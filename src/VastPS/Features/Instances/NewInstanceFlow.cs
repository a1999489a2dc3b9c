using System.Security.Cryptography;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>What is to be rented.</summary>
/// <param name="OfferIds">An instance of each.</param>
/// <param name="Fallback">Offers that stand in for one that is gone or whose box does not come up.</param>
/// <param name="Options">What is wanted of an offer, checked.</param>
/// <param name="Forecast">What was estimated about the instance; null where nothing was.</param>
internal sealed record RentRequest(
    IReadOnlyList<long> OfferIds,
    IReadOnlyList<long> Fallback,
    Func<long, RentOptions> Options,
    Func<VastInstance, RunForecast?> Forecast);

/// <summary>Rents an instance of each offer after consent, one after the other, and never loses one that it has rented.</summary>
internal sealed class NewInstanceFlow(RunspaceServices services, bool stopsAtErrors)
{
    private readonly List<long> _rented = [];
    private volatile string? _underWay;

    /// <summary>What must be said where the command is stopped now; null where nothing must.</summary>
    public string? LastWords => _underWay is { } label ? Texts.RentInterrupted(label)
        : _rented.Count > 0 ? Texts.StillCosts(_rented)
        : null;

    /// <summary>Rents. What is about one offer is an error of it, unless errors end the pipeline and hide what was rented.</summary>
    public async Task RunAsync(RentRequest asked, ILane lane, CancellationToken stop)
    {
        foreach (long offerId in asked.OfferIds)
        {
            _underWay = null;
            try
            {
                await RentAsync(asked, offerId, lane, stop).ConfigureAwait(false);
            }
            catch (VastException e) when (RentChecks.IsAboutOneOffer(e.Reason) && !(stopsAtErrors && _rented.Count > 0))
            {
                lane.Error(e);
            }
            catch (VastException e) when (_rented.Count > 0)
            {
                throw VastException.Because(e, VastReason.RentingBroken, offerId, string.Join(", ", _rented), e);
            }
        }
    }

    private async Task RentAsync(RentRequest asked, long offerId, ILane lane, CancellationToken stop)
    {
        long[] offers = [offerId, .. asked.Fallback.Where(id => id != offerId && !asked.OfferIds.Contains(id)).Distinct()];
        IReadOnlyList<RentPlan> plans =
            await services.Fallback.PlanAsync(offers, Options, e => lane.Verbose(Texts.FellBack(e)), stop).ConfigureAwait(false);
        RentOptions options = plans[0].Options;
        DateTimeOffset deadline = services.Clock.GetUtcNow() + options.MaxRuntime;
        if (!await lane.ConfirmAsync(Texts.RentTarget(plans[0]), Texts.RentAction(plans, deadline)).ConfigureAwait(false))
        {
            return;
        }

        (RentPlan plan, VastInstance instance, string label) = asked.Fallback.Count > 0
            ? await services.Fallback.RentAsync(plans, NewLabel, e => lane.Warn(Texts.FellBack(e)), stop).ConfigureAwait(false)
            : await OneAsync(plans[0], NewLabel(), stop).ConfigureAwait(false);
        _underWay = null;
        _rented.Add(instance.InstanceId);
        lane.Verbose(Texts.Rented(instance));
        if (asked.Forecast(instance) is { } forecast)
        {
            await services.Evidence.NoteAsync(instance.InstanceId, forecast, stop).ConfigureAwait(false);
            await services.Rentals.NotePurposeAsync(services.Api.Server, instance, forecast.Purpose, stop).ConfigureAwait(false);
        }

        if (RentChecks.IsDearer(plan, instance))
        {
            lane.Warn(Texts.RentedDearer(plan, instance));
        }

        lane.Write(instance);
        await services.Renting.HandOverAsync(label, stop).ConfigureAwait(false);

        string NewLabel() =>
            _underWay = InstanceLabel.Make(options.Name, RandomNumberGenerator.GetHexString(8, lowercase: true), deadline);

        // What the user saw is the price of the item, not of those that stand in for it.
        RentOptions Options(long id) => id == offerId ? asked.Options(id) : asked.Options(id) with { SeenGpuPricePerHour = null };
    }

    private async Task<RentResult> OneAsync(RentPlan plan, string label, CancellationToken stop) =>
        new(plan, await services.Renting.RentAsync(plan, label, stop).ConfigureAwait(false), label);
}
