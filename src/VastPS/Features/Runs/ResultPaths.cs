namespace VastPS.Features.Runs;

/// <summary>Which places on a box lie within others. A place in doubt is not within.</summary>
internal static class ResultPaths
{
    /// <summary>True where one of the places that were fetched is the wanted one or holds it.</summary>
    public static bool IsWithin(string wanted, IEnumerable<string> fetched)
    {
        string[] parts = Parts(wanted);
        return parts.Length > 0
            && fetched.Select(Parts).Any(f => f.Length > 0 && f.Length <= parts.Length && parts.Take(f.Length).SequenceEqual(f));
    }

    // "~/out", "./out" and "out" are one place, and so is /root/out: boxes are entered as root.
    private static string[] Parts(string path)
    {
        string below = path.StartsWith("~/", StringComparison.Ordinal) ? path[2..]
            : path.StartsWith("/root/", StringComparison.Ordinal) ? path["/root/".Length..]
            : path;
        string[] parts = [.. below.Split('/').Where(p => p is not ("" or "."))];
        return parts.Contains("..") ? [] : below.StartsWith('/') ? ["/", .. parts] : parts;
    }
}
