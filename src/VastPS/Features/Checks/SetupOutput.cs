using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>What git and set-up commands print, for errors.</summary>
internal static class SetupOutput
{
    private const int ShownLines = 10;

    /// <summary>Its lines, safe to show; each state of a progress bar is one.</summary>
    public static IEnumerable<string> Lines(string text) =>
        TextLines.Of(TerminalText.Clean(text.Replace('\r', '\n'))).Select(l => l.TrimEnd()).Where(l => l.Length > 0);

    /// <summary>What git says about its failure, with the files it lists; its progress and its good advice stay away.</summary>
    public static string Why(string text)
    {
        string[] lines = [.. Lines(text)];
        string[] faults = [.. lines.Where(
            l => l.StartsWith("fatal:", StringComparison.Ordinal) || l.StartsWith("error:", StringComparison.Ordinal) || l[0] == '\t')];
        return string.Join("; ", faults.Length > 0 ? faults : lines.TakeLast(2))
            .Replace("; \t", " ", StringComparison.Ordinal).TrimEnd('.');
    }

    /// <summary>The last lines as a block of their own.</summary>
    public static string Tail(string text) => string.Concat(Lines(text).TakeLast(ShownLines).Select(l => "\n    " + l)) + "\n";
}
