using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

/// <summary>Each element of a pattern by itself; ExcludeRulesTests holds whole patterns against git.</summary>
public sealed class WildNameTests
{
    // As POSIX names them, in ASCII; none of them is a slash.
    public static TheoryData<string, string> Classes => new()
    {
        { "alnum", Range('0', '9') + Range('A', 'Z') + Range('a', 'z') },
        { "alpha", Range('A', 'Z') + Range('a', 'z') },
        { "blank", " \t" },
        { "cntrl", Range('\0', '\x1f') + "\x7f" },
        { "digit", Range('0', '9') },
        { "graph", Range('!', '~') },
        { "lower", Range('a', 'z') },
        { "print", Range(' ', '~') },
        { "punct", Range('!', '/') + Range(':', '@') + Range('[', '`') + Range('{', '~') },
        { "space", " " + Range('\t', '\r') },
        { "upper", Range('A', 'Z') },
        { "xdigit", Range('0', '9') + Range('A', 'F') + Range('a', 'f') },
        { "nonsense", "" },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_class_holds_its_characters_and_no_other(string name, string characters)
    {
        for (char c = '\0'; c <= '\x7f'; c++)
        {
            bool isIn = characters.Contains(c, StringComparison.Ordinal);
            Assert.Equal((c, isIn && c != '/'), (c, WildName.Matches($"[[:{name}:]]", c.ToString())));
            Assert.Equal((c, !isIn && c != '/'), (c, WildName.Matches($"[![:{name}:]]", c.ToString())));
        }

        Assert.False(WildName.Matches($"[[:{name}:]]", "\u00E9"));
    }

    // The pattern, then what it matches, then what it does not.
    [Theory]
    [InlineData("a", "a", "b aa /a")]
    [InlineData("?", "a é", "/ ab")]
    [InlineData("[abc]", "a b c", "d [ ab")]
    [InlineData("[a-c]", "a b c", "` d - A")]
    [InlineData("[a-cx-z]", "a b c x y z", "d w -")]
    [InlineData("[a-]", "a -", "b")]
    [InlineData("[-a]", "a -", "b")]
    [InlineData("[!-a]", "b", "a - /")]
    [InlineData("[]a]", "] a", "b []a]")]
    [InlineData("[!]a]", "b !", "] a")]
    [InlineData("[^a]", "b ^", "a /")]
    [InlineData("[!a]", "b !", "a /")]
    [InlineData("[a!]", "a !", "b")]
    [InlineData("[\\]]", "]", "\\ a")]
    [InlineData("[a\\-c]", "a - c", "b")]
    [InlineData("[\\a-c]", "a b c", "d \\")]
    [InlineData("[a-\\c]", "a b c", "d \\")]
    [InlineData("[c-a]", "", "a b c")]
    [InlineData("[+-9]", "+ , - . 0 9", "/ * :")]
    [InlineData("[[:digit:]a]", "0 9 a", "b [ :")]
    [InlineData("[a[:digit:]]", "0 9 a", "b ]")]
    [InlineData("[[:digit:]", "", "0 [ :")]
    [InlineData("[[:digit]", "[ : d i g t", "0 ]")]
    [InlineData("[[a]", "[ a", "b")]
    [InlineData("[a", "", "a [a [")]
    [InlineData("[", "", "[ a")]
    [InlineData("[!", "", "! a [!")]
    [InlineData("a\\", "", "a a\\")]
    [InlineData("\\a", "a", "\\a b")]
    [InlineData("\\*", "*", "a \\")]
    [InlineData("*", "a ab abc", "a/b /")]
    [InlineData("*b", "b ab aab", "ba a/b")]
    [InlineData("a*", "a ab abc", "ba a/ a/b")]
    [InlineData("a*c", "ac abc abbc", "ab abcd a/c")]
    [InlineData("a*b*c", "abc axbxc abbcc", "acb ab/c")]
    [InlineData("**", "a a/b a/b/c", "")]
    [InlineData("a/**", "a/b a/b/c a/", "a b ab/c")]
    [InlineData("**/a", "a x/a x/y/a", "xa a/x x/ya")]
    [InlineData("a/**/b", "a/b a/x/b a/x/y/b", "ab axb a/xb b/a/b")]
    [InlineData("a**b", "ab axb", "a/b a/x/b")]
    [InlineData("a**/b", "a/b ax/b", "b a/x/b")]
    [InlineData("a/**b", "a/b a/xb", "a/x/b b")]
    [InlineData("***/a", "a x/a x/y/a", "xa")]
    [InlineData("**/", "a/ a/b/", "a b")]
    public void An_element_matches_what_it_says(string pattern, string matches, string others)
    {
        foreach (string path in matches.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(WildName.Matches(pattern, path), $"{pattern} matches {path}");
        }

        foreach (string path in others.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.False(WildName.Matches(pattern, path), $"{pattern} does not match {path}");
        }

        Assert.Equal(pattern is "*" or "**" or "**/", WildName.Matches(pattern, ""));
    }

    private static string Range(char from, char to) => string.Concat(Enumerable.Range(from, to - from + 1).Select(i => (char)i));
}
