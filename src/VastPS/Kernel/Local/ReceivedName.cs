namespace VastPS.Kernel.Local;

/// <summary>Names that a box gives to files: none may lead out of the folder they are received into.</summary>
internal static class ReceivedName
{
    /// <summary>Why a name is refused; null where it is a plain name.</summary>
    /// <param name="name">One name, not a path.</param>
    /// <param name="windows">True where it must also be a name on Windows.</param>
    public static string? Fault(string name, bool windows) => name switch
    {
        "" => "it is empty",
        "." or ".." => "it leads out of the folder",
        _ when name.Contains('/', StringComparison.Ordinal) => "it contains a path",
        _ when name.Any(c => char.IsControl(c) && (windows || c is not ('\n' or '\t'))) => "it contains control characters",
        _ when windows && (name.IndexOfAny(['\\', ':', '*', '?', '"', '<', '>', '|']) >= 0 || name[^1] is '.' or ' ' || IsDevice(name)) =>
            "Windows has no such name",
        _ => null,
    };

    /// <summary>True where a path of the box lies in a folder of the box; both must be real paths.</summary>
    public static bool IsInside(string path, string folder) =>
        folder == "/" || path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>True where a link leads by names alone to something in the tree it lies in.</summary>
    /// <param name="link">The link below the root of the tree, with slashes.</param>
    /// <param name="target">What it leads to, as it is written in it.</param>
    public static bool StaysInside(string link, string target)
    {
        int depth = link.Count(c => c == '/');
        bool hasNamed = false;
        foreach (string part in target.Split('/'))
        {
            // Back from a name leads elsewhere where that name is a link itself.
            if (part == ".." && (hasNamed || --depth < 0))
            {
                return false;
            }

            hasNamed |= part is not ("" or "." or "..");
        }

        return target.Length > 0 && target[0] != '/' && !target.Contains(':', StringComparison.Ordinal);
    }

    private static bool IsDevice(string name) =>
        name.Split('.')[0].ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL"
            or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];
}
