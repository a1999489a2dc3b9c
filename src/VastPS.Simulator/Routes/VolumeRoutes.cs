using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;
using VastPS.Simulator.Volumes;

namespace VastPS.Simulator.Routes;

/// <summary>Volumes: searched, rented, listed and removed.</summary>
internal static class VolumeRoutes
{
    private const double Interval = 5.5;

    public static IReadOnlyList<Route> All { get; } =
    [
        new("POST", "v0/volumes/search", Interval, Search, IsOpen: true),
        new("PUT", "v0/volumes", Interval, Rent, Scope: "instance_write"),
        new("GET", "v0/volumes", Interval, List, Scope: "instance_read"),
        new("DELETE", "v0/volumes", Interval, Remove, Scope: "instance_write"),
    ];

    private static JsonObject Search(ApiCall call)
    {
        RowSearch search = new(call.Body);
        double size = Json.Number(call.Body["allocated_storage"]) ?? 1;
        return new JsonObject { ["offers"] = search.Run(VolumeMarket.Offers(call.State, size), call.State, call.HasKey) };
    }

    private static JsonObject Rent(ApiCall call)
    {
        long offer = (long)(Json.Number(call.Body["id"]) ?? throw new ApiException(400, "invalid_args", "id must name a volume offer"));
        SimVolume volume = VolumeMarket.Rent(call.State, offer, call.Body);
        return new JsonObject
        {
            ["success"] = true,
            ["volume_name"] = string.Create(CultureInfo.InvariantCulture, $"V.{volume.Id}"),
        };
    }

    private static JsonObject List(ApiCall call) => new()
    {
        ["volumes"] = call.Query["type"] == "network_volume"
            ? []
            : new JsonArray([.. call.State.Volumes.Select(one => VolumeMarket.Listed(one, call.State))]),
    };

    /// <summary>The official client names the volume in the query, the documentation in the body.</summary>
    private static JsonObject Remove(ApiCall call)
    {
        double? asked = double.TryParse(call.Query["id"], CultureInfo.InvariantCulture, out double id) ? id : Json.Number(call.Body["id"]);
        if (asked is null)
        {
            throw new ApiException(400, "invalid_args", "Please provide a valid volume ID.");
        }

        SimVolume volume = call.State.Volumes.FirstOrDefault(one => one.Id == (long)asked)
            ?? throw new ApiException(404, "no_such_volume", "Volume with that ID does not exist.");
        if (call.State.UsersOf(volume.Id).Any())
        {
            throw new ApiException(400, "invalid_args", $"Volume {volume.Id} is in use; destroy its instances first.");
        }

        call.State.RemoveVolume(volume);
        return new JsonObject { ["success"] = true };
    }
}
