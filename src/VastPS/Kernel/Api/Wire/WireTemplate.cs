using Newtonsoft.Json;

namespace VastPS.Kernel.Api.Wire;

/// <summary>A template as the server sends it.</summary>
internal sealed class WireTemplate
{
    [JsonProperty("id")] public long? Id { get; set; }

    [JsonProperty("hash_id")] public string? HashId { get; set; }

    [JsonProperty("name")] public string? Name { get; set; }

    [JsonProperty("image")] public string? Image { get; set; }

    [JsonProperty("tag")] public string? Tag { get; set; }

    [JsonProperty("runtype")] public string? RunType { get; set; }

    /// <summary>GB.</summary>
    [JsonProperty("recommended_disk_space")] public double? RecommendedDiskSpace { get; set; }

    [JsonProperty("recommended")] public bool? Recommended { get; set; }

    [JsonProperty("count_created")] public double? CountCreated { get; set; }

    [JsonProperty("desc")] public string? Description { get; set; }
}
