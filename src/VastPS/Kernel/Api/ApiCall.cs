namespace VastPS.Kernel.Api;

/// <summary>What may be tried again when no good answer comes.</summary>
internal enum Repeat
{
    /// <summary>Nothing: the call rents.</summary>
    Never,

    /// <summary>Only what the server surely did not do: it said that the call came too fast.</summary>
    WhenRefused,

    /// <summary>Everything that passes: doing it twice is the same as doing it once.</summary>
    Safe,
}

/// <summary>One call of one route.</summary>
internal sealed class ApiCall(ApiRoute route, Repeat repeat)
{
    public ApiRoute Route { get; } = route;

    public Repeat Repeat { get; } = repeat;

    public long? Id { get; init; }

    public long? KeyId { get; init; }

    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>JSON; calls other than GET always carry one.</summary>
    public string Body { get; init; } = "{}";

    /// <summary>What a "not found" of this route means.</summary>
    public VastReason NotFound { get; init; } = VastReason.ApiRefused;

    /// <summary>The thing the user named; the route where there is none.</summary>
    public object Target => KeyId ?? Id ?? (object)Route.ToString();

    public Uri Address(Uri server)
    {
        string query = string.Join('&', Query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        string path = server.AbsolutePath.TrimEnd('/') + Route.Path(Id, KeyId);
        return new Uri(server.GetLeftPart(UriPartial.Authority) + path + (query.Length == 0 ? "" : "?" + query));
    }

    public override string ToString() => $"{Route.Method} {Route.Path(Id, KeyId)}";
}

/// <summary>What came back, read to its end.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Text">Body as text.</param>
/// <param name="RedirectHost">Host of the Location header of a redirect.</param>
internal sealed record ApiAnswer(int Status, string Text, string? RedirectHost = null);
