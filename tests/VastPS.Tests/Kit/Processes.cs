namespace VastPS.Tests.Kit;

/// <summary>What runs on this computer, from /proc.</summary>
internal static class Processes
{
    /// <summary>True where a command line contains the text.</summary>
    public static bool Any(string text) => Directory.EnumerateDirectories("/proc")
        .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
        .Any(d => CommandLine(d).Contains(text, StringComparison.Ordinal));

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
