namespace VastPS.Simulator;

/// <summary>One request that reached the simulator, with every key replaced by stars.</summary>
/// <param name="Method">GET, PUT, POST or DELETE.</param>
/// <param name="Path">Path with query, as sent.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Time">When it came, on the simulator's clock.</param>
/// <param name="Body">Text of the body, empty without one.</param>
public sealed record SimRequest(string Method, string Path, int Status, DateTimeOffset Time, string Body)
{
    /// <summary>True when the request cannot have changed anything: a GET, a search of offers or volumes, or a request for logs.</summary>
    public bool IsRead =>
        Method == "GET"
        || (Method == "POST" && (PathIs("/bundles") || PathIs("/volumes/search")))
        || (Method == "PUT" && (PathIs("/search/asks") || PathStarts("/instances/request_logs/")));

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} -> {Status}";

    private bool PathIs(string end) =>
        Path.Split('?')[0].TrimEnd('/').EndsWith(end, StringComparison.Ordinal);

    private bool PathStarts(string part) => Path.Contains(part, StringComparison.Ordinal);
}
