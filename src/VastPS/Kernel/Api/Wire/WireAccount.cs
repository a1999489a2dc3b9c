using Newtonsoft.Json;

namespace VastPS.Kernel.Api.Wire;

/// <summary>The user as the server sends it. Its api_key field is never read.</summary>
internal sealed class WireAccount
{
    [JsonProperty("id")] public long? Id { get; set; }

    [JsonProperty("email")] public string? Email { get; set; }

    [JsonProperty("username")] public string? UserName { get; set; }

    /// <summary>USD.</summary>
    [JsonProperty("credit")] public double? Credit { get; set; }

    /// <summary>USD.</summary>
    [JsonProperty("balance")] public double? Balance { get; set; }
}
