namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>The first line of a command's output, for a table.</summary>
    public static string FirstLine(VastCommandResult result) =>
        (result.Stdout.Length > 0 ? result.Stdout : result.Stderr).Split('\n')[0].TrimEnd('\r');
}
