using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Routes;

/// <summary>Public ssh keys of the account and of instances.</summary>
internal static class KeyRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v0/ssh", 1, List, Scope: "user_read"),
        new("POST", "v0/ssh", 1, Add, Scope: "user_write"),
        new("PUT", "v0/ssh/*", 1, Change, Scope: "user_write"),
        new("DELETE", "v0/ssh/*", 1, Remove, Scope: "user_write"),
        new("GET", "v0/instances/*/ssh", 1, OfInstance, Scope: "instance_read"),
        new("POST", "v0/instances/*/ssh", 1, Attach, Scope: "instance_write"),
        new("DELETE", "v0/instances/*/ssh/*", 2, Detach, Scope: "instance_write"),
    ];

    private static JsonArray List(ApiCall call) =>
        call.State.Keys.Count == 0
            ? throw new ApiException(404, "not_found", "no ssh keys")
            : new JsonArray([.. call.State.Keys.Select(Row)]);

    private static JsonObject Add(ApiCall call) =>
        new() { ["success"] = true, ["key"] = Row(call.State.AddKey(KeyIn(call))) };

    private static JsonObject Change(ApiCall call)
    {
        int index = Index(call.State.Keys, call.Id());
        call.State.Keys[index] = call.State.Keys[index] with { PublicKey = KeyIn(call) };
        return new JsonObject { ["success"] = true, ["key"] = Row(call.State.Keys[index]) };
    }

    private static JsonObject Remove(ApiCall call)
    {
        call.State.Keys.RemoveAt(Index(call.State.Keys, call.Id()));
        return new JsonObject { ["success"] = true };
    }

    private static JsonObject OfInstance(ApiCall call) => new()
    {
        ["success"] = true,
        ["ssh_keys"] = Json.Write(new JsonArray([.. call.Instance().Keys.Select(Row)])),
    };

    private static JsonObject Attach(ApiCall call)
    {
        SimInstance instance = call.Instance();
        instance.Keys.Add(call.State.NewKey(KeyIn(call)));
        instance.Box?.WriteKeys();
        return new JsonObject { ["success"] = true, ["msg"] = "SSH key added to instance" };
    }

    private static JsonObject Detach(ApiCall call)
    {
        SimInstance instance = call.Instance();
        instance.Keys.RemoveAt(Index(instance.Keys, call.Id(1)));
        instance.Box?.WriteKeys();
        return new JsonObject { ["success"] = true };
    }

    private static string KeyIn(ApiCall call)
    {
        string key = Json.Text(call.Body["ssh_key"])?.Trim() ?? "";
        bool isKey = key.StartsWith("ssh-", StringComparison.Ordinal)
            || key.StartsWith("ecdsa-", StringComparison.Ordinal)
            || key.StartsWith("sk-", StringComparison.Ordinal);
        return isKey && !key.Contains('\n', StringComparison.Ordinal)
            ? key
            : throw new ApiException(400, "no_ssh_key", "no ssh key in ssh_key");
    }

    private static int Index(List<SimKey> keys, long id)
    {
        int index = keys.FindIndex(key => key.Id == id);
        return index >= 0 ? index : throw new ApiException(404, "not_found", $"no ssh key {id}");
    }

    private static JsonObject Row(SimKey key) => new()
    {
        ["id"] = key.Id,
        ["user_id"] = 202020,
        ["key"] = key.PublicKey,
        ["public_key"] = key.PublicKey,
        ["created_at"] = key.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture),
        ["deleted_at"] = null,
    };
}
