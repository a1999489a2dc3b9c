using System.Text;
using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Local;

/// <summary>The names that an ssh configuration defines, in itself and in the files it includes.</summary>
internal static partial class SshConfigNames
{
    // As deep as ssh itself follows.
    private const int Deepest = 16;

    private static readonly string s_home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The names, without regard to case; a file that cannot be read adds none.</summary>
    /// <param name="text">The configuration.</param>
    /// <param name="except">A file that does not count: our own.</param>
    public static IReadOnlySet<string> Of(string text, string except)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Add(names, text, Path.GetFullPath(except), 0);
        return names;
    }

    private static void Add(HashSet<string> names, string text, string except, int depth)
    {
        names.UnionWith(SshConfigDocument.Names(text));
        foreach (string file in depth < Deepest
            ? SshConfigDocument.Included(text).SelectMany(Files).Where(f => Path.GetFullPath(f) != except)
            : [])
        {
            Add(names, Read(file), except, depth + 1);
        }
    }

    // Relative names are looked up in ~/.ssh, whatever file they stand in; any part of a name can be a pattern.
    private static IEnumerable<string> Files(string name)
    {
        string full = Path.GetFullPath(
            HomePath.Expand(name, s_home, OperatingSystem.IsWindows()), Path.Combine(s_home, ".ssh"));
        string root = Path.GetPathRoot(full)!;
        IEnumerable<string> found = [root];
        foreach (string part in full[root.Length..].Split(Path.DirectorySeparatorChar))
        {
            found = found.SelectMany(folder => Matches(folder, part));
        }

        return found;
    }

    private static string[] Matches(string folder, string part)
    {
        if (part.AsSpan().IndexOfAny("*?[") < 0)
        {
            return [Path.Combine(folder, part)];
        }

        try
        {
            // A set of characters is read as any: one name too many is only a name that is avoided.
            return Directory.GetFileSystemEntries(folder, Set().Replace(part, "?"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file, Encoding.Latin1) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"\[[^\]]*\]?")]
    private static partial Regex Set();
}
