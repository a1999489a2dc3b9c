using System.Text;

namespace HelpMaker;

/// <summary>Turns docs/about/about_X.md into about_X.help.txt: headings in capitals, text indented, nothing wider than a console.</summary>
internal static class AboutTopic
{
    public const int Width = 80;

    private const string Indent = "    ";

    public static string Render(string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        string topic = lines[0].TrimStart('#', ' ');
        var text = new StringBuilder($"TOPIC\n{Indent}{topic}\n");
        foreach ((string heading, IReadOnlyList<string> inner) in HelpPage.Split(lines, "## ", (heading, inner) => (heading, inner)))
        {
            text.Append('\n').Append(heading.ToUpperInvariant()).Append('\n');
            foreach (string line in Body(string.Join('\n', inner)))
            {
                text.Append(line.TrimEnd()).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Body(string markdown)
    {
        string? last = null;
        foreach (string paragraph in Prose.Paragraphs(markdown))
        {
            bool code = paragraph.StartsWith(Indent, StringComparison.Ordinal);
            bool item = !code && Prose.IsListItem(paragraph);
            string kind = code ? "code" : item ? "item" : "text";
            if (last is not null && (kind == "text" || kind != last))
            {
                yield return "";
            }

            last = kind;
            foreach (string line in code ? [Indent + paragraph] : Prose.Wrap(paragraph, Width, Indent, item ? Indent + "  " : Indent))
            {
                yield return line;
            }
        }
    }
}
