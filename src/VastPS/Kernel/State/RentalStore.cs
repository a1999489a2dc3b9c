using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VastPS.Kernel.State;

/// <summary>What was rented from here: prices at creation, what it was rented for, and what was seen since.</summary>
/// <param name="clock">Tells when something was seen.</param>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
/// <param name="skipped">Hears of lines that were passed over.</param>
internal sealed class RentalStore(TimeProvider clock, string? folder = null, SkippedLines? skipped = null)
{
    private static readonly LineFormat<RentalLine> s_format = new(new LineShape(["Server", "InstanceId"], [], []), line => line.IsSound)
    {
        Options = new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull },
        Fold = RentalLine.Fold,
        IsWhole = line => line.IsWhole,
        Compacted = line => line.Compacted(),
    };

    private static readonly TimeSpan s_listLag = TimeSpan.FromMinutes(5);

    private readonly JsonLines<RentalLine> _lines = new(s_format, () => StateFolder.File("rentals.jsonl", folder), clock, skipped);

    // When an instance was last seen unchanged. Looks that change nothing are not written down.
    private readonly ConcurrentDictionary<(string Server, long InstanceId), DateTimeOffset> _sights = new();

    // What was rented in this runspace, and when.
    private readonly ConcurrentDictionary<(string Server, long InstanceId), DateTimeOffset> _new = new();

    /// <summary>The rentals of one server, in the order of their creation.</summary>
    public IReadOnlyList<Rental> All(string server)
    {
        string prefix = server + "\n";
        return _lines.Read(index => index.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line.ToRental()).ToList());
    }

    /// <summary>Those of some instances that were rented from here, by their ids; the others are not read.</summary>
    public IReadOnlyDictionary<long, Rental> Of(string server, IEnumerable<long> instanceIds) => _lines.Read(
        index => instanceIds.Distinct().Select(id => index.Find(Key(server, id))?.ToRental()).OfType<Rental>()
            .ToDictionary(r => r.InstanceId));

    /// <summary>Those that were rented in this runspace a moment ago: the server's list may lack them for a while.</summary>
    public IReadOnlyList<long> Newest(string server) =>
        [.. _new.Where(n => n.Key.Server == server && clock.GetUtcNow() - n.Value < s_listLag).Select(n => n.Key.InstanceId).Order()];

    /// <summary>StateNotUsable where a rental could not be noted.</summary>
    public Task DemandWritableAsync(CancellationToken stop) => _lines.AppendAsync([], stop);

    /// <summary>Notes a new rental.</summary>
    public Task OpenAsync(string server, Rental rental, CancellationToken stop)
    {
        _new[(server, rental.InstanceId)] = clock.GetUtcNow();
        return AppendAsync(
            [
                new RentalLine(server, rental.InstanceId, RentalEventKind.Created, clock.GetUtcNow())
                {
                    Name = rental.Name,
                    GpuPricePerHour = rental.GpuPricePerHour,
                    DiskPricePerHour = rental.DiskPricePerHour,
                    Deadline = rental.Deadline,
                },
            ],
            stop);
    }

    /// <summary>Notes what a new rental is for, and shows it on the instance.</summary>
    public async Task NotePurposeAsync(string server, VastInstance instance, RentalPurpose purpose, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await AppendAsync(
            [new RentalLine(server, instance.InstanceId, RentalEventKind.Created, now) { For = purpose }], stop).ConfigureAwait(false);
        instance.RentedFor = purpose.View(now);
    }

    /// <summary>
    /// Notes that a rental is gone, and gives it as it is then; null where it is not ours. Nothing is noted where it was gone before.
    /// Where nothing can be written it is gone all the same.
    /// </summary>
    public async Task<Rental?> CloseAsync(string server, long instanceId, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Rental? rental = Of(server, [instanceId]).GetValueOrDefault(instanceId);
        if (rental is null or { IsClosed: true })
        {
            return rental;
        }

        _new.TryRemove((server, instanceId), out _);
        RentalEvent gone = RentalSight.Gone(rental, LastSight(server, instanceId), now);
        await TryAppendAsync([RentalLine.Of(server, instanceId, gone)], stop).ConfigureAwait(false);
        return rental with { Events = [.. rental.Events, gone] };
    }

    /// <summary>
    /// Notes what a look at instances shows of our rentals, and gives each of these what it was rented for and what it has cost so far.
    /// Where nothing can be written the look still counts: reading must not fail for it.
    /// </summary>
    /// <returns>Our rentals as they are now.</returns>
    public async Task<IReadOnlyDictionary<long, Rental>> LookAsync(
        string server, IReadOnlyList<VastInstance> seen, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Dictionary<long, Rental> rentals = seen.Count > 0 ? new(Of(server, seen.Select(i => i.InstanceId))) : [];
        var lines = new List<RentalLine>();
        foreach (VastInstance instance in seen)
        {
            if (!rentals.TryGetValue(instance.InstanceId, out Rental? rental))
            {
                continue;
            }

            DateTimeOffset? lastSight = LastSight(server, instance.InstanceId);
            _sights[(server, instance.InstanceId)] = now;
            if (rental is { Events.Count: 1, Settled: null } && RentalSight.IsPriceNew(rental, instance))
            {
                // Nothing was seen of it yet: this is the price that it was created with.
                rental = rental with
                {
                    GpuPricePerHour = instance.GpuPricePerHour ?? rental.GpuPricePerHour,
                    DiskPricePerHour = instance.DiskPricePerHour ?? rental.DiskPricePerHour,
                };
                lines.Add(new RentalLine(server, rental.InstanceId, RentalEventKind.Created, rental.Events[0].At)
                {
                    GpuPricePerHour = rental.GpuPricePerHour,
                    DiskPricePerHour = rental.DiskPricePerHour,
                });
            }

            IReadOnlyList<RentalEvent> news = RentalSight.News(rental, instance, lastSight, now);
            lines.AddRange(news.Select(e => RentalLine.Of(server, instance.InstanceId, e)));
            rental = rental with { Events = [.. rental.Events, .. news] };
            rentals[instance.InstanceId] = rental;
            instance.CostSoFar = CostLedger.Cost(rental, now).TotalCost;
            instance.RentedFor = rental.For?.View(rental.Events[0].At);
        }

        await TryAppendAsync(lines, stop).ConfigureAwait(false);
        return rentals;
    }

    private DateTimeOffset? LastSight(string server, long instanceId) =>
        _sights.TryGetValue((server, instanceId), out DateTimeOffset at) ? at : null;

    // What was seen is not lost where it cannot be noted: the next look sees it again.
    private async Task TryAppendAsync(IReadOnlyList<RentalLine> lines, CancellationToken stop)
    {
        try
        {
            await (lines.Count > 0 ? AppendAsync(lines, stop) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (VastException e) when (e.Reason == VastReason.StateNotUsable)
        {
        }
    }

    private static string Key(string server, long instanceId) => string.Create(CultureInfo.InvariantCulture, $"{server}\n{instanceId}");

    private Task AppendAsync(IReadOnlyList<RentalLine> lines, CancellationToken stop) => _lines.AppendAsync(lines, stop);
}
