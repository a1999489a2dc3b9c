using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api.Wire;

/// <summary>A volume, or the offer of one, as the server sends it.</summary>
internal sealed class WireVolume
{
    [JsonProperty("id")] public long? Id { get; set; }

    [JsonProperty("label")] public string? Label { get; set; }

    [JsonProperty("status")] public string? Status { get; set; }

    [JsonProperty("machine_id")] public long? MachineId { get; set; }

    /// <summary>GB: rented, or still free.</summary>
    [JsonProperty("disk_space")] public double? DiskSpace { get; set; }

    /// <summary>USD per GB and month of 720 hours.</summary>
    [JsonProperty("storage_cost")] public double? StorageCost { get; set; }

    /// <summary>USD per hour.</summary>
    [JsonProperty("storage_total_cost")] public double? StorageTotalCost { get; set; }

    [JsonProperty("geolocation")] public string? Geolocation { get; set; }

    /// <summary>Unix seconds.</summary>
    [JsonProperty("start_date")] public double? StartDate { get; set; }

    /// <summary>Objects with an id, or bare ids.</summary>
    [JsonProperty("instances")] public JToken? Instances { get; set; }
}
