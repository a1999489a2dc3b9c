using System.Globalization;

namespace VastPS.Kernel.Api;

/// <summary>One route of the server and how fast it may be called.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Template">Path; {id} and {key} are filled in.</param>
/// <param name="Interval">Shortest time between two calls of one key.</param>
/// <param name="Burst">Calls that may come at once before the interval counts.</param>
internal sealed record ApiRoute(HttpMethod Method, string Template, TimeSpan Interval, int Burst = 1)
{
    public string Path(long? id = null, long? key = null) => Template
        .Replace("{id}", id?.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{key}", key?.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Template}";
}
