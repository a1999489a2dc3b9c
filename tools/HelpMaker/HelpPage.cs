namespace HelpMaker;

/// <summary>A page of docs/help as it was read: its sections, and the items under each.</summary>
internal sealed record HelpPage(IReadOnlyDictionary<string, string> FrontMatter, IReadOnlyList<HelpSection> Sections, string Text)
{
    /// <summary>Reads a page; null where there is none.</summary>
    public static HelpPage? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        string[] lines = text.Split('\n');
        int body = lines[0] == "---" ? Array.IndexOf(lines, "---", 1) + 1 : 0;
        Dictionary<string, string> front = lines[..body]
            .Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return new HelpPage(front, Split(lines[body..], "## ", (heading, inner) => new HelpSection(heading, inner)), text);
    }

    public HelpSection Section(string heading) => Sections.FirstOrDefault(s => s.Heading == heading) ?? new HelpSection(heading, []);

    /// <summary>
    /// Cuts lines at headings of one level; a heading inside a code block is code. What stands before the first is left out.
    /// </summary>
    public static IReadOnlyList<T> Split<T>(IReadOnlyList<string> lines, string mark, Func<string, IReadOnlyList<string>, T> make)
    {
        var parts = new List<(string Heading, List<string> Lines)>();
        bool code = false;
        foreach (string line in lines)
        {
            code ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!code && line.StartsWith(mark, StringComparison.Ordinal))
            {
                parts.Add((line[mark.Length..].Trim(), []));
            }
            else if (parts.Count > 0)
            {
                parts[^1].Lines.Add(line);
            }
        }

        return [.. parts.Select(p => make(p.Heading, p.Lines))];
    }
}

/// <summary>A section of a page: text, or items under headings of their own.</summary>
internal sealed class HelpSection(string heading, IReadOnlyList<string> lines)
{
    public string Heading { get; } = heading;

    /// <summary>Everything in the section.</summary>
    public string Text { get; } = string.Join('\n', lines).Trim('\n');

    public IReadOnlyList<HelpItem> Items { get; } =
        HelpPage.Split(lines, "### ", (name, inner) => new HelpItem(name, string.Join('\n', inner).Trim('\n')));

    public HelpItem? Item(string name) => Items.FirstOrDefault(i => i.Heading == name);
}

/// <summary>An example, a parameter, a type: a heading and its text.</summary>
internal sealed record HelpItem(string Heading, string Text)
{
    private const string Yaml = "```yaml";

    /// <summary>What a person wrote: the text without the metadata block at its end.</summary>
    public string Prose => Text.LastIndexOf(Yaml, StringComparison.Ordinal) is var at and >= 0 ? Text[..at].Trim('\n') : Text;
}
