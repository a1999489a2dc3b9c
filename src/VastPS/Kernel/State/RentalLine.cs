using System.Text.Json.Serialization;

namespace VastPS.Kernel.State;

/// <summary>
/// A line about a rental: an event, or, with the kind History, all that was noted of it. A version that knows no histories passes over
/// such a line and keeps it: as a mere creation it would count the GPU from then on.
/// </summary>
internal sealed record RentalLine(string Server, long InstanceId, RentalEventKind Kind, DateTimeOffset At)
{
    // What is settled when the file is written anew: all but the newest.
    private const int MostEvents = 20;
    private const int NewestEvents = 10;

    public string? Name { get; init; }

    public decimal? GpuPricePerHour { get; init; }

    public decimal? DiskPricePerHour { get; init; }

    /// <inheritdoc cref="RentalEvent.GpuDoubt"/>
    public decimal? GpuDoubt { get; init; }

    /// <inheritdoc cref="RentalEvent.DiskDoubt"/>
    public decimal? DiskDoubt { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What it was rented for; null in lines that say nothing about it.</summary>
    public RentalPurpose? For { get; init; }

    /// <summary>The history so far, its creation the first; written only in a line of the kind History.</summary>
    public List<RentalEvent>? Events { get; init; }

    /// <summary>What earlier events have cost; null where all are in Events.</summary>
    public SettledCost? Settled { get; init; }

    /// <summary>True where it needs no line before it.</summary>
    [JsonIgnore]
    public bool IsWhole => Kind == RentalEventKind.History;

    [JsonIgnore]
    public bool IsSound =>
        StateLines.IsText(Server) && InstanceId > 0 && Enum.IsDefined(Kind) && StateLines.IsTime(At)
        && StateLines.IsTime(Deadline) && StateLines.IsMoney(GpuPricePerHour) && StateLines.IsMoney(DiskPricePerHour)
        && StateLines.IsMoney(GpuDoubt) && StateLines.IsMoney(DiskDoubt)
        && For is null or { Workload: not null, Estimate: not null }
        && Settled is null or { IsSound: true }
        && (IsWhole ? Events is [{ Kind: RentalEventKind.Created }, ..] && Events.All(e => e is { IsSound: true }) : Events is null);

    /// <summary>The line of one event.</summary>
    public static RentalLine Of(string server, long instanceId, RentalEvent seen) => new(server, instanceId, seen.Kind, seen.At)
    {
        GpuPricePerHour = seen.GpuPricePerHour,
        DiskPricePerHour = seen.DiskPricePerHour,
        GpuDoubt = seen.GpuDoubt,
        DiskDoubt = seen.DiskDoubt,
    };

    /// <summary>The history with one more line; null where its creation is not known.</summary>
    public static RentalLine? Fold(RentalLine? known, RentalLine line)
    {
        if (line.IsWhole)
        {
            return line;
        }

        var seen = new RentalEvent(line.Kind, line.At)
        {
            GpuPricePerHour = line.GpuPricePerHour,
            DiskPricePerHour = line.DiskPricePerHour,
            GpuDoubt = line.GpuDoubt,
            DiskDoubt = line.DiskDoubt,
        };
        if (known is null)
        {
            return line.Kind == RentalEventKind.Created
                ? line with { Kind = RentalEventKind.History, Events = [new RentalEvent(line.Kind, line.At)] }
                : null;
        }

        if (line.Kind == RentalEventKind.Created)
        {
            // The price that the server really took at the creation, or what it was rented for.
            return known with
            {
                GpuPricePerHour = line.GpuPricePerHour ?? known.GpuPricePerHour,
                DiskPricePerHour = line.DiskPricePerHour ?? known.DiskPricePerHour,
                For = line.For ?? known.For,
            };
        }

        known.Events!.Add(seen);
        return known;
    }

    /// <summary>The history with its older part as one sum.</summary>
    public RentalLine Compacted() => Events!.Count <= MostEvents
        ? this
        : this with
        {
            Events = [Events[0], .. Events[^NewestEvents..]],
            Settled = CostLedger.Settle(ToRental() with { Events = [.. Events[..^NewestEvents]] }),
        };

    public Rental ToRental() =>
        new(InstanceId, Name ?? "", GpuPricePerHour ?? 0, DiskPricePerHour ?? 0, Deadline, [.. Events ?? []])
        {
            For = For,
            Settled = Settled,
        };
}
