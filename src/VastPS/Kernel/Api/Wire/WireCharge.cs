using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api.Wire;

/// <summary>A charge as the server sends it.</summary>
internal sealed class WireCharge
{
    /// <summary>Unix seconds.</summary>
    [JsonProperty("start")] public double? Start { get; set; }

    /// <summary>Unix seconds.</summary>
    [JsonProperty("end")] public double? End { get; set; }

    [JsonProperty("type")] public string? Type { get; set; }

    /// <summary>Such as instance-123.</summary>
    [JsonProperty("source")] public string? Source { get; set; }

    [JsonProperty("description")] public string? Description { get; set; }

    /// <summary>USD.</summary>
    [JsonProperty("amount")] public double? Amount { get; set; }

    /// <summary>An object with label and template_id.</summary>
    [JsonProperty("metadata")] public JToken? Metadata { get; set; }

    /// <summary>A list of the same shape; types gpu, disk, bwd and bwu.</summary>
    [JsonProperty("items")] public JToken? Items { get; set; }
}
