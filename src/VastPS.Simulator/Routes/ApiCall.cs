using System.Collections.Specialized;
using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Routes;

/// <summary>One request to the API, with the parts of its path that the route left open.</summary>
internal sealed record ApiCall(SimState State, NameValueCollection Query, JsonObject Body, bool HasKey, string[] Parts, Uri Address)
{
    public SimClock Clock => State.Clock;

    /// <exception cref="ApiException">400 when the part of the path is no number.</exception>
    public long Id(int index = 0) =>
        long.TryParse(Parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? id
            : throw new ApiException(400, "invalid_args", $"{Parts[index]} is not an id");

    /// <exception cref="ApiException">404 when it does not exist.</exception>
    public SimInstance Instance(string error = "no_such_instance") =>
        State.Find(Id()) is { } found
            ? found
            : throw new ApiException(404, error, $"no instance {Parts[0]}");

    /// <summary>A JSON value in the query; null when absent.</summary>
    /// <exception cref="ApiException">400 when it is not JSON.</exception>
    public JsonNode? Json(string name)
    {
        if (Query[name] is not string text)
        {
            return null;
        }

        return Simulator.Json.Any(text) ?? throw new ApiException(400, "invalid_request", $"{name} is not JSON");
    }
}
