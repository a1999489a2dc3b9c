using VastPS.Kernel.Text;

namespace VastPS.Kernel.Local;

/// <summary>
/// Patterns that leave names out of a transfer, with the meaning that gitignore gives them. The last that matches counts.
/// </summary>
internal sealed class ExcludeRules
{
    private readonly List<Rule> _rules;

    private ExcludeRules(List<Rule> rules) => _rules = rules;

    /// <summary>No patterns.</summary>
    public static ExcludeRules None { get; } = new([]);

    /// <summary>True where there is nothing to ask.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>Reads patterns, one a line; comments and empty lines say nothing.</summary>
    public static ExcludeRules Parse(IEnumerable<string> lines) => new([.. lines.Select(Rule.Parse).OfType<Rule>()]);

    /// <summary>
    /// True where a name is left out, false where a pattern with ! takes it back, null where no pattern speaks of it.
    /// What lies in a folder that is left out is not to be asked for: nothing takes it back.
    /// </summary>
    /// <param name="path">Below the folder that the patterns belong to, with slashes.</param>
    /// <param name="isFolder">True for a folder.</param>
    public bool? Verdict(string path, bool isFolder)
    {
        for (int i = _rules.Count - 1; i >= 0; i--)
        {
            if (_rules[i].Matches(path, isFolder))
            {
                return !_rules[i].TakesBack;
            }
        }

        return null;
    }

    // The literal beginning of a path is compared by itself, as git does: two stars right behind it stand at the beginning of
    // what is left, so that a**/b finds ab and all below it.
    private sealed record Rule(string Literal, string Pattern, bool TakesBack, bool OnlyFolders, bool IsPath)
    {
        public static Rule? Parse(string line)
        {
            string text = TrimEnd(line.TrimEnd('\r', '\n'));
            if (text.Length == 0 || text[0] == '#')
            {
                return null;
            }

            bool takesBack = text[0] == '!';
            text = takesBack ? text[1..] : text;
            bool onlyFolders = text.EndsWith('/');
            text = onlyFolders ? text[..^1] : text;
            bool isPath = text.Contains('/', StringComparison.Ordinal);
            text = text.StartsWith('/') ? text[1..] : text;
            int literal = !isPath ? 0 : text.IndexOfAny(['*', '?', '[', '\\']) is >= 0 and var first ? first : text.Length;
            return text.Length == 0 ? null : new Rule(text[..literal], text[literal..], takesBack, onlyFolders, isPath);
        }

        public bool Matches(string path, bool isFolder)
        {
            string name = IsPath ? path : path[(path.LastIndexOf('/') + 1)..];
            return (isFolder || !OnlyFolders)
                && name.StartsWith(Literal, StringComparison.Ordinal)
                && WildName.Matches(Pattern, name[Literal.Length..]);
        }

        // Blanks at the end count only behind a backslash.
        private static string TrimEnd(string line)
        {
            int end = 0;
            for (int i = 0; i < line.Length; i++)
            {
                if (line[i] == '\\' && i + 1 < line.Length)
                {
                    i++;
                    end = i + 1;
                }
                else if (line[i] != ' ')
                {
                    end = i + 1;
                }
            }

            return line[..end];
        }
    }
}
