using System.Text.Json.Nodes;

namespace VastPS.Simulator.Routes;

/// <summary>One route: how it is asked, how often at most, and who answers.</summary>
/// <param name="Method">GET, PUT, POST or DELETE.</param>
/// <param name="Path">Version and path; <c>*</c> stands for a number.</param>
/// <param name="Seconds">Minimum interval of the service; 0 for none.</param>
/// <param name="Answer">The handler.</param>
/// <param name="IsOpen">Answers without a key.</param>
/// <param name="OwnKey">An instance's own key may use it on itself.</param>
/// <param name="Scope">What a key that is limited must be allowed to do.</param>
internal sealed record Route(
    string Method,
    string Path,
    double Seconds,
    Func<ApiCall, JsonNode> Answer,
    bool IsOpen = false,
    bool OwnKey = false,
    string Scope = "misc")
{
    private readonly string[] _parts = Path.Split('/');

    /// <summary>Seconds that a refused call costs; null where that is the interval itself.</summary>
    public double? Penalty { get; init; }

    /// <summary>The open parts of a path; null when it is another path.</summary>
    public string[]? Match(string[] parts)
    {
        if (parts.Length != _parts.Length)
        {
            return null;
        }

        List<string> open = [];
        for (int i = 0; i < parts.Length; i++)
        {
            if (_parts[i] == "*" && IsNumber(parts[i]))
            {
                open.Add(parts[i]);
            }
            else if (_parts[i] != parts[i])
            {
                return null;
            }
        }

        return [.. open];
    }

    private static bool IsNumber(string part) => part.TrimStart('-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
}

/// <summary>All routes of the API.</summary>
internal static class Router
{
    private static readonly IReadOnlyList<Route> s_routes =
    [
        .. AccountRoutes.All, .. KeyRoutes.All, .. OfferRoutes.All, .. CreateRoutes.All,
        .. InstanceReadRoutes.All, .. InstanceRoutes.All, .. LogRoutes.All, .. ChargeRoutes.All, .. VolumeRoutes.All,
        .. TemplateRoutes.All, .. SecretRoutes.All,
    ];

    /// <summary>The route of a path such as <c>/api/v0/users/current/</c>, and the open parts of it.</summary>
    /// <exception cref="ApiException">404 outside the API, 501 for what the service may have and the simulator has not.</exception>
    public static (Route Route, string[] Parts) Find(string method, string path)
    {
        string[] parts = path.Trim('/').Split('/');
        if (parts.Length < 3 || parts[0] != "api")
        {
            throw new ApiException(404, "not_found", $"no route {path}");
        }

        foreach (Route route in s_routes.Where(one => one.Method == method))
        {
            if (route.Match(parts[1..]) is string[] open)
            {
                return (route, open);
            }
        }

        throw new ApiException(501, "not_simulated", $"{method} {path} is not simulated");
    }
}
