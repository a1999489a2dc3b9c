namespace VastPS.Basics;

/// <summary>Paths that begin at the home of the user, as people write them.</summary>
internal static class HomePath
{
    /// <summary>The path with the home in place of "~", "~/" and, on Windows, "~\"; any other as it is.</summary>
    public static string Expand(string path, string home, bool isWindows) => path switch
    {
        "~" => home,
        ['~', '/', .. string rest] => Path.Combine(home, rest),
        ['~', '\\', .. string rest] when isWindows => Path.Combine(home, rest),
        _ => path,
    };
}
