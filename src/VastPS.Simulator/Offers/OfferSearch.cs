using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>A search of offers as the client describes it in one flat object.</summary>
internal sealed class OfferSearch
{
    private const int RowsWithoutKey = 64;
    private static readonly HashSet<string> s_controls =
        [
            "order", "type", "limit", "allocated_storage", "disable_bundling", "select_cols", "sort_option", "resource_type", "extra_ids",
            "q"
        ];

    private readonly Dictionary<string, JsonObject> _filters = [];
    private readonly List<(string Field, bool Descending)> _order = [];
    private readonly int? _limit;
    private readonly double _diskGB = 8;
    private readonly bool _isBid;

    /// <exception cref="ApiException">400 for an unknown operator or a filter that is not an object.</exception>
    public OfferSearch(JsonObject query)
    {
        foreach ((string field, JsonNode? filter) in query)
        {
            if (s_controls.Contains(field))
            {
                continue;
            }

            if (OfferFilter.Fault(field, filter) is string fault)
            {
                throw new ApiException(400, "invalid_request", fault);
            }

            _filters[field] = (JsonObject)filter!;
        }

        _limit = (int?)Json.Number(query["limit"]);
        _diskGB = Json.Number(query["allocated_storage"]) ?? _diskGB;
        _isBid = Json.Text(query["type"]) is "bid" or "interruptible";
        foreach (JsonNode? pair in query["order"] as JsonArray ?? [])
        {
            if (pair is not JsonArray { Count: > 0 } column)
            {
                throw new ApiException(400, "invalid_request", "order must be a list of [field, direction]");
            }

            _order.Add((Json.Text(column[0]) ?? "", column.Count > 1 && Json.Text(column[1]) == "desc"));
        }
    }

    public JsonArray Run(SimState state, bool hasKey)
    {
        HashSet<long> busy = state.BusyGpus();
        HashSet<long> taken = state.TakenOffers();
        HashSet<long> mine = state.MyMachines();
        List<JsonObject> rows = [];
        foreach (SimOffer offer in state.Catalog.Offers)
        {
            if (offer.Overlaps(busy) || taken.Contains(offer.Id))
            {
                continue;
            }

            JsonObject row = Json.Copy(offer.Fields);
            OfferPrice.Write(row, offer.GpuPrice, _diskGB);
            if (Json.Number(row["end_date"]) is double end)
            {
                row["duration"] = end - state.Clock.UnixSeconds;
            }

            row["is_bid"] = _isBid;
            if (Matches(row, offer, mine))
            {
                rows.Add(row);
            }
        }

        IEnumerable<JsonObject> sorted = Sort(rows);
        if (_limit is int limit and >= 0)
        {
            sorted = sorted.Take(limit);
        }

        if (!hasKey)
        {
            sorted = sorted.Take(RowsWithoutKey);
        }

        JsonArray found = new([.. sorted]);
        if (state.Faults.IsOn(SimFault.NanNumbers))
        {
            foreach (JsonObject row in found.OfType<JsonObject>().Where((_, i) => i % 3 == 0))
            {
                row["dlperf"] = Json.NaN;
                row["dlperf_per_dphtotal"] = Json.NaN;
                row["pcie_bw"] = Json.NaN;
            }
        }

        return found;
    }

    private bool Matches(JsonObject row, SimOffer offer, HashSet<long> mine)
    {
        if (!_filters.ContainsKey("rentable") && !offer.IsRentable)
        {
            return false;
        }

        foreach ((string field, JsonObject filter) in _filters)
        {
            bool holds = field switch
            {
                // Reported of the service: a filter on id does nothing, ask_contract_id works.
                "id" => true,
                "rented" => !Json.Flag(filter["eq"], true) ? !mine.Contains(offer.MachineId) : true,
                "verified" => OfferFilter.Matches(Json.Text(row["verification"]) == "verified", filter),
                "external" => OfferFilter.Matches(Json.Flag(row["external"]), filter),
                "datacenter" => OfferFilter.Matches(Json.Number(row["hosting_type"]) == 1, filter),
                "driver_version" => OfferFilter.Matches(row["driver_vers"], filter),
                "ubuntu_version" => OfferFilter.Matches(row["os_version"], filter),
                "geolocation" =>
                    OfferFilter.Matches(Country(row), filter) || OfferFilter.Matches(row["geolocation"], filter) && !IsNegative(filter),
                _ => OfferFilter.Matches(row[field], filter),
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNegative(JsonObject filter) => filter.ContainsKey("neq") || filter.ContainsKey("notin");

    private static JsonValue? Country(JsonObject row) =>
        Json.Text(row["geolocation"]) is string place ? JsonValue.Create(place.Split(',')[^1].Trim()) : null;

    private IEnumerable<JsonObject> Sort(List<JsonObject> rows)
    {
        if (_order.Count == 0)
        {
            return rows;
        }

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
