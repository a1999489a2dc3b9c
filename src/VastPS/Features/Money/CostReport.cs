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
    /// A rental that is gone is closed now, and that is noted.
    /// </summary>
    /// <param name="instanceIds">Those that are asked about; none for all.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<IReadOnlyList<VastCost>> ComputedAsync(IReadOnlyList<long> instanceIds, CancellationToken stop)
    {
        List<VastInstance> live = [.. (await api.GetInstancesAsync(stop).ConfigureAwait(false))
            .Where(i => instanceIds.Count == 0 || instanceIds.Contains(i.InstanceId))];
        HashSet<long> listed = [.. live.Select(i => i.InstanceId)];
        foreach (Rental rental in Noted(instanceIds).Where(r => !r.IsClosed && !listed.Contains(r.InstanceId)))
        {
            // Missing in one list is not gone yet: only the look by its id tells.
            if (await api.FindInstanceAsync(rental.InstanceId, stop).ConfigureAwait(false) is { } hidden)
            {
                live.Add(hidden);
            }
            else
            {
                await rentals.SeeAsync(api.Server, rental.InstanceId, RentalEventKind.Removed, stop).ConfigureAwait(false);
            }
        }

        await rentals.LookAsync(api.Server, live, stop).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<Rental> all = Noted(instanceIds);

        // The label has the deadline that holds: Set-VastRun moves it there.
        Dictionary<long, DateTimeOffset?> deadlines = live.DistinctBy(i => i.InstanceId).ToDictionary(i => i.InstanceId, i => i.Deadline);
        List<VastCost> costs =
            [.. all.Select(r => CostLedger.Cost(r with { Deadline = deadlines.GetValueOrDefault(r.InstanceId) ?? r.Deadline }, now))];
        HashSet<long> ours = [.. all.Select(r => r.InstanceId)];
        costs.AddRange(live.Where(i => !ours.Contains(i.InstanceId)).Select(i => Shown(i, now)));
        return [.. costs.OrderBy(c => c.From)];
    }

    /// <summary>Charged costs: what the server's charges list says, per instance.</summary>
    public async Task<IReadOnlyList<VastCost>> ChargedAsync(IReadOnlyList<long> instanceIds, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<VastCost> computed = await ComputedAsync(instanceIds, stop).ConfigureAwait(false);
        Dictionary<long, VastCost> known = computed.ToDictionary(c => c.InstanceId);
        DateTimeOffset from = computed.Select(c => c.From).Where(f => f is not null).Min() ?? now;
        IReadOnlyList<VastCharge> charges =
            await api.GetChargesAsync(Earlier(from, now - s_chargesBack), now.AddDays(1), stop).ConfigureAwait(false);
        return [.. charges.Where(c => c.InstanceId is not null).GroupBy(c => c.InstanceId!.Value)
            .Select(g => Charged(g.Key, [.. g], known.GetValueOrDefault(g.Key)))
            .OrderBy(c => c.From)];
    }

    private IReadOnlyList<Rental> Noted(IReadOnlyList<long> instanceIds) =>
        instanceIds.Count == 0 ? rentals.All(api.Server) : [.. rentals.Of(api.Server, instanceIds).Values];

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    // Nothing was noted of these: what runs or is stopped is counted as if it had run since its creation.
    private static VastCost Shown(VastInstance instance, DateTimeOffset now)
    {
        var created = new Rental(
            instance.InstanceId,
            instance.Name,
            instance.GpuPricePerHour ?? 0,
            instance.DiskPricePerHour ?? 0,
            instance.Deadline,
            [new RentalEvent(RentalEventKind.Created, instance.CreatedAt ?? now)]);
        return CostLedger.Cost(created with { Events = [.. created.Events, .. RentalSight.News(created, instance, null, now)] }, now);
    }

    private static VastCost Charged(long instanceId, VastCharge[] charges, VastCost? known)
    {
        decimal traffic = charges.Sum(c => (c.DownCost ?? 0) + (c.UpCost ?? 0));
        decimal disk = charges.Sum(c => c.DiskCost ?? 0);
        return new VastCost
        {
            InstanceId = instanceId,
            Name = known?.Name ?? "",
            Source = VastCostSource.Charged,
            From = charges.Min(c => c.Start),
            Until = charges.Max(c => c.End),
            IsClosed = known?.IsClosed ?? true,
            // What the list does not split is counted with the GPU, so that the total is what was charged.
            GpuCost = charges.Sum(c => c.TotalCost) - disk - traffic,
            DiskCost = disk,
            TrafficCost = traffic,
            BurnPerHour = known?.BurnPerHour ?? 0,
            Deadline = known?.Deadline,
            CostAtDeadline = known is { CostAtDeadline: { } end } ? charges.Sum(c => c.TotalCost) + end - known.TotalCost : null,
        };
    }
}
