using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>A search of offers: which of the market are free, and what they cost as they are asked for.</summary>
internal sealed class OfferSearch
{
    private readonly RowSearch _search;
    private readonly double _diskGB = 8;
    private readonly bool _isBid;
    private readonly bool _wantsMine;

    /// <exception cref="ApiException">400 for an unknown operator or a filter that is not an object.</exception>
    public OfferSearch(JsonObject query)
    {
        _search = new RowSearch(query);

        // Reported of the service: a filter on id does nothing, ask_contract_id works.
        _search.Filters.Remove("id");
        _diskGB = Json.Number(query["allocated_storage"]) ?? _diskGB;
        _isBid = Json.Text(query["type"]) is "bid" or "interruptible";

        // As documented: machines on which the caller rents are left out unless they are asked for.
        _wantsMine = _search.Filters.TryGetValue("rented", out JsonObject? rented) && Json.Flag(rented["eq"], true);
    }

    public JsonArray Run(SimState state, bool hasKey)
    {
        HashSet<long> busy = state.BusyGpus();
        HashSet<long> taken = state.TakenOffers();
        HashSet<long> mine = hasKey && !_wantsMine ? state.MyMachines() : [];
        bool anyRentable = _search.Filters.ContainsKey("rentable");
        JsonArray found = _search.Run(
            state.Catalog.Offers
                .Where(offer => (anyRentable || offer.IsRentable) && !offer.Overlaps(busy) && !taken.Contains(offer.Id))
                .Where(offer => !mine.Contains(offer.MachineId))
                .Select(offer => Row(offer, state)),
            state,
            hasKey);
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

    private JsonObject Row(SimOffer offer, SimState state)
    {
        JsonObject row = Json.Copy(offer.Fields);

        // A bid search prices each row by the bid that would win now.
        OfferPrice.Write(row, _isBid && Json.Number(row["min_bid"]) is double bid ? bid : offer.GpuPrice, _diskGB);
        if (Json.Number(row["end_date"]) is double end)
        {
            row["duration"] = end - state.Clock.UnixSeconds;
        }

        row["is_bid"] = _isBid;
        return row;
    }
}
