using System.Text.RegularExpressions;

namespace VastPS.SshText;

/// <summary>
/// The user's own ssh configuration, of which only one line is ever added or taken away: the Include at its top.
/// Every other byte stays. The text is one character a byte, so nothing is decoded and nothing is lost.
/// </summary>
internal static partial class SshConfigDocument
{
    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";

    /// <summary>True where a line before the first Host or Match includes one of the given spellings of our file.</summary>
    public static bool Includes(string text, params string[] spellings)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            Match directive = Directive().Match(line);
            string keyword = directive.Groups[1].Value;
            if (keyword.Equals("Host", StringComparison.OrdinalIgnoreCase) || keyword.Equals("Match", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            if (keyword.Equals("Include", StringComparison.OrdinalIgnoreCase)
                && Argument().Matches(directive.Groups[2].Value).Any(a => spellings.Contains(a.Value.Trim('"'))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The line for our file; see <see cref="SshHostFile.Quote"/>.</summary>
    public static string Line(string path)
    {
        // ssh expands patterns in an Include, so a name with one would include something else.
        if (path.AsSpan().IndexOfAny("*?[") >= 0)
        {
            throw new VastException(VastReason.InvalidValue, TerminalText.Clean(path), "the ssh configuration", "*, ? and [ are patterns there", "use a folder with a plain name");
        }

        return "Include " + SshHostFile.Quote(path);
    }

    /// <summary>The text with the line before everything else, ended as the other lines are.</summary>
    public static string Add(string text, string line)
    {
        string mark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? ByteOrderMark : "";
        return mark + line + LineEnd(text) + text[mark.Length..];
    }

    /// <summary>The text without the line that <see cref="Add"/> put there; any other text as it is.</summary>
    public static string Remove(string text, string line)
    {
        string mark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? ByteOrderMark : "";
        int at = mark.Length;
        while (at < text.Length)
        {
            int end = text.IndexOf('\n', at) is var found && found < 0 ? text.Length : found + 1;
            if (text[at..end].TrimEnd('\r', '\n') == line)
            {
                return text[..at] + text[end..];
            }

            at = end;
        }

        return text;
    }

    private static string LineEnd(string text) => text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var at && text[at - 1] == '\r' ? "\r\n" : "\n";

    // Keyword, then blanks or one equals sign, then the rest.
    [GeneratedRegex(@"\A([A-Za-z]+)(?:\s*=\s*|\s+)(.*)\z")]
    private static partial Regex Directive();

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Argument();
}
