using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Routes;

/// <summary>What was charged, from the history of the clock.</summary>
internal static class ChargeRoutes
{
    private const int PageSize = 100;
    private const int MaxPageSize = 500;

    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v0/charges", 1, call => Charges(call, "day")),
        new("GET", "v1/invoices", 3, call => Charges(call, "when")),
    ];

    private static JsonObject Charges(ApiCall call, string timeFilter)
    {
        if (call.Json("select_filters") is not JsonObject filters || filters[timeFilter] is not JsonObject day)
        {
            throw new ApiException(400, "invalid_args", $"select_filters needs {timeFilter}");
        }

        DateTimeOffset from = Time(day["gte"], DateTimeOffset.UnixEpoch);
        DateTimeOffset to = Time(day["lte"], call.Clock.Now);
        to = to > call.Clock.Now ? call.Clock.Now : to;
        bool wanted = filters["type"]?["in"] is not JsonArray types || types.Any(type => Json.Text(type) == "instance");
        List<JsonObject> rows = wanted
            ? [.. call.State.Ended.Concat(call.State.Instances)
                .OrderBy(one => one.Id).Select(one => Row(one, from, to)).OfType<JsonObject>()]
            : [];
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

    private static JsonObject? Row(SimInstance instance, DateTimeOffset from, DateTimeOffset to)
    {
        from = instance.Life.Created > from ? instance.Life.Created : from;
        to = instance.Life.Phase == Phase.Gone && instance.Life.Since < to ? instance.Life.Since : to;
        if (to <= from)
        {
            return null;
        }

        InstanceCost cost = instance.Cost(from, to);
        (double start, double end) = (SimClock.Unix(from), SimClock.Unix(to));
        JsonArray items =
        [
            Item(
                "gpu",
                $"{instance.GpuCount}x {Json.Text(instance.Fields["gpu_name"])} at "
                + $"{instance.Life.GpuPrice.ToString("0.####", CultureInfo.InvariantCulture)} $/h",
                cost.Gpu,
                start,
                end),
            Item("disk", $"{instance.DiskGB.ToString("0.##", CultureInfo.InvariantCulture)} GB", cost.Disk, start, end),
            Item("bwd", "download", cost.Down, start, end),
            Item("bwu", "upload", cost.Up, start, end),
        ];
        return new JsonObject
        {
            ["start"] = start,
            ["end"] = end,
            ["type"] = "instance",
            ["source"] = string.Create(CultureInfo.InvariantCulture, $"instance-{instance.Id}"),
            ["description"] = string.Create(CultureInfo.InvariantCulture, $"Instance {instance.Id}"),
            ["amount"] = cost.Total,
            ["metadata"] = new JsonObject { ["label"] = instance.Label, ["template_id"] = null },
            ["items"] = items,
        };
    }

    private static JsonObject Item(string type, string description, double amount, double start, double end) => new()
    {
        ["type"] = type,
        ["description"] = description,
        ["amount"] = amount,
        ["start"] = start,
        ["end"] = end,
    };

    private static DateTimeOffset Time(JsonNode? node, DateTimeOffset otherwise) =>
        Json.Number(node) is double seconds ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(seconds, 0, 4e9)) : otherwise;
}
