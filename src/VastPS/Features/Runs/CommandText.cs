using System.Text.RegularExpressions;

namespace VastPS.Features.Runs;

/// <summary>What the text of a command tells about the worth of its exit code. A reader of simple shell text, not a shell.</summary>
internal static partial class CommandText
{
    // Their codes matter to nobody.
    private static readonly IReadOnlySet<string> s_trivial = new HashSet<string>
    {
        "cd",
        "echo", "printf", "export", "unset", "set", "source", ".", "mkdir", "sleep", "true", "false", ":", "test", "[", "[[", "((", "wait",
        "exit", "date", "pwd",
        "ulimit",
        "umask", "trap", "read", "shift", "local", "declare", "cat", "ls", "rm", "touch", "seq", "kill", "ps", "df", "nvidia-smi", "tee",
        "head", "tail", "grep", "break", "continue", "return", "",
    };

    // Words before a command that are none themselves.
    private static readonly IReadOnlySet<string> s_before = new HashSet<string>
    {
        "do", "then", "else", "{", "(", "time", "exec", "env", "nohup", "setsid", "command", "stdbuf", "for", "case", "in", "esac", "done",
        "fi", "}", ")"
    };

    private static readonly IReadOnlySet<string> s_conditions = new HashSet<string> { "if", "elif", "while", "until", "!" };

    /// <summary>Which part of the text hides the code of a command; null where none does.</summary>
    /// <param name="text">Shell text.</param>
    /// <param name="hasPipefail">True where the code of a pipe is that of its last part that failed.</param>
    public static string? Hides(string text, bool hasPipefail) => HidesItself(text, hasPipefail) ?? Inner().Matches(text)
        .Select(m => Hides(m.Groups["body"].Value, m.Value.StartsWith("eval", StringComparison.Ordinal)
            ? hasPipefail
            : m.Value.Contains("pipefail", StringComparison.Ordinal)))
        .FirstOrDefault(hidden => hidden is not null);

    private static string? HidesItself(string text, bool hasPipefail)
    {
        (string Words, string Next)[] parts = [.. Parts(text)];
        bool stops = false;
        for (int i = 0; i < parts.Length; i++)
        {
            (string words, string next) = parts[i];

            // Of a pipe the code goes where its last part's goes.
            int end = i;
            while (hasPipefail && (parts[end].Next is "|" or "|&") && end < parts.Length - 1)
            {
                end++;
            }

            next = parts[end].Next;
            string[] all = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            stops |= all is ["set", var option, ..] && SetE().IsMatch(option);
            bool isAsked = all.Any(s_conditions.Contains);
            string name = all.SkipWhile(w => s_before.Contains(w) || s_conditions.Contains(w) || w.Contains('=', StringComparison.Ordinal))
                .FirstOrDefault() ?? "";
            if (s_trivial.Contains(name) || all is ["for" or "case", ..])
            {
                continue;
            }

            bool isLast = parts.Skip(end + 1).All(p => p.Words is "" or "done" or "fi" or "}" or ")" or "esac");
            string? hidden = next switch
            {
                "||" => "||",
                "&&" when IsRescued(parts, end) => "||",
                "&" => "&",
                "|" or "|&" => "| without pipefail",
                _ when isAsked => "a condition",
                ";" or "\n" when !isLast && !stops => "; without set -e",
                ";" or "\n" when !stops && parts.Skip(end + 1).Any(p => p.Words == "done") => "a loop without set -e",
                _ => null,
            };
            if (hidden is not null)
            {
                return hidden;
            }
        }

        return null;
    }

    // a && b || c: what a fails with is c's to decide.
    private static bool IsRescued((string Words, string Next)[] parts, int at)
    {
        while (at < parts.Length && parts[at].Next is "&&" or "|" or "|&")
        {
            at++;
        }

        return at < parts.Length && parts[at].Next == "||";
    }

    // Simple commands with what separates them; quoted text and $(...) are no separators.
    private static IEnumerable<(string Words, string Next)> Parts(string text)
    {
        string plain = Redirect().Replace(
            Opaque().Replace(text.Replace("\\\n", " ", StringComparison.Ordinal), m => m.Groups["note"].Success ? "" : "x"), " ");
        plain = plain.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal);
        int from = 0;
        foreach (Match cut in Separator().Matches(plain))
        {
            yield return (plain[from..cut.Index].Trim(), cut.Value);
            from = cut.Index + cut.Length;
        }

        yield return (plain[from..].Trim(), "");
    }

    // What a shell of its own is given to run: pipefail is not handed down to it.
    [GeneratedRegex("""(?<![\w/-])(?:(?:/usr)?/bin/)?(?:(?:ba|da|z|k)?sh\s+(?:-\w+\s+)*-\w*c|eval)\s+(?<quote>['"])(?<body>(?:\\.|(?!\k<quote>).)*)\k<quote>""", RegexOptions.Singleline)]
    private static partial Regex Inner();

    [GeneratedRegex(@"^-[a-df-z]*e")]
    private static partial Regex SetE();

    // Quoted text, what $( ) gives, comments, and the text of a here-document.
    [GeneratedRegex(
        """'[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`|\$\(\((?:[^()]|\([^()]*\))*\)\)|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\\.|(?<note>(?<=^|[\s;])#[^\n]*)|<<-?\s*['"]?(?<end>\w+)['"]?[\s\S]*?\n\s*\k<end>(?=\n|\z)""",
        RegexOptions.Multiline)]
    private static partial Regex Opaque();

    [GeneratedRegex(@"\d*(?:>&|<&)\s*[\d-]+|&>>?\s*\S+|\d*>[>|]?\s*[^\s;&|]+|<\s*[^\s;&|]+")]
    private static partial Regex Redirect();

    [GeneratedRegex(@"&&|\|\||\|&|[;&|\n]")]
    private static partial Regex Separator();
}
