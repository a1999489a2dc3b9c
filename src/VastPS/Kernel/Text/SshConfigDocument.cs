using System.Text.RegularExpressions;
using VastPS.Basics;

namespace VastPS.Kernel.Text;

/// <summary>
/// The user's own ssh configuration, of which only one line is ever added or taken away: the Include at its top.
/// Every other byte stays. The text is one character a byte, so nothing is decoded and nothing is lost.
/// </summary>
internal static partial class SshConfigDocument
{
    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";
    private const string Patterns = "*?[";

    /// <summary>True where a line before the first Host or Match includes one of the given spellings of our file.</summary>
    public static bool Includes(string text, params string[] spellings) => Directives(text)
        .TakeWhile(d => d.Keyword is not ("host" or "match"))
        .Any(d => d.Keyword == "include" && d.Words.Any(spellings.Contains));

    /// <summary>The files that the text includes, as it names them.</summary>
    public static IEnumerable<string> Included(string text) => Directives(text).Where(d => d.Keyword == "include").SelectMany(d => d.Words);

    /// <summary>The names that the text gives settings to: those written out, not those that a pattern would match.</summary>
    public static IEnumerable<string> Names(string text) =>
        from directive in Directives(text)
        from word in directive.Keyword switch
        {
            "host" => directive.Words,
            "match" => directive.Words.Zip(directive.Words.Skip(1))
                .Where(p => p.First.ToLowerInvariant() is "host" or "originalhost").SelectMany(p => p.Second.Split(',')),
            _ => [],
        }
        where word.Length > 0 && word[0] != '!' && word.AsSpan().IndexOfAny(Patterns) < 0
        select word;

    /// <summary>The line for our file; see <see cref="SshHostFile.Quote"/>.</summary>
    public static string Line(string path)
    {
        // ssh expands patterns in an Include, so a name with one would include something else.
        if (path.AsSpan().IndexOfAny(Patterns) >= 0)
        {
            throw new VastException(
                VastReason.InvalidValue,
                TerminalText.Line(path),
                "the ssh configuration",
                "*, ? and [ are patterns there",
                "use a folder with a plain name");
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
        string[] lines = [.. TextLines.WithEnds(text[mark.Length..])];
        int at = Array.FindIndex(lines, l => TextLines.WithoutEnd(l) == line);
        return at < 0 ? text : mark + string.Concat(lines.Where((_, i) => i != at));
    }

    private static IEnumerable<(string Keyword, string[] Words)> Directives(string text) =>
        from line in TextLines.Filled(text)
        let directive = Directive().Match(line)
        where directive.Success
        select (directive.Groups[1].Value.ToLowerInvariant(), (string[])
            [.. Word().Matches(directive.Groups[2].Value).Select(w => w.Value).TakeWhile(w => w[0] != '#').Select(w => w.Trim('"'))]);

    private static string LineEnd(string text) =>
        text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var at && text[at - 1] == '\r' ? "\r\n" : "\n";

    // Keyword, then blanks or one equals sign, then the rest.
    [GeneratedRegex(@"\A(?:\u00EF\u00BB\u00BF)?([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)\z")]
    private static partial Regex Directive();

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Word();
}
