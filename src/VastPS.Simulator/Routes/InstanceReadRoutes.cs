using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Routes;

/// <summary>Reading instances.</summary>
internal static class InstanceReadRoutes
{
    private const int PageSize = 25;
    private static readonly HashSet<string> s_computed =
        ["dph_total", "dph_base", "num_gpus", "duration", "ports", "gpu_util", "search", "instance"];

    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v1/instances", 1, Page, Scope: "instance_read"),
        new("GET", "v0/instances", 1, Deprecated, Scope: "instance_read"),
        new("GET", "v0/instances/filters", 1, Filters, Scope: "instance_read"),
        new(
            "GET",
            "v0/instances/count",
            1,
            call => new JsonObject { ["success"] = true, ["count"] = call.State.Instances.Count },
            Scope: "instance_read"),
        new("GET", "v0/instances/*", 2, One, OwnKey: true, Scope: "instance_read"),
    ];

    /// <summary>The list without pages, which the service has given up.</summary>
    private static JsonObject Deprecated(ApiCall call) => throw new ApiException(
        410, "deprecated_endpoint", "This endpoint has been deprecated. Please use /api/v1/instances/ instead.");

    /// <summary>One object, or null, under a plural name: as the service does.</summary>
    private static JsonObject One(ApiCall call) =>
        new() { ["instances"] = call.State.Find(call.Id()) is { } found ? InstanceRow.Write(found, call.State) : null };

    private static JsonObject Filters(ApiCall call) => new()
    {
        ["filters"] = new JsonArray([.. Rows(call)
            .Select(
                row => (Status: Json.Text(row["actual_status"]), Verified: Json.Text(row["verification"]), Gpu: Json.Text(row["gpu_name"])))
            .Distinct()
            .Select(one => new JsonObject { ["actual_status"] = one.Status, ["verification"] = one.Verified, ["gpu_name"] = one.Gpu })]),
    };

    private static JsonObject Page(ApiCall call)
    {
        List<JsonObject> all = Rows(call);
        List<JsonObject> found = Sorted(call, [.. all.Where(Filter(call))]);
        int from = Start(call, found);
        int limit = Limit(call);
        List<JsonObject> page = [.. found.Skip(from).Take(limit)];
        JsonObject labels = [];
        foreach (IGrouping<string, JsonObject> group in all.GroupBy(row => Json.Text(row["label"]) ?? ""))
        {
            labels[group.Key] = group.Count();
        }

        return new JsonObject
        {
            ["success"] = true,
            ["instances_found"] = found.Count,
            ["total_instances"] = all.Count,
            ["label_counts"] = labels,
            ["next_token"] = from + page.Count < found.Count ? Token(page[^1], from + page.Count) : null,
            ["instances"] = new JsonArray([.. page.Select(row => Columns(call, row))]),
        };
    }

    private static List<JsonObject> Rows(ApiCall call)
    {
        if (call.State.Faults.Use(SimFault.ListForgets))
        {
            return [];
        }

        TimeSpan hidden = call.State.Faults.IsOn(SimFault.ListLacksNew)
            ? TimeSpan.FromSeconds(call.State.Faults.Number(SimFault.ListLacksNew, 5))
            : TimeSpan.Zero;
        return [.. call.State.Instances.Where(one => call.Clock.Now - one.Life.Created >= hidden)
            .Select(one => InstanceRow.Write(one, call.State))];
    }

    private static int Limit(ApiCall call)
    {
        double? asked = Json.Number(call.Json("limit"));
        return asked switch
        {
            null => PageSize,
            <= 0 => 5,
            > PageSize => throw new ApiException(400, "invalid_request", $"limit must be 1 to {PageSize}"),
            _ => (int)asked,
        };
    }

    private static Func<JsonObject, bool> Filter(ApiCall call)
    {
        if (call.Json("select_filters") is not JsonObject filters)
        {
            return _ => true;
        }

        foreach ((string column, JsonNode? filter) in filters)
        {
            string? fault = s_computed.Contains(column) ? $"{column} cannot be filtered" : OfferFilter.Fault(column, filter);
            if (fault is not null)
            {
                throw new ApiException(400, "invalid_request", fault);
            }
        }

        return row => filters.All(pair => OfferFilter.Matches(row[pair.Key], (JsonObject)pair.Value!));
    }

    private static List<JsonObject> Sorted(ApiCall call, List<JsonObject> rows)
    {
        Comparer<JsonNode?> up = Comparer<JsonNode?>.Create(OfferFilter.Compare);
        IOrderedEnumerable<JsonObject> sorted = rows.OrderBy(_ => 0);
        foreach (JsonNode? order in call.Json("order_by") as JsonArray ?? [])
        {
            string column = Json.Text(order?["col"]) ?? throw new ApiException(400, "invalid_request", "order_by needs col");
            sorted = Json.Text(order?["dir"]) == "desc"
                ? sorted.ThenByDescending(row => row[column], up)
                : sorted.ThenBy(row => row[column], up);
        }

        return [.. sorted.ThenBy(row => row["id"], up)];
    }

    /// <summary>A token names the last row sent, and its place for the case that the row is gone by now.</summary>
    private static string Token(JsonObject last, int place) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Json.Number(last["id"])}:{place}")));

    private static int Start(ApiCall call, List<JsonObject> rows)
    {
        if (call.Query["after_token"] is not { Length: > 0 } token || token == "null")
        {
            return 0;
        }

        byte[] bytes = new byte[token.Length];
        string[] parts = Convert.TryFromBase64String(token.Trim('"'), bytes, out int written)
            ? Encoding.ASCII.GetString(bytes, 0, written).Split(':')
            : [];
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int place))
        {
            throw new ApiException(400, "invalid_token", "after_token is not a token");
        }

        int index = rows.FindIndex(row => (long)Json.Number(row["id"])! == id);
        return index >= 0 ? index + 1 : place;
    }

    private static JsonObject Columns(ApiCall call, JsonObject row)
    {
        if (call.Json("select_cols") is not JsonArray columns || columns.Any(column => Json.Text(column) == "*"))
        {
            return row;
        }

        JsonObject chosen = [];
        foreach (string column in columns.Select(column => Json.Text(column) ?? ""))
        {
            chosen[column] = row[column]?.DeepClone();
        }

        return chosen;
    }
}
