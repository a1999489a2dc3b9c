using VastPS.Basics;

namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>The first line of a command's output, for a table.</summary>
    public static string FirstLine(VastCommandResult result) =>
        TextLines.Of(result.Stdout.Length > 0 ? result.Stdout : result.Stderr).FirstOrDefault("");
}
