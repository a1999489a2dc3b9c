using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>A search as the client describes it in one flat object: filters by field, and beside them order and limit.</summary>
internal sealed class RowSearch
{
    /// <summary>Listed where the client names no limit.</summary>
    private const int UsualRows = 64;

    /// <summary>The most that somebody without a key gets, as one client reports.</summary>
    private const int RowsWithoutKey = 512;

    private static readonly HashSet<string> s_controls =
        [
            "order", "type", "limit", "allocated_storage", "disable_bundling", "select_cols", "sort_option", "resource_type", "extra_ids",
            "q"
        ];

    private readonly List<(string Field, bool Descending)> _order = [];
    private readonly int _limit;

    /// <exception cref="ApiException">400 for an unknown operator or a filter that is not an object.</exception>
    public RowSearch(JsonObject query)
    {
        foreach ((string field, JsonNode? filter) in query.Where(pair => !s_controls.Contains(pair.Key)))
        {
            Filters[field] = OfferFilter.Fault(field, filter) is string fault
                ? throw new ApiException(400, "invalid_request", fault)
                : (JsonObject)filter!;
        }

        _limit = (int)Math.Clamp(Json.Number(query["limit"]) ?? UsualRows, 0, int.MaxValue);
        foreach (JsonNode? pair in query["order"] as JsonArray ?? [])
        {
            if (pair is not JsonArray { Count: > 0 } column)
            {
                throw new ApiException(400, "invalid_request", "order must be a list of [field, direction]");
            }

            _order.Add((Json.Text(column[0]) ?? "", column.Count > 1 && Json.Text(column[1]) == "desc"));
        }
    }

    public Dictionary<string, JsonObject> Filters { get; } = [];

    /// <summary>The rows that match, in order, as many as are listed.</summary>
    /// <exception cref="ApiException">429 where the rows of this day are used up.</exception>
    public JsonArray Run(IEnumerable<JsonObject> rows, SimState state, bool hasKey)
    {
        List<JsonObject> found = [.. rows.Where(row => Filters.All(filter => Matches(row, filter.Key, filter.Value)))];
        int most = hasKey ? _limit : Math.Min(_limit, RowsWithoutKey);
        if (found.Count > most && state.Faults.IsOn(SimFault.SampledSearch))
        {
            JsonObject[] sample = [.. found];
            Random.Shared.Shuffle(sample);
            found = [.. sample.Take(most)];
        }

        JsonArray listed = new([.. Sort(found).Take(most)]);
        state.CountRows(listed.Count);
        return listed;
    }

    private static bool Matches(JsonObject row, string field, JsonObject filter) => field switch
    {
        // What the caller rents is no column of a row.
        "rented" => true,
        "verified" => OfferFilter.Matches(Json.Text(row["verification"]) == "verified", filter),
        "external" => OfferFilter.Matches(Json.Flag(row["external"]), filter),
        "datacenter" => OfferFilter.Matches(Json.Number(row["hosting_type"]) == 1, filter),
        "driver_version" => OfferFilter.Matches(row["driver_vers"], filter),
        "ubuntu_version" => OfferFilter.Matches(row["os_version"], filter),
        "geolocation" =>
            OfferFilter.Matches(Country(row), filter) || OfferFilter.Matches(row["geolocation"], filter) && !IsNegative(filter),
        _ => OfferFilter.Matches(row[field], filter),
    };

    private static bool IsNegative(JsonObject filter) => filter.ContainsKey("neq") || filter.ContainsKey("notin");

    private static JsonValue? Country(JsonObject row) =>
        Json.Text(row["geolocation"]) is string place ? JsonValue.Create(place.Split(',')[^1].Trim()) : null;

    private IEnumerable<JsonObject> Sort(List<JsonObject> rows)
    {
        Comparer<JsonNode?> up = Comparer<JsonNode?>.Create(OfferFilter.Compare);
        IOrderedEnumerable<JsonObject> sorted = rows.OrderBy(_ => 0);
        foreach ((string field, bool descending) in _order)
        {
            sorted = sorted.ThenBy(row => row[field] is null);
            sorted = descending ? sorted.ThenByDescending(row => row[field], up) : sorted.ThenBy(row => row[field], up);
        }

        return sorted;
    }
}
