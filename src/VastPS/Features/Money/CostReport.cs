using VastPS.Kernel.Api;
using VastPS.Kernel.State;

namespace VastPS.Features.Money;

/// <summary>Costs of every instance known here or listed by the server.</summary>
internal sealed class CostReport(VastApiClient api, RentalStore rentals, TimeProvider clock)
{
    // A charged cost without a rental of ours to date it reaches back this far.
    private static readonly TimeSpan s_chargesBack = TimeSpan.FromDays(30);

    /// <summary>
    /// Computed costs: our rentals from their own prices and what was seen of them, other live instances from what the server shows.
    /// What nobody saw, and the traffic, the server's list of charges adds. A rental that is gone is closed now, and that is noted.
    /// </summary>
    /// <param name="instanceIds">Those that are asked about; none for all.</param>
    /// <param name="untold">Hears why the list of charges could not be read.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<IReadOnlyList<VastCost>> ComputedAsync(
        IReadOnlyList<long> instanceIds, Action<VastException> untold, CancellationToken stop)
    {
        IReadOnlyList<Rental> all = await RentalsAsync(instanceIds, stop).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        (Rental Rental, LedgerTotal Total)[] sums = [.. all.Select(r => (r, CostLedger.Total(r, now)))];
        IReadOnlyList<VastCharge> charges = await BookedAsync(sums, now, untold, stop).ConfigureAwait(false);
        Dictionary<long, BookedCost> booked = ByInstance(charges).ToDictionary(g => g.Key, g => ChargeSum.Of([.. g]));
        VastCost[] costs = [.. sums.Select(s => s.Total.View(s.Rental, booked.GetValueOrDefault(s.Rental.InstanceId), now))];
        IReadOnlyList<VastCost> volumes =
            instanceIds.Count == 0 ? await VolumesAsync(charges, VastCostSource.Computed, now, stop).ConfigureAwait(false) : [];
        return [.. costs.Concat(volumes).OrderBy(c => c.From)];
    }

    /// <summary>Charged costs: what the server's charges list says, per instance.</summary>
    public async Task<IReadOnlyList<VastCost>> ChargedAsync(IReadOnlyList<long> instanceIds, CancellationToken stop)
    {
        IReadOnlyList<Rental> all = await RentalsAsync(instanceIds, stop).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        Dictionary<long, (Rental Rental, LedgerTotal Total)> known =
            all.ToDictionary(r => r.InstanceId, r => (r, CostLedger.Total(r, now)));
        DateTimeOffset from = known.Values.Select(k => k.Total.From).Append(now - s_chargesBack).Min();
        IReadOnlyList<VastCharge> charges = await ChargesAsync(from, now, stop).ConfigureAwait(false);
        VastCost[] costs = [.. ByInstance(charges).Select(g => ChargeSum.View(
            g.Key, [.. g], known.TryGetValue(g.Key, out (Rental, LedgerTotal) one) ? one : null, now))];
        IReadOnlyList<VastCost> volumes =
            instanceIds.Count == 0 ? await VolumesAsync(charges, VastCostSource.Charged, now, stop).ConfigureAwait(false) : [];
        return [.. costs.Concat(volumes).OrderBy(c => c.From)];
    }

    // All that is known here or listed, as it is now.
    private async Task<IReadOnlyList<Rental>> RentalsAsync(IReadOnlyList<long> instanceIds, CancellationToken stop)
    {
        List<VastInstance> live = [.. (await api.GetInstancesAsync(stop).ConfigureAwait(false))
            .Where(i => instanceIds.Count == 0 || instanceIds.Contains(i.InstanceId))];
        HashSet<long> listed = [.. live.Select(i => i.InstanceId)];
        Dictionary<long, Rental> known =
            (instanceIds.Count == 0 ? rentals.All(api.Server) : [.. rentals.Of(api.Server, instanceIds).Values])
            .ToDictionary(r => r.InstanceId);
        foreach (Rental rental in known.Values.Where(r => !r.IsClosed && !listed.Contains(r.InstanceId)).ToList())
        {
            // Missing in one list is not gone yet: only the look by its id tells.
            if (await api.FindInstanceAsync(rental.InstanceId, stop).ConfigureAwait(false) is { } hidden)
            {
                live.Add(hidden);
            }
            else
            {
                known[rental.InstanceId] =
                    await rentals.CloseAsync(api.Server, rental.InstanceId, stop).ConfigureAwait(false) ?? rental;
            }
        }

        IReadOnlyDictionary<long, Rental> seen = await rentals.LookAsync(api.Server, live, stop).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        foreach (VastInstance instance in live)
        {
            // The label has the deadline that holds: Set-VastRun moves it there.
            known[instance.InstanceId] = seen.GetValueOrDefault(instance.InstanceId) is { } ours
                ? ours with { Deadline = instance.Deadline ?? ours.Deadline }
                : Listed(instance, now);
        }

        return [.. known.Values];
    }

    // Nothing was noted of these: what runs or is stopped is counted as if it had run since its creation.
    private static Rental Listed(VastInstance instance, DateTimeOffset now)
    {
        var created = new Rental(
            instance.InstanceId,
            instance.Name,
            instance.GpuPricePerHour ?? 0,
            instance.DiskPricePerHour ?? 0,
            instance.Deadline,
            [new RentalEvent(RentalEventKind.Created, instance.CreatedAt ?? now)]);
        Rental listed = created with { Events = [.. created.Events, .. RentalSight.News(created, instance, null, now)] };
        LedgerTotal most = CostLedger.Total(listed, now);
        return listed with
        {
            Events = [.. listed.Events.Select((e, i) => i == 1 ? e with { GpuDoubt = most.GpuCost, DiskDoubt = most.DiskCost } : e)],
        };
    }

    // A key without the right to read it, a server without the list: what was seen here must do.
    private async Task<IReadOnlyList<VastCharge>> BookedAsync(
        IReadOnlyList<(Rental Rental, LedgerTotal Total)> sums, DateTimeOffset now, Action<VastException> untold, CancellationToken stop)
    {
        try
        {
            return await ChargesAsync(sums.Select(s => s.Total.From).Append(now - s_chargesBack).Min(), now, stop).ConfigureAwait(false);
        }
        catch (VastException e)
        {
            untold(e);
            return [];
        }
    }

    // A volume that is charged today may still be there. The list of volumes is read for those alone: it may be read every 5.5 s.
    private async Task<IReadOnlyList<VastCost>> VolumesAsync(
        IReadOnlyList<VastCharge> charges, VastCostSource source, DateTimeOffset now, CancellationToken stop)
    {
        IGrouping<long, VastCharge>[] volumes = [.. charges.Where(c => c.VolumeId is not null).GroupBy(c => c.VolumeId!.Value)];
        IReadOnlyList<VastVolume> there = volumes.Any(g => g.Any(c => c.End > ChargeSum.DayOf(now)))
            ? await api.GetVolumesAsync(stop).ConfigureAwait(false)
            : [];
        return [.. volumes.Select(g => ChargeSum.Volume([.. g], there.FirstOrDefault(v => v.VolumeId == g.Key), source, now))];
    }

    private static IEnumerable<IGrouping<long, VastCharge>> ByInstance(IReadOnlyList<VastCharge> charges) =>
        charges.Where(c => c.InstanceId is not null).GroupBy(c => c.InstanceId!.Value);

    // Booked by the UTC day, so whole days are asked for.
    private Task<IReadOnlyList<VastCharge>> ChargesAsync(DateTimeOffset from, DateTimeOffset now, CancellationToken stop) =>
        api.GetChargesAsync(ChargeSum.DayOf(from), now.AddDays(1), stop);
}
