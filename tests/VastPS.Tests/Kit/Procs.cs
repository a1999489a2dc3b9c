using System.Diagnostics;
using System.Globalization;

namespace VastPS.Tests.Kit;

/// <summary>What /proc says about processes.</summary>
internal static class Procs
{
    /// <summary>True while the process runs; a zombie does not.</summary>
    public static bool IsAlive(int pid) => Stat(pid) is { } stat && stat.State is not ('Z' or 'X');

    public static IReadOnlyList<int> Children(int parent) =>
        [.. All().Where(p => Stat(p) is { } stat && stat.Parent == parent && stat.State != 'Z')];

    /// <summary>The process and all that descend from it.</summary>
    public static IReadOnlyList<int> Tree(int root) => [root, .. Children(root).SelectMany(Tree)];

    /// <summary>The processes whose command line contains the text.</summary>
    public static IReadOnlyList<int> WithCommandLine(string text) =>
        [.. All().Where(p => IsAlive(p) && CommandLine(p).Contains(text, StringComparison.Ordinal))];

    /// <summary>The words of a process's command line with blanks between; empty where it is gone.</summary>
    public static string CommandLine(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ');

    public static void Signal(int pid, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public static void Kill(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Gone already.
        }
    }

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture));

    private static (char State, int Parent)? Stat(int pid)
    {
        string text = Read($"/proc/{pid}/stat");
        int after = text.LastIndexOf(") ", StringComparison.Ordinal);
        if (after < 0)
        {
            return null;
        }

        string[] fields = text[(after + 2)..].Split(' ');
        return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
