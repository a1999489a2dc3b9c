using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Routes;

/// <summary>Searching offers, and what helps to search.</summary>
internal static class OfferRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("POST", "v0/bundles", 0, call => Search(call, call.Body), IsOpen: true),
        new("GET", "v0/bundles", 0, SearchByQuery, IsOpen: true),
        new("PUT", "v0/search/asks", 0, SearchByBody, IsOpen: true),
        new("GET", "v0/gpu_names/unique", 0, Names, IsOpen: true),
        new("GET", "v0/gpu_types", 0, Types, IsOpen: true),
        new("GET", "v0/machines/*/reports", 1.2, Reports),
    ];

    private static JsonObject Search(ApiCall call, JsonObject query) =>
        new() { ["offers"] = new OfferSearch(query).Run(call.State, call.HasKey) };

    private static JsonObject SearchByQuery(ApiCall call) => Search(call, call.Json("q") switch
    {
        null => [],
        JsonObject query => query,
        _ => throw new ApiException(400, "invalid_request", "q must be an object"),
    });

    private static JsonObject SearchByBody(ApiCall call) =>
        Search(call, call.Body["q"] as JsonObject ?? throw new ApiException(400, "invalid_request", "q must be an object"));

    private static JsonObject Names(ApiCall call) => new()
    {
        ["gpu_names"] = new JsonArray([.. Models(call).Select(model => (JsonNode)model.Name)]),
    };

    private static JsonObject Types(ApiCall call) => new()
    {
        ["gpu_types"] = new JsonArray(
            [.. Models(call).Select(model => new JsonObject { ["canonical_name"] = model.Name, ["gpu_ram_mb"] = model.Ram })]),
    };

    private static IEnumerable<(string Name, double? Ram)> Models(ApiCall call) =>
        call.State.Catalog.Offers
            .Select(offer => (Name: Json.Text(offer.Fields["gpu_name"]) ?? "", Ram: Json.Number(offer.Fields["gpu_ram"])))
            .DistinctBy(model => model.Name)
            .OrderBy(model => model.Name, StringComparer.Ordinal);

    /// <summary>Other renters complain about the slow machines, and about no others.</summary>
    private static JsonArray Reports(ApiCall call)
    {
        long machine = call.Id();
        if (!call.State.Catalog.Rates.TryGetValue(machine, out double rate))
        {
            throw new ApiException(404, "not_found", $"no machine {machine}");
        }

        return rate >= 1e6 ? [] : new JsonArray(new JsonObject
        {
            ["problem"] = "Bandwidth",
            ["message"] = "downloads crawl at a small part of the advertised speed",
            ["created_at"] = SimClock.Unix(call.Clock.Now.AddDays(-3)),
        });
    }
}
