using System.Text.Json;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>
/// What was rented from here: prices at creation and what was seen since, a JSON object per line in the state folder.
/// Lines that are torn or not ours are skipped when reading and kept when writing.
/// </summary>
internal sealed class RentalBook(TimeProvider clock)
{
    // Read anew at every use: the simulator moves the state folder of a running process.
    private static string Location => Path.Combine(StateFolder.Locate(), "rentals.jsonl");

    /// <summary>The rentals of one server, in the order of their creation.</summary>
    public static IReadOnlyList<Rental> All(string server)
    {
        var rentals = new Dictionary<long, Rental>();
        foreach (Line line in Lines(StateFolder.Read(Location)).Where(l => l.Server == server))
        {
            var seen = new RentalEvent(line.Kind, line.At);
            if (rentals.TryGetValue(line.InstanceId, out Rental? known))
            {
                rentals[line.InstanceId] = known with { Events = [.. known.Events, seen] };
            }
            else if (line.Kind == RentalEventKind.Created)
            {
                rentals[line.InstanceId] = new Rental(line.InstanceId, line.Name ?? "", line.GpuPricePerHour ?? 0, line.DiskPricePerHour ?? 0, line.Deadline, [seen]);
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

    private Task AppendAsync(Line line, CancellationToken stop) => UpdateAsync(
        text => (text is null || text.Length == 0 || text.EndsWith('\n') ? text : text + "\n") + JsonSerializer.Serialize(line) + "\n", stop);

    private Task UpdateAsync(Func<string?, string> change, CancellationToken stop)
    {
        string path = Location;
        return StateFolder.GuardAsync(path, () => AtomicFile.UpdateAsync(path, change, clock, stop));
    }

    private static IEnumerable<Line> Lines(string? text)
    {
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line) is { } read)
            {
                yield return read;
            }
        }
    }

    private static Line? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line) is { Server: not null } read && Enum.IsDefined(read.Kind) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(
        string Server,
        long InstanceId,
        [property: System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter))] RentalEventKind Kind,
        DateTimeOffset At)
    {
        public string? Name { get; init; }

        public decimal? GpuPricePerHour { get; init; }

        public decimal? DiskPricePerHour { get; init; }

        public DateTimeOffset? Deadline { get; init; }
    }
}
