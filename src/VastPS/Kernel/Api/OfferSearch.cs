using System.Globalization;

namespace VastPS.Kernel.Api;

/// <summary>An offer search as the server understands it.</summary>
internal sealed class OfferSearch(OfferFilters filters)
{
    /// <summary>Disk in the price where nobody asks for another: what the official client gives a new instance.</summary>
    public const double UsualDiskGB = 10;

    /// <summary>Offers that are listed where nobody asks for another number.</summary>
    public const int UsualLimit = 256;

    public VastOfferType Type { get; init; }

    public double DiskGB { get; init; } = UsualDiskGB;

    public IReadOnlyList<(string Field, bool Descending)> Order { get; init; } = [("score", true)];

    /// <summary>
    /// The most that the server is asked for. It is always sent: without one the server lists 64, and of more it may list any 64.
    /// </summary>
    public int Limit { get; init; } = UsualLimit;

    /// <summary>Offers that cannot be rented too. The server has a filter of its own against them.</summary>
    public bool WantsUnrentable { get; init; }

    /// <summary>Fields that the server is not known to have.</summary>
    public IReadOnlyList<string> UnknownFields { get; init; } = [];

    public OfferFilters Filters { get; } = filters;

    /// <summary>A search for certain offers, verified or not, that finds each only while it can be rented.</summary>
    /// <param name="offerIds">The offers.</param>
    /// <param name="diskGB">Disk in the price.</param>
    /// <param name="type">On demand or by bid.</param>
    /// <param name="onOwnMachines">Also those on machines where the account rents already, which the server leaves out by itself.</param>
    public static OfferSearch ForOffers(IReadOnlyList<long> offerIds, double diskGB, VastOfferType type, bool onOwnMachines)
    {
        var filters = new OfferFilters();
        if (onOwnMachines)
        {
            filters.Set("rented", "eq", true, OfferOptions.Default);
        }

        filters.Set(
            "ask_contract_id", offerIds.Count == 1 ? "eq" : "in", offerIds.Count == 1 ? offerIds[0] : offerIds, OfferOptions.Default);
        return new OfferSearch(filters) { DiskGB = diskGB, Type = type, Limit = offerIds.Count };
    }

    /// <summary>The same without the filter on one field and with a limit of its own, to count what that filter hides.</summary>
    public OfferSearch Without(string? field, int limit)
    {
        var fewer = new OfferFilters();
        foreach (string kept in Filters.Fields.Where(f => f != field))
        {
            foreach ((string operation, object? value) in Filters.Of(kept))
            {
                fewer.Set(kept, operation, value, OfferOptions.Default);
            }
        }

        return new OfferSearch(fewer)
        {
            Type = Type,
            DiskGB = DiskGB,
            Order = Order,
            Limit = limit,

            // Without a filter on it the server still hides what cannot be rented.
            WantsUnrentable = WantsUnrentable || field == "rentable",
        };
    }

    /// <summary>The bodies to send, one after the other: the server cannot be asked for rentable and other offers at once.</summary>
    public IEnumerable<IReadOnlyDictionary<string, object?>> Bodies()
    {
        if (!WantsUnrentable)
        {
            yield return Body(null);
            yield break;
        }

        yield return Body(true);
        yield return Body(false);
    }

    /// <summary>What the bodies brought, each offer once, in order, cut to the limit.</summary>
    public IReadOnlyList<VastOffer> Arrange(IReadOnlyList<VastOffer> found)
    {
        IEnumerable<VastOffer> once = found.DistinctBy(o => o.OfferId);
        if (WantsUnrentable)
        {
            IOrderedEnumerable<VastOffer> sorted = once.OrderBy(_ => 0);
            foreach ((string field, bool descending) in Order)
            {
                sorted = descending ? sorted.ThenByDescending(o => Key(o, field), s_byValue) : sorted.ThenBy(o => Key(o, field), s_byValue);
            }

            once = sorted;
        }

        return [.. once.Take(Limit)];
    }

    /// <summary>A field's filter in words, in the server's units.</summary>
    public string Describe(string field) => string.Join(" and ", Filters.Of(field).Select(f => $"{field} {Sign(f.Key)} {Shown(f.Value)}"));

    private static readonly Comparer<object?> s_byValue = Comparer<object?>.Create((a, b) => (a, b) switch
    {
        (IConvertible x and not string, IConvertible y and not string) =>
            Convert.ToDouble(x, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(y, CultureInfo.InvariantCulture)),
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        _ => string.CompareOrdinal(a.ToString(), b.ToString()),
    });

    private Dictionary<string, object?> Body(bool? rentable)
    {
        Dictionary<string, object?> body = Filters.Fields.ToDictionary(f => f, f => (object?)Filters.Of(f));
        if (rentable is { } wanted)
        {
            body["rentable"] = new Dictionary<string, object?> { ["eq"] = wanted };
        }

        body["order"] = Order.Select(o => new[] { o.Field, o.Descending ? "desc" : "asc" }).ToArray();
        body["type"] = Type switch
        {
            VastOfferType.Interruptible => "bid",
            VastOfferType.Reserved => "reserved",
            _ => "on-demand",
        };
        body["allocated_storage"] = DiskGB;
        body["limit"] = Limit;
        return body;
    }

    private static object? Key(VastOffer offer, string field) => offer.Raw.GetValueOrDefault(field);

    private static string Sign(string operation) => operation switch
    {
        "eq" => "=",
        "neq" => "!=",
        "gt" => ">",
        "gte" => ">=",
        "lt" => "<",
        "lte" => "<=",
        _ => operation,
    };

    private static string Shown(object? value) => value switch
    {
        null => "null",
        object?[] list => $"[{string.Join(", ", list.Select(Shown))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => value.ToString()!,
    };
}
