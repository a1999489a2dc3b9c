using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>What an offer costs with a given disk. All prices are USD an hour for the whole offer.</summary>
internal static class OfferPrice
{
    /// <summary>Hours of a month, for prices that are quoted by the month.</summary>
    public const double HoursPerMonth = 720;

    public static double Disk(double diskGB, double storageCost) => diskGB * storageCost / HoursPerMonth;

    /// <summary>Writes every price field for a disk size; records without a storage price stay as captured.</summary>
    public static void Write(JsonObject offer, double gpuPrice, double diskGB)
    {
        if (Json.Number(offer["storage_cost"]) is not double storage || !offer.ContainsKey("dph_base"))
        {
            return;
        }

        double disk = Disk(diskGB, storage);
        double total = gpuPrice + disk;
        Put(offer, "dph_base", gpuPrice);
        Put(offer, "storage_total_cost", disk);
        Put(offer, "dph_total", total);
        Put(offer, "discounted_dph_total", total);
        Put(offer, "dph_total_adj", total + (diskGB / 4 * (Json.Number(offer["inet_down_cost"]) ?? 0)));
        Ratio(offer, "dlperf_per_dphtotal", "dlperf", total);
        Ratio(offer, "flops_per_dphtotal", "total_flops", total);
        if (Json.Number(offer["gpu_total_ram"]) is double ram && ram > 0)
        {
            Put(offer, "vram_costperhour", gpuPrice / (ram / 1024));
        }

        offer["search"] = Parts(gpuPrice, disk);
        offer["instance"] = Parts(0, disk);
    }

    public static JsonObject Parts(double gpu, double disk) => new()
    {
        ["gpuCostPerHour"] = gpu,
        ["diskHour"] = disk,
        ["slaPremiumPerHour"] = 0.0,
        ["totalHour"] = gpu + disk,
        ["discountTotalHour"] = 0,
        ["discountedTotalPerHour"] = gpu + disk,
    };

    private static void Put(JsonObject offer, string field, double value) => offer[field] = value;

    private static void Ratio(JsonObject offer, string field, string above, double total)
    {
        if (Json.Number(offer[above]) is double value && total > 0)
        {
            offer[field] = value / total;
        }
    }
}
