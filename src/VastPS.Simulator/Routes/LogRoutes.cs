using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Routes;

/// <summary>Container logs: the answer is a link that works some tries later.</summary>
internal static class LogRoutes
{
    private const int TriesBefore = 2;

    public static IReadOnlyList<Route> All { get; } = [new("PUT", "v0/instances/request_logs/*", 1, Request, Scope: "instance_read")];

    private static JsonObject Request(ApiCall call)
    {
        SimInstance instance = call.Instance("invalid_id");
        string name = SimState.RandomHex(16) + ".log";
        call.State.Results[name] = new SimResult(Text(call, instance), TriesBefore);
        return new JsonObject
        {
            ["success"] = true,
            ["result_url"] = new Uri(call.Address, "sim/results/" + name).ToString(),
            ["msg"] = "Your log will be available shortly.",
        };
    }

    private static string Text(ApiCall call, SimInstance instance)
    {
        List<string> lines = Json.Flag(call.Body["daemon_logs"])
            ? [$"pull {instance.Image}", InstanceMessage.Of(instance, call.State) ?? "waiting for the host"]
            : [.. Container(instance)];
        if (Json.Text(call.Body["filter"]) is { Length: > 0 } filter)
        {
            lines = [.. lines.Where(line => line.Contains(filter, StringComparison.Ordinal))];
        }

        if (int.TryParse(Json.Text(call.Body["tail"]), NumberStyles.None, CultureInfo.InvariantCulture, out int tail))
        {
            lines = [.. lines.TakeLast(tail)];
        }

        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static IEnumerable<string> Container(SimInstance instance)
    {
        yield return $"starting C.{instance.Id} from {instance.Image}";
        if (instance.Life.Phase == Phase.Running)
        {
            yield return "sshd is up";
        }

        foreach (string line in (instance.Box?.Log ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return line;
        }
    }
}
