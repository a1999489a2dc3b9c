using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api.Wire;

/// <summary>An ssh key as the server sends it.</summary>
internal sealed class WireSshKey
{
    [JsonProperty("id")] public long? Id { get; set; }

    [JsonProperty("public_key")] public string? PublicKey { get; set; }

    [JsonProperty("key")] public string? Key { get; set; }

    [JsonProperty("ssh_key")] public string? SshKey { get; set; }

    /// <summary>Unix seconds or a text.</summary>
    [JsonProperty("created_at")] public JToken? CreatedAt { get; set; }

    [JsonProperty("deleted_at")] public JToken? DeletedAt { get; set; }
}
