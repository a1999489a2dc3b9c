using System.Text.RegularExpressions;

namespace VastPS.SshText;

/// <summary>Text from a box made safe to show: without what would move the cursor, set titles or colour the screen.</summary>
internal static partial class TerminalText
{
    /// <summary>The text without escape sequences and control characters; tabs and line ends stay.</summary>
    public static string Clean(string text) => Control().IsMatch(text) ? Control().Replace(Sequence().Replace(text, ""), "") : text;

    // Strings (OSC, DCS, SOS, PM, APC) up to their end, control sequences (CSI), then the short escapes.
    // A string that never ends stops at the line, so that it cannot swallow the rest of the output.
    [GeneratedRegex(@"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?")]
    private static partial Regex Sequence();

    // Also the marks that reverse the direction of text: they can make a line read as something it is not.
    [GeneratedRegex(@"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")]
    private static partial Regex Control();
}
