using System.Text.RegularExpressions;

namespace VastPS.Kernel.Text;

/// <summary>Text from a box or a server made safe to show: without what would move the cursor, set titles or colour the screen.</summary>
internal static partial class TerminalText
{
    /// <summary>
    /// The text without escape sequences and control characters. Tabs and line ends stay; a lone CR, with which a line
    /// would be written over another, ends the line instead.
    /// </summary>
    public static string Clean(string text) =>
        Control().IsMatch(text) ? Control().Replace(Sequence().Replace(text, ""), found => found.Value == "\r" ? "\n" : "") : text;

    /// <summary>The same on one line: for names, labels and all else that stands in the midst of a sentence.</summary>
    public static string Line(string text) => Clean(text).ReplaceLineEndings(" ");

    // Strings (OSC, DCS, SOS, PM, APC) up to their end, control sequences (CSI), then the short escapes.
    // A string that never ends stops at the line, so that it cannot swallow the rest of the output.
    [GeneratedRegex(
        @"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|"
        + @"\x1b[ -/]*[0-~]?")]
    private static partial Regex Sequence();

    // Also the marks that set the direction of text, which can make a line read as something it is not, and the line
    // ends that only some programs know.
    [GeneratedRegex(@"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")]
    private static partial Regex Control();
}
