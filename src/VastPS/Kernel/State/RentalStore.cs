using System.Collections.Concurrent;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>
/// What was rented from here: prices at creation and what was seen since, a JSON object per line in the state folder.
/// Lines that are torn or not ours are skipped when reading and kept when writing.
/// </summary>
/// <param name="clock">Tells when something was seen.</param>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
internal sealed class RentalStore(TimeProvider clock, string? folder = null)
{
    // When an instance was last seen unchanged. Looks that change nothing are not written down.
    private readonly ConcurrentDictionary<(string Server, long InstanceId), DateTimeOffset> _sights = new();

    // Read anew at every use: the simulator moves the state folder of a running process.
    private string Location => Path.Combine(folder ?? StateFolder.Locate(), "rentals.jsonl");

    /// <summary>The rentals of one server, in the order of their creation.</summary>
    public IReadOnlyList<Rental> All(string server)
    {
        var rentals = new Dictionary<long, Rental>();
        foreach (Line line in StateLines.Read<Line>(Location, StateFolder.Read(Location), null, IsSound).Where(l => l.Server == server))
        {
            var seen =
                new RentalEvent(line.Kind, line.At) { GpuPricePerHour = line.GpuPricePerHour, DiskPricePerHour = line.DiskPricePerHour };
            Rental? known = rentals.GetValueOrDefault(line.InstanceId);
            if (known is not null && line.Kind == RentalEventKind.Created)
            {
                // The price that the server really took at the creation.
                rentals[line.InstanceId] = known with
                {
                    GpuPricePerHour = line.GpuPricePerHour ?? known.GpuPricePerHour,
                    DiskPricePerHour = line.DiskPricePerHour ?? known.DiskPricePerHour,
                };
            }
            else if (known is not null)
            {
                rentals[line.InstanceId] = known with { Events = [.. known.Events, seen] };
            }
            else if (line.Kind == RentalEventKind.Created)
            {
                rentals[line.InstanceId] = new Rental(
                    line.InstanceId,
                    line.Name ?? "",
                    line.GpuPricePerHour ?? 0,
                    line.DiskPricePerHour ?? 0,
                    line.Deadline,
                    [new RentalEvent(line.Kind, line.At)]);
            }
        }

        return [.. rentals.Values];
    }

    /// <summary>StateNotUsable where a rental could not be noted.</summary>
    public Task DemandWritableAsync(CancellationToken stop) => UpdateAsync(text => text ?? "", stop);

    /// <summary>Notes a new rental.</summary>
    public Task OpenAsync(string server, Rental rental, CancellationToken stop) => AppendAsync(
        new Line(server, rental.InstanceId, RentalEventKind.Created, clock.GetUtcNow())
        {
            Name = rental.Name,
            GpuPricePerHour = rental.GpuPricePerHour,
            DiskPricePerHour = rental.DiskPricePerHour,
            Deadline = rental.Deadline,
        },
        stop);

    /// <summary>Notes what was seen of a rental; nothing where it is not ours or was seen so before.</summary>
    public async Task SeeAsync(string server, long instanceId, RentalEventKind kind, CancellationToken stop)
    {
        Rental? known = All(server).FirstOrDefault(r => r.InstanceId == instanceId);
        if (known is not null && known.Events[^1].Kind != kind)
        {
            await AppendAsync(new Line(server, instanceId, kind, clock.GetUtcNow()), stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Notes what a look at instances shows of our rentals, and gives each of these what it has cost so far.
    /// Where the book cannot be written the look still counts: reading must not fail for it.
    /// </summary>
    public async Task LookAsync(string server, IReadOnlyList<VastInstance> seen, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Dictionary<long, Rental> rentals = seen.Count > 0 ? All(server).ToDictionary(r => r.InstanceId) : [];
        var lines = new List<Line>();
        foreach (VastInstance instance in seen)
        {
            if (!rentals.TryGetValue(instance.InstanceId, out Rental? rental))
            {
                continue;
            }

            DateTimeOffset? lastSight = _sights.TryGetValue((server, instance.InstanceId), out DateTimeOffset at) ? at : null;
            _sights[(server, instance.InstanceId)] = now;
            if (rental.Events.Count == 1 && RentalSight.IsPriceNew(rental, instance))
            {
                // Nothing was seen of it yet: this is the price that it was created with.
                rental = rental with
                {
                    GpuPricePerHour = instance.GpuPricePerHour ?? rental.GpuPricePerHour,
                    DiskPricePerHour = instance.DiskPricePerHour ?? rental.DiskPricePerHour,
                };
                lines.Add(new Line(server, rental.InstanceId, RentalEventKind.Created, rental.Events[0].At)
                {
                    GpuPricePerHour = rental.GpuPricePerHour,
                    DiskPricePerHour = rental.DiskPricePerHour,
                });
            }

            IReadOnlyList<RentalEvent> news = RentalSight.News(rental, instance, lastSight, now);
            lines.AddRange(news.Select(e => new Line(server, rental.InstanceId, e.Kind, e.At)
            {
                GpuPricePerHour = e.GpuPricePerHour,
                DiskPricePerHour = e.DiskPricePerHour,
            }));
            instance.CostSoFar = CostLedger.Cost(rental with { Events = [.. rental.Events, .. news] }, now).TotalCost;
        }

        try
        {
            await (lines.Count > 0 ? AppendAsync(lines, stop) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (VastException e) when (e.Reason == VastReason.StateNotUsable)
        {
        }
    }

    private Task AppendAsync(Line line, CancellationToken stop) => AppendAsync([line], stop);

    private Task AppendAsync(IReadOnlyList<Line> lines, CancellationToken stop) =>
        UpdateAsync(text => lines.Aggregate(text ?? "", (before, line) => StateLines.Append(before, line)), stop);

    private Task UpdateAsync(Func<string?, string> change, CancellationToken stop)
    {
        string path = Location;
        return StateFolder.GuardAsync(path, () => AtomicFile.UpdateAsync(path, change, clock, stop));
    }

    private static bool IsSound(Line line) =>
        StateLines.IsText(line.Server) && line.InstanceId > 0 && Enum.IsDefined(line.Kind) && StateLines.IsTime(line.At)
        && StateLines.IsTime(line.Deadline) && StateLines.IsMoney(line.GpuPricePerHour) && StateLines.IsMoney(line.DiskPricePerHour);

    private sealed record Line(
        string Server,
        long InstanceId,
        [property: System.Text.Json.Serialization.JsonConverter(
            typeof(System.Text.Json.Serialization.JsonStringEnumConverter))] RentalEventKind Kind,
        DateTimeOffset At)
    {
        public string? Name { get; init; }

        public decimal? GpuPricePerHour { get; init; }

        public decimal? DiskPricePerHour { get; init; }

        public DateTimeOffset? Deadline { get; init; }
    }
}
