namespace VastPS.Kernel.Local;

/// <summary>Finds out which names a folder here takes for one and the same, by trying.</summary>
internal static class FolderProbe
{
    // One letter with a capital, and one that has two forms.
    private const string Given = "vastps-Q\u00E9";

    /// <summary>
    /// What an empty folder makes of names; it is empty again afterwards. Where it cannot be tried, names in doubt are one.
    /// </summary>
    public static FolderNames Try(string folder)
    {
        string path = Path.Combine(folder, Given);
        try
        {
            File.Create(path).Dispose();
            var found = new FolderNames(
                File.Exists(Path.Combine(folder, Given.ToLowerInvariant())),
                File.Exists(path.Replace("\u00E9", "e\u0301", StringComparison.Ordinal)),
                Directory.GetFiles(folder) is [string listed] && Path.GetFileName(listed) == Given);
            File.Delete(path);
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderNames(IsCaseBlind: true, IsFormBlind: true, KeepsNames: false);
        }
    }
}
