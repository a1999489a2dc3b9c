using System.Text;
using System.Text.RegularExpressions;

namespace HelpMaker;

/// <summary>Markdown prose as a console shows it.</summary>
internal static partial class Prose
{
    /// <summary>The paragraphs of a text, each on one line, without marks. Lists and code keep their lines.</summary>
    public static IReadOnlyList<string> Paragraphs(string markdown)
    {
        var paragraphs = new List<string>();
        var current = new StringBuilder();
        bool code = false;
        foreach (string line in markdown.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                Flush();
                code = !code;
            }
            else if (code)
            {
                paragraphs.Add("    " + line);
            }
            else if (line.Trim().Length == 0)
            {
                Flush();
            }
            else
            {
                if (IsListItem(line))
                {
                    Flush();
                }

                current.Append(current.Length > 0 ? " " : "").Append(Plain(line.Trim()));
            }
        }

        Flush();
        return paragraphs;

        void Flush()
        {
            if (current.Length > 0)
            {
                paragraphs.Add(current.ToString());
                current.Clear();
            }
        }
    }

    public static bool IsListItem(string line) => ListMark().IsMatch(line);

    /// <summary>Breaks a line at blanks so that no line is longer than the width, if its words allow it.</summary>
    public static IEnumerable<string> Wrap(string text, int width, string indent, string hanging)
    {
        string line = indent;
        bool empty = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > width)
            {
                yield return line;
                (line, empty) = (hanging, true);
            }

            line += empty ? word : " " + word;
            empty = false;
        }

        yield return line;
    }

    private static string Plain(string line) =>
        Emphasis().Replace(Link().Replace(line, LinkText), "$2").Replace("`", "", StringComparison.Ordinal);

    // A link to a page of ours reads as its text alone; an address is shown.
    private static string LinkText(Match link) =>
        link.Groups[2].Value.Contains("://", StringComparison.Ordinal)
            ? $"{link.Groups[1].Value} ({link.Groups[2].Value})"
            : link.Groups[1].Value;

    [GeneratedRegex(@"^\s*([-*]|\d+\.)\s")]
    private static partial Regex ListMark();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(\*\*|__)(.+?)\1")]
    private static partial Regex Emphasis();
}
