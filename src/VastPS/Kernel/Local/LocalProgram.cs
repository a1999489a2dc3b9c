using System.ComponentModel;
using System.Diagnostics;
using VastPS.Basics;

namespace VastPS.Kernel.Local;

/// <summary>
/// Starts programs of this computer. Only folders that PATH names in full are searched: .NET would take one from the folder where
/// somebody stands, or from beside PowerShell, and a repository that was cloned can bring a program named git.
/// </summary>
internal static class LocalProgram
{
    // What a script of cmd does with its arguments is not what a program does: git.cmd would run what an address says.
    private static readonly string[] s_windowsKinds = [".exe", ".com"];

    /// <summary>Starts a program; the exception for one that is missing or does not start comes from the caller.</summary>
    /// <param name="name">Its name, or its full path.</param>
    /// <param name="arguments">Each as it shall arrive.</param>
    /// <param name="shape">What else is to be set.</param>
    /// <param name="missing">The reason to throw where there is none; its facts are the name and why.</param>
    public static Process Start(string name, IEnumerable<string> arguments, Action<ProcessStartInfo> shape, VastReason missing)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        string found = Find(name, path, Environment.GetEnvironmentVariable("PATHEXT"), OperatingSystem.IsWindows())
            ?? throw new VastException(missing, name, "there is none in the folders of PATH");
        var start = new ProcessStartInfo(found, arguments) { UseShellExecute = false };
        Shield(start.Environment, path);
        shape(start);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw VastException.Because(e, missing, name, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>The full path of a program; null where the folders of PATH have none.</summary>
    internal static string? Find(string name, string path, string? extensions, bool isWindows)
    {
        if (Path.IsPathFullyQualified(name))
        {
            return name;
        }

        string[] names = isWindows && !s_windowsKinds.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)
            ? [.. Kinds(extensions).Select(e => name + e)]
            : [name];
        return name.AsSpan().IndexOfAny('/', '\\') >= 0
            ? null
            : Folders(path).SelectMany(f => names.Select(n => Path.Combine(f, n))).FirstOrDefault(f => IsProgram(f, isWindows));
    }

    // Programs that a program starts are found as it was itself, and none of them needs the key of the account: ssh sends
    // whatever variables its configuration names.
    private static void Shield(IDictionary<string, string?> environment, string path)
    {
        environment["PATH"] = string.Join(Path.PathSeparator, Folders(path));
        foreach (string name in environment.Where(v => AccountKeys.IsIn(v.Value)).Select(v => v.Key).ToList())
        {
            environment.Remove(name);
        }
    }

    private static IEnumerable<string> Folders(string path) =>
        path.Split(Path.PathSeparator).Select(f => f.Trim('"')).Where(f => f.Length > 0 && Path.IsPathFullyQualified(f));

    private static IEnumerable<string> Kinds(string? extensions) =>
        (extensions ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(e => e.ToLowerInvariant()).Where(s_windowsKinds.Contains).DefaultIfEmpty(s_windowsKinds[0]);

    private static bool IsProgram(string path, bool isWindows)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (isWindows || OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);
    }
}
