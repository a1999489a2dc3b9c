using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Volumes;

/// <summary>Volume offers, one for each machine that has one, and renting from them.</summary>
internal static class VolumeMarket
{
    private const double UsualGB = 15;
    private const int LongestName = 64;

    /// <summary>Columns of a machine that offers and volumes repeat.</summary>
    private static readonly string[] s_shared =
    [
        "bundle_id", "cpu_arch", "cpu_cores", "cpu_ghz", "cpu_name", "cpu_ram", "cuda_max_good", "disk_bw", "disk_name", "driver_vers",
        "driver_version", "external", "geolocation", "geolocode", "gpu_arch", "gpu_name", "has_avx", "host_id", "hosting_type",
        "inet_down", "inet_down_cost", "inet_up", "inet_up_cost", "machine_id", "mobo_name", "os_version", "pci_gen", "pcie_bw",
        "public_ipaddr", "reliability", "reliability2", "reliability_mult", "score", "start_date", "end_date", "static_ip",
        "total_flops", "verification", "vericode", "cluster_id",
    ];

    /// <summary>What is left of each volume offer, priced for a size.</summary>
    public static List<JsonObject> Offers(SimState state, double sizeGB) =>
        [.. state.Catalog.Offers
            .Where(offer => Json.Number(offer.Fields["avail_vol_ask_id"]) is not null)
            .DistinctBy(offer => Json.Number(offer.Fields["avail_vol_ask_id"]))
            .Select(offer => Row(state, offer, sizeGB))];

    /// <summary>Rents a volume and gives it.</summary>
    /// <exception cref="ApiException">The offer is gone or too small, or an argument is wrong.</exception>
    public static SimVolume Rent(SimState state, long offerId, JsonObject asked)
    {
        double size = asked["size"] is null
            ? UsualGB
            : Json.Number(asked["size"]) ?? throw new ApiException(400, "invalid_args", "size must be a number");
        string? name = Json.Text(asked["name"]);
        JsonObject offer = Offers(state, size).FirstOrDefault(row => (long)Json.Number(row["id"])! == offerId)
            ?? throw new ApiException(404, "no_such_ask", $"no volume offer {offerId}");
        if (size < 1 || size > Json.Number(offer["disk_space"]))
        {
            throw new ApiException(400, "invalid_args", $"size must be 1 to {Json.Text(offer["disk_space"])} GB");
        }

        if (name is not null && (name.Length is 0 or > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')))
        {
            throw new ApiException(400, "invalid_args", $"a name has letters, digits and underscores, at most {LongestName}");
        }

        state.DemandCredit();
        SimVolume volume = new(state.Clock.Now)
        {
            Id = state.NextInstanceId(),
            OfferId = offerId,
            Machine = offer,
            SizeGB = size,
            Name = name,
        };
        state.Volumes.Add(volume);
        return volume;
    }

    /// <summary>A rented volume as it is listed. What its users are, is documented as objects and nothing more.</summary>
    public static JsonObject Listed(SimVolume volume, SimState state)
    {
        JsonObject row = [];
        foreach (string column in s_shared)
        {
            row[column] = volume.Machine[column]?.DeepClone();
        }

        row["id"] = volume.Id;
        row["label"] = volume.Name ?? string.Create(CultureInfo.InvariantCulture, $"V.{volume.Id}");
        row["status"] = "active";
        row["disk_space"] = volume.SizeGB;
        row["storage_cost"] = volume.Machine["storage_cost"]?.DeepClone();
        row["storage_total_cost"] = volume.Price;
        row["start_date"] = SimClock.Unix(volume.Created);
        row["instances"] = new JsonArray([.. state.UsersOf(volume.Id)
            .Select(one => new JsonObject { ["id"] = one.Id, ["label"] = one.Label })]);
        return row;
    }

    private static JsonObject Row(SimState state, SimOffer offer, double sizeGB)
    {
        JsonObject row = [];
        foreach (string column in s_shared)
        {
            row[column] = offer.Fields[column]?.DeepClone();
        }

        long id = (long)Json.Number(offer.Fields["avail_vol_ask_id"])!;
        double taken = state.Volumes.Where(one => one.OfferId == id).Sum(one => one.SizeGB);

        // The captured price is that of a GB in an hour: 0.000277.. is 0.20 USD a month.
        double perMonth = (Json.Number(offer.Fields["avail_vol_dph"]) ?? 0) * OfferPrice.HoursPerMonth;
        row["id"] = id;
        row["ask_contract_id"] = id;
        row["disk_space"] = Math.Max(0, (Json.Number(offer.Fields["avail_vol_size"]) ?? 0) - taken);
        row["storage_cost"] = perMonth;
        row["storage_total_cost"] = OfferPrice.Disk(sizeGB, perMonth);
        row["duration"] = Json.Number(offer.Fields["end_date"]) is double end ? end - state.Clock.UnixSeconds : null;
        row["rentable"] = true;
        return row;
    }
}
