using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;
using VastPS.Simulator.Volumes;

namespace VastPS.Simulator.Routes;

/// <summary>What was charged, from the history of the clock: a row for each contract and UTC day.</summary>
internal static class ChargeRoutes
{
    private const int PageSize = 100;
    private const int MaxPageSize = 500;

    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v0/charges", 1, call => Charges(call, "day"), Scope: "billing_read"),
        new("GET", "v1/invoices", 3, call => Charges(call, "when"), Scope: "billing_read"),
    ];

    private static JsonObject Charges(ApiCall call, string timeFilter)
    {
        if (call.Json("select_filters") is not JsonObject filters
            || Day(filters[timeFilter]?["gte"]) is not DateTimeOffset first
            || Day(filters[timeFilter]?["lte"]) is not DateTimeOffset last)
        {
            throw new ApiException(400, "invalid_args", $"Must provide both '{timeFilter}' gte and lte filters for instance charges");
        }

        HashSet<string> types = filters["type"]?["in"] is JsonArray wanted ? [.. wanted.Select(type => Json.Text(type) ?? "")] : [];
        List<JsonObject> rows = [];
        for (DateTimeOffset day = first; day <= last && day <= call.Clock.Now; day = day.AddDays(1))
        {
            rows.AddRange(OfDay(call.State, day, types));
        }

        if (Json.Flag(call.Json("latest_first")))
        {
            rows.Reverse();
        }

        int limit = (int)Math.Clamp(Json.Number(call.Json("limit")) ?? PageSize, 1, MaxPageSize);
        int start = int.TryParse(call.Query["after_token"], NumberStyles.None, CultureInfo.InvariantCulture, out int after) ? after : 0;
        List<JsonObject> page = [.. rows.Skip(start).Take(limit)];
        return new JsonObject
        {
            ["success"] = true,
            ["count"] = page.Count,
            ["total"] = rows.Count,
            ["next_token"] = start + page.Count < rows.Count ? (start + page.Count).ToString(CultureInfo.InvariantCulture) : null,
            ["results"] = new JsonArray([.. page]),
        };
    }

    /// <summary>What each contract cost on a UTC day; the rows of the open day grow until it ends.</summary>
    private static IEnumerable<JsonObject> OfDay(SimState state, DateTimeOffset day, HashSet<string> types)
    {
        DateTimeOffset end = day.AddDays(1) < state.Clock.Now ? day.AddDays(1) : state.Clock.Now;
        if (types.Count == 0 || types.Contains("instance"))
        {
            foreach (SimInstance one in state.Ended.Concat(state.Instances).OrderBy(one => one.Id))
            {
                if (one.Life.Created < end && !(one.Life.Phase == Phase.Gone && one.Life.Since <= day))
                {
                    yield return Row("instance", one.Id, one.Label, day, Items(one, day, end));
                }
            }
        }

        if (types.Count == 0 || types.Contains("volume"))
        {
            foreach (SimVolume one in state.EndedVolumes.Concat(state.Volumes).OrderBy(one => one.Id))
            {
                if (one.Created < end && !(one.Removed <= day))
                {
                    yield return Row("volume", one.Id, one.Name, day, [Item("disk", $"{Figure(one.SizeGB)} GB", one.Cost(day, end), day)]);
                }
            }
        }
    }

    private static JsonObject[] Items(SimInstance instance, DateTimeOffset day, DateTimeOffset end)
    {
        // A day holds the traffic up to its last tick: what comes at midnight belongs to the next.
        InstanceCost cost = instance.Cost(day, end < day.AddDays(1) ? end : end.AddTicks(-1));
        return
        [
            Item("gpu", $"{instance.GpuCount}x {Json.Text(instance.Fields["gpu_name"])} at ${Figure(instance.Life.GpuPrice)}/hour", cost.Gpu, day),
            Item("disk", $"{Figure(instance.DiskGB)} GB", cost.Disk, day),
            Item("bwd", "download", cost.Down, day),
            Item("bwu", "upload", cost.Up, day),
        ];
    }

    private static JsonObject Row(string type, long id, string? label, DateTimeOffset day, JsonObject[] items) => new()
    {
        ["start"] = SimClock.Unix(day),
        ["end"] = SimClock.Unix(day.AddDays(1)),
        ["type"] = type,
        ["source"] = string.Create(CultureInfo.InvariantCulture, $"{type}-{id}"),
        ["description"] = string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(type[0])}{type[1..]} {id} Charges - 1 days"),
        ["amount"] = items.Sum(item => item["amount"]!.GetValue<double>()),
        ["metadata"] = label is null ? [] : new JsonObject { ["label"] = label },
        ["items"] = new JsonArray(items),
    };

    private static JsonObject Item(string type, string description, double amount, DateTimeOffset day) => new()
    {
        ["start"] = SimClock.Unix(day),
        ["end"] = SimClock.Unix(day.AddDays(1)),
        ["type"] = type,
        ["source"] = null,
        ["description"] = description,
        ["amount"] = amount,
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray(),
    };

    private static string Figure(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The midnight before a moment in Unix seconds, or of a day's number since 1970: clients send either.</summary>
    private static DateTimeOffset? Day(JsonNode? node) => Json.Number(node) switch
    {
        null => null,
        double number => DateTimeOffset.UnixEpoch.AddDays(Math.Floor(Math.Clamp(number < 200_000 ? number : number / 86400, 0, 40_000))),
    };
}
