using System.Text.Json.Nodes;

namespace VastPS.Simulator;

/// <summary>A request that is answered with an error.</summary>
#pragma warning disable CA1032 // The standard constructors would make an error without a status.
internal sealed class ApiException(int status, string error, string text, JsonObject? extra = null) : Exception(text)
#pragma warning restore CA1032
{
    public int Status { get; } = status;

    /// <summary>Without a code it is a plain "too often", which has two forms.</summary>
    public bool HasCode { get; } = error.Length > 0;

    /// <summary>Seconds that are to pass before the next try; null where nothing is said.</summary>
    public double? RetryAfter { get; } = Json.Number(extra?["retry_after"]);

    public JsonObject Body()
    {
        JsonObject body = new() { ["success"] = false, ["error"] = error, ["msg"] = Message };
        foreach ((string key, JsonNode? value) in extra ?? [])
        {
            body[key] = value?.DeepClone();
        }

        return body;
    }
}
