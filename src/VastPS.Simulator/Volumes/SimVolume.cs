using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Volumes;

/// <summary>One rented volume: disk of one machine that outlives the instances that use it.</summary>
internal sealed class SimVolume
{
    private readonly List<(DateTimeOffset From, bool IsBilled)> _spans = [];

    public SimVolume(DateTimeOffset created)
    {
        Created = created;
        _spans.Add((created, true));
    }

    public required long Id { get; init; }

    /// <summary>The volume offer that it was rented from.</summary>
    public required long OfferId { get; init; }

    /// <summary>The machine's columns, as the volume offer has them.</summary>
    public required JsonObject Machine { get; init; }

    public required double SizeGB { get; init; }

    public string? Name { get; init; }

    public DateTimeOffset Created { get; }

    public DateTimeOffset? Removed { get; private set; }

    public long MachineId => (long)(Json.Number(Machine["machine_id"]) ?? 0);

    /// <summary>USD an hour.</summary>
    public double Price => OfferPrice.Disk(SizeGB, Json.Number(Machine["storage_cost"]) ?? 0);

    public void Remove(DateTimeOffset now)
    {
        Removed = now;
        _spans.Add((now, false));
    }

    /// <summary>A volume is not billed while its machine is lost.</summary>
    public void SetOffline(bool isOffline, DateTimeOffset at)
    {
        if (Removed is null && _spans[^1].IsBilled == isOffline)
        {
            _spans.Add((at < _spans[^1].From ? _spans[^1].From : at, !isOffline));
        }
    }

    /// <summary>USD between two moments.</summary>
    public double Cost(DateTimeOffset from, DateTimeOffset to)
    {
        double hours = 0;
        for (int i = 0; i < _spans.Count; i++)
        {
            DateTimeOffset start = _spans[i].From > from ? _spans[i].From : from;
            DateTimeOffset end = i + 1 < _spans.Count && _spans[i + 1].From < to ? _spans[i + 1].From : to;
            hours += _spans[i].IsBilled && end > start ? (end - start).TotalHours : 0;
        }

        return hours * Price;
    }
}
