namespace VastPS.Kernel.Text;

/// <summary>Matches a path with slashes against a wildcard as gitignore reads it: *, ?, [...], ** between slashes, backslash.</summary>
internal static class WildName
{
    /// <summary>True where the whole path matches. A pattern that is not closed, as [a, matches nothing.</summary>
    public static bool Matches(string pattern, string path)
    {
        // Where a star cannot succeed at one place it is asked about that place only once.
        var failed = new HashSet<(int, int)>();
        return Matches(pattern, 0, path, 0, failed);
    }

    private static bool Matches(string p, int i, string t, int j, HashSet<(int, int)> failed)
    {
        for (; i < p.Length; i++)
        {
            if (p[i] == '*')
            {
                return failed.Add((i, j)) && Star(p, i, t, j, failed);
            }

            if (j == t.Length || !One(p, ref i, t[j]))
            {
                return false;
            }

            j++;
        }

        return j == t.Length;
    }

    private static bool Star(string p, int i, string t, int j, HashSet<(int, int)> failed)
    {
        int end = i;
        while (end < p.Length && p[end] == '*')
        {
            end++;
        }

        bool isWide = end - i >= 2 && (i == 0 || p[i - 1] == '/') && (end == p.Length || p[end] == '/');
        if (isWide && end < p.Length && Matches(p, end + 1, t, j, failed))
        {
            // Two stars and their slash stand for no folder at all, too.
            return true;
        }

        for (int k = j; k <= t.Length; k++)
        {
            if (Matches(p, end, t, k, failed))
            {
                return true;
            }

            if (k < t.Length && t[k] == '/' && !isWide)
            {
                return false;
            }
        }

        return false;
    }

    // One character of the text against one element of the pattern, which it moves to the element's end.
    private static bool One(string p, ref int i, char c)
    {
        switch (p[i])
        {
            case '?':
                return c != '/';
            case '\\':
                return ++i < p.Length && p[i] == c;
            case '[':
                return Set(p, ref i, c);
            default:
                return p[i] == c;
        }
    }

    private static bool Set(string p, ref int i, char c)
    {
        int at = i + 1;
        bool isNot = at < p.Length && p[at] is '!' or '^';
        at += isNot ? 1 : 0;
        bool isIn = false;
        for (int first = at; at < p.Length; at++)
        {
            if (p[at] == ']' && at > first)
            {
                i = at;
                return isIn != isNot && c != '/';
            }

            if (Class(p, ref at, c) is { } inClass)
            {
                isIn |= inClass;
                continue;
            }

            char low = Letter(p, ref at);
            char high = low;
            if (at + 2 < p.Length && p[at + 1] == '-' && p[at + 2] != ']')
            {
                at += 2;
                high = Letter(p, ref at);
            }

            isIn |= low <= c && c <= high;
        }

        return false;
    }

    private static char Letter(string p, ref int at)
    {
        at += p[at] == '\\' && at + 1 < p.Length ? 1 : 0;
        return p[at];
    }

    // A class such as [:digit:]; null where there is none.
    private static bool? Class(string p, ref int at, char c)
    {
        if (p[at] != '['
            || at + 1 >= p.Length
            || p[at + 1] != ':'
            || p.IndexOf(":]", at + 2, StringComparison.Ordinal) is not (>= 0 and int end))
        {
            return null;
        }

        string name = p[(at + 2)..end];
        at = end + 1;
        return name switch
        {
            "alnum" => char.IsAsciiLetterOrDigit(c),
            "alpha" => char.IsAsciiLetter(c),
            "blank" => c is ' ' or '\t',
            "cntrl" => c < ' ' || c == '\x7f',
            "digit" => char.IsAsciiDigit(c),
            "graph" => c is > ' ' and < '\x7f',
            "lower" => char.IsAsciiLetterLower(c),
            "print" => c is >= ' ' and < '\x7f',
            "punct" => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)),
            "space" => c is ' ' or (>= '\t' and <= '\r'),
            "upper" => char.IsAsciiLetterUpper(c),
            "xdigit" => char.IsAsciiHexDigit(c),
            _ => false,
        };
    }
}
