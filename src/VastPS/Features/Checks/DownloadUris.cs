namespace VastPS.Features.Checks;

/// <summary>Where test downloads come from.</summary>
internal static class DownloadUris
{
    /// <summary>Names the user's own addresses, separated by blanks; Start-VastSimulator sets it for its process.</summary>
    public const string Variable = "VASTPS_DOWNLOAD_URI";

    private static readonly Uri[] s_public =
    [
        new("https://speed.hetzner.de/100MB.bin"),
        new("https://proof.ovh.net/files/100Mb.dat"),
        new("https://speed.cloudflare.com/__down?bytes=100000000"),
    ];

    /// <summary>The user's own addresses, else well-known public ones.</summary>
    public static IReadOnlyList<Uri> Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } own
        ? [.. own.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(u => new Uri(u))]
        : s_public;
}
