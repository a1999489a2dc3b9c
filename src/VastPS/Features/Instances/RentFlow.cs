using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Features.Instances;

/// <summary>Rents one instance exactly once.</summary>
internal sealed class RentFlow(
    VastApiClient api, LocalKeys keys, RentalStore rentals, IntentStore intents, DestroyFlow destroying, TimeProvider clock)
{
    // After a lost answer the instance may take this long to show up in the list.
    private static readonly TimeSpan s_searchLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_searchPause = TimeSpan.FromSeconds(2);

    // A create that is under way when the user stops is followed this long, so that it can be taken back.
    // Longer than one call may take, with the search that follows a lost answer.
    private static readonly TimeSpan s_createLimit = TimeSpan.FromMinutes(10);

    /// <summary>Reads the offer and checks everything that can be checked before money is spent.</summary>
    public async Task<RentPlan> PlanAsync(RentOptions options, CancellationToken stop)
    {
        ApiEndpoint.DemandPaidCallsAllowed($"renting offer {options.OfferId}");
        intents.DemandRoom();
        VastOffer offer = await ReadOfferAsync(options, stop).ConfigureAwait(false);
        AccountFacts account = await api.GetAccountAsync(stop).ConfigureAwait(false);
        RentPlan plan = RentChecks.Plan(options, offer, account.Credit);
        await CheckKeysAsync(options, stop).ConfigureAwait(false);
        return plan;
    }

    /// <summary>
    /// Rents what the plan says. The price is read again just before; a lost answer is never followed by a second
    /// create, but by a search for the unique label. A stop takes back what was created meanwhile. The label is on the disk before
    /// the server is asked, until <see cref="HandOverAsync"/>: whoever is killed in between leaves no box that nothing names.
    /// </summary>
    /// <returns>The new instance as the server shows it.</returns>
    public async Task<VastInstance> RentAsync(RentPlan plan, string label, CancellationToken stop)
    {
        VastOffer fresh = await ReadOfferAsync(plan.Options, stop).ConfigureAwait(false);
        RentChecks.CheckPrice(fresh.OfferId, plan.PricePerHour, RentChecks.Price(plan.Options, fresh), plan.Options.PriceTolerance);

        await rentals.DemandWritableAsync(stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        await intents.BeginAsync(api.Server, label, fresh.OfferId, stop).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(s_createLimit, clock);
        long id = await CreateOnceAsync(plan, label, limit.Token).ConfigureAwait(false);
        decimal disk = fresh.DiskPricePerHour ?? 0;
        var rental = new Rental(id, plan.Options.Name, plan.PricePerHour - disk, disk, InstanceLabel.TryParse(label)?.Deadline, []);
        return await Charged.ChangeAsync("rental", id, plan.PricePerHour, () => Task.CompletedTask, See).ConfigureAwait(false);

        async Task<VastInstance> See()
        {
            await rentals.OpenAsync(api.Server, rental, limit.Token).ConfigureAwait(false);
            try
            {
                VastInstance created = await FindNewAsync(id, label, stop).ConfigureAwait(false);
                await rentals.LookAsync(api.Server, [created], limit.Token).ConfigureAwait(false);
                return created;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Nobody will see this instance: take it back.
                await api.DestroyAsync(id, limit.Token).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>The user has what was rented under a label.</summary>
    public Task HandOverAsync(string label, CancellationToken stop) => intents.SettleAsync(api.Server, label, stop);

    // The server may need a moment to know what it has just created.
    private async Task<VastInstance> FindNewAsync(long id, string label, CancellationToken stop)
    {
        VastInstance? created = null;
        return await Poll.UntilAsync(IsThereAsync, s_searchLimit, s_searchPause, clock, stop).ConfigureAwait(false)
            ? created!
            : throw new VastException(VastReason.CreatedButGone, id, label);

        async Task<bool> IsThereAsync() => (created = await api.FindInstanceAsync(id, stop).ConfigureAwait(false)) is not null;
    }

    private async Task<VastOffer> ReadOfferAsync(RentOptions options, CancellationToken stop) =>
        await api.FindOfferAsync(options.OfferId, options.DiskGB, options.Type, stop).ConfigureAwait(false)
        ?? throw new VastException(VastReason.OfferGone, options.OfferId, "It is no longer listed.");

    private async Task<long> CreateOnceAsync(RentPlan plan, string label, CancellationToken stop)
    {
        RentOptions options = plan.Options;
        var request = new CreateRequest
        {
            OfferId = options.OfferId,
            Image = options.Image,
            DiskGB = options.DiskGB,
            Label = label,
            Environment = options.Variables,
            OnStart = options.OnStart,
            BidPerHour = options.BidPerHour,
            ImageLogin = options.Extras.ImageLogin,
            Ports = options.Extras.Ports,
            Template = options.Extras.Template,
            VolumeId = options.Extras.VolumeId,
            VolumePath = options.Extras.VolumePath,
        };
        try
        {
            return (await api.CreateInstanceAsync(request, stop).ConfigureAwait(false)).InstanceId;
        }
        catch (VastException e) when (e.GhostInstanceId is { } ghost)
        {
            await destroying.DestroyAsync(ghost, plan.PricePerHour, stop).ConfigureAwait(false);
            await intents.SettleAsync(api.Server, label, stop).ConfigureAwait(false);
            throw VastException.Because(e, VastReason.CreateLeftGhost, options.OfferId, ghost, e);
        }
        catch (VastException e) when (e.IsUncertain)
        {
            (long? found, VastException? trouble) = await SearchAsync(label, stop).ConfigureAwait(false);
            return found ?? throw VastException.Because(e, VastReason.CreateUncertain, options.OfferId, label, trouble ?? e);
        }
        catch (VastException)
        {
            // A clear no: nothing was rented.
            await intents.SettleAsync(api.Server, label, stop).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested)
        {
            throw VastException.Because(e, VastReason.CreateUncertain, options.OfferId, label, "No answer came in time.");
        }
    }

    // A list that fails is asked for again: whoever rented must at least hear the label.
    private async Task<(long? Found, VastException? Trouble)> SearchAsync(string label, CancellationToken stop)
    {
        long? found = null;
        VastException? trouble = null;
        await Poll.UntilAsync(IsFoundAsync, s_searchLimit, s_searchPause, clock, CancellationToken.None).ConfigureAwait(false);
        return (found, trouble);

        // A stop ends the search after the look under way, and no pause early: the error that follows is to name the label.
        async Task<bool> IsFoundAsync()
        {
            try
            {
                IReadOnlyList<VastInstance> all = await api.GetInstancesAsync(stop).ConfigureAwait(false);
                (found, trouble) = (all.FirstOrDefault(i => i.Label == label)?.InstanceId, null);
            }
            catch (VastException e)
            {
                trouble = e;
            }

            return found is not null || stop.IsCancellationRequested;
        }
    }

    private async Task CheckKeysAsync(RentOptions options, CancellationToken stop)
    {
        IReadOnlyList<LocalKey> local = await keys.FindAsync(options.KeyPath, stop).ConfigureAwait(false);
        IReadOnlyList<VastSshKey> registered = await api.GetSshKeysAsync(stop).ConfigureAwait(false);
        if (!local.Any(l => registered.Any(r => r.Fingerprint == l.Public.Fingerprint)))
        {
            throw new VastException(
                VastReason.NoMatchingKey, string.Join(", ", local.Select(l => l.Place)), registered.Count, local[0].AsArgument);
        }
    }
}
