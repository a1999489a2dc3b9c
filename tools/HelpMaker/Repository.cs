namespace HelpMaker;

/// <summary>Where the checkout is, and how its text files are written.</summary>
internal static class Repository
{
    public static string Root()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "VastPS.psd1")) && File.Exists(Path.Combine(at.FullName, "VastPS.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException(
            "HelpMaker runs inside the checkout: VastPS.sln was not found above " + AppContext.BaseDirectory);
    }

    /// <summary>The markdown files of a folder, in the order of their names; none where the folder is missing.</summary>
    public static IReadOnlyList<string> Pages(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal)] : [];

    /// <summary>Writes only what differs, so that builds see no change where there is none.</summary>
    public static void Write(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            File.WriteAllText(path, text);
        }
    }
}
