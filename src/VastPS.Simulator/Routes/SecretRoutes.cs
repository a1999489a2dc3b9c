using System.Text.Json.Nodes;

namespace VastPS.Simulator.Routes;

/// <summary>Environment variables of the account. New instances get them; nobody reads a value again.</summary>
internal static class SecretRoutes
{
    private const int MostVariables = 100;
    private const int LongestName = 255;
    private const string Masked = "********";

    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v0/secrets", 5, List, Scope: "user_read"),
        new("POST", "v0/secrets", 3, Add, Scope: "user_write"),
        new("PUT", "v0/secrets", 3, Change, Scope: "user_write"),
        new("DELETE", "v0/secrets", 3, Remove, Scope: "user_write"),
    ];

    private static JsonObject List(ApiCall call)
    {
        JsonObject secrets = [];
        foreach (string name in call.State.Secrets.Keys)
        {
            secrets[name] = Masked;
        }

        return new JsonObject { ["success"] = true, ["secrets"] = secrets };
    }

    private static JsonObject Add(ApiCall call)
    {
        (string name, string value) = (Name(call), Value(call));
        if (call.State.Secrets.Count >= MostVariables)
        {
            throw new ApiException(400, "max_secrets", $"An account has at most {MostVariables} environment variables.");
        }

        return call.State.Secrets.TryAdd(name, value)
            ? Done("Environment variable added successfully")
            : throw new ApiException(400, "existing_key", $"{name} exists already.");
    }

    private static JsonObject Change(ApiCall call)
    {
        (string name, string value) = (Known(call), Value(call));
        call.State.Secrets[name] = value;
        return Done("Environment variable updated successfully");
    }

    private static JsonObject Remove(ApiCall call)
    {
        call.State.Secrets.Remove(Known(call));
        return Done("Environment variable deleted successfully");
    }

    private static JsonObject Done(string text) => new() { ["success"] = true, ["msg"] = text };

    private static string Known(ApiCall call) =>
        Name(call) is string name && call.State.Secrets.ContainsKey(name)
            ? name
            : throw new ApiException(400, "nonexistent_key", $"{Name(call)} does not exist.");

    /// <summary>The service keeps names in capitals.</summary>
    private static string Name(ApiCall call)
    {
        string name = Json.Text(call.Body["key"])?.ToUpperInvariant() ?? "";
        Demand(name.Length > 0, "missing_input", "Both 'key' and 'value' are required.");
        Demand(name.Length <= LongestName, "input_too_long", "the key is too long");
        Demand(
            !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'),
            "invalid_characters",
            "a key has letters, digits and underscores");
        return name;
    }

    private static string Value(ApiCall call)
    {
        string value = Json.Text(call.Body["value"]) ?? "";
        Demand(value.Length > 0, "missing_input", "Both 'key' and 'value' are required.");
        Demand(
            value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'),
            "invalid_characters",
            "a value has letters, digits, underscores, hyphens and dots");
        return value;
    }

    private static void Demand(bool holds, string error, string text)
    {
        if (!holds)
        {
            throw new ApiException(400, error, text);
        }
    }
}
