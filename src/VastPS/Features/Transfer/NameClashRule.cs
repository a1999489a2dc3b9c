using VastPS.Kernel.Local;

namespace VastPS.Features.Transfer;

/// <summary>Finds names of a box that would be one name here: whichever came last would replace the others.</summary>
internal static class NameClashRule
{
    /// <summary>
    /// Paths with slashes that clash, and those that hold the clashing names as folders; each group is one name here. What lies
    /// below a path of a group is not told again.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Find(IEnumerable<string> paths, FolderNames names)
    {
        if (!names.IsBlind)
        {
            return [];
        }

        IReadOnlyList<string>[] groups =
        [
            .. paths.SelectMany(WithFolders).Distinct(StringComparer.Ordinal)
                .GroupBy(p => Folder(p) + "/" + names.Key(p[(p.LastIndexOf('/') + 1)..]), StringComparer.Ordinal)
                .Where(g => g.Count() > 1)
                .Select(g => (IReadOnlyList<string>)[.. g.Order(StringComparer.Ordinal)]),
        ];
        HashSet<string> clashing = [.. groups.SelectMany(g => g)];
        return [.. groups.Where(g => !WithFolders(Folder(g[0])).Any(clashing.Contains))];
    }

    private static string Folder(string path) => path.LastIndexOf('/') is >= 0 and int at ? path[..at] : "";

    private static IEnumerable<string> WithFolders(string path)
    {
        for (int at = path.IndexOf('/', StringComparison.Ordinal); at >= 0; at = path.IndexOf('/', at + 1))
        {
            yield return path[..at];
        }

        yield return path;
    }
}
