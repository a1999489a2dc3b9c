using Newtonsoft.Json;

namespace VastPS.Kernel.Api.Wire;

/// <summary>The body of a create.</summary>
internal sealed class WireCreate
{
    [JsonProperty("client_id")] public string ClientId { get; } = "me";

    [JsonProperty("image", NullValueHandling = NullValueHandling.Ignore)] public string? Image { get; init; }

    /// <summary>GB.</summary>
    [JsonProperty("disk")] public double Disk { get; init; }

    /// <summary>Direct ssh and the proxy; the server's spelling.</summary>
    [JsonProperty("runtype")] public string Runtype { get; } = "ssh_direc ssh_proxy";

    [JsonProperty("label")] public string Label { get; init; } = "";

    [JsonProperty("env")] public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    [JsonProperty("onstart", NullValueHandling = NullValueHandling.Ignore)] public string? OnStart { get; init; }

    /// <summary>USD per hour. Its presence makes the instance interruptible.</summary>
    [JsonProperty("price", NullValueHandling = NullValueHandling.Ignore)] public decimal? Price { get; init; }

    [JsonProperty("image_login", NullValueHandling = NullValueHandling.Ignore)] public string? ImageLogin { get; init; }

    [JsonProperty("template_hash_id", NullValueHandling = NullValueHandling.Ignore)] public string? TemplateHashId { get; init; }

    /// <summary>create_new, volume_id and mount_path.</summary>
    [JsonProperty("volume_info", NullValueHandling = NullValueHandling.Ignore)]
    public IReadOnlyDictionary<string, object>? VolumeInfo { get; init; }

    /// <summary>Fail instead of leaving a stopped instance that bills its disk.</summary>
    [JsonProperty("cancel_unavail")] public bool CancelUnavail { get; } = true;
}
