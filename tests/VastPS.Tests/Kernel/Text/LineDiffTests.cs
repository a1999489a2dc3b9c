using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

public sealed class LineDiffTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a\n", "a\n", "")]
    [InlineData("", "a\nb\n", "+ a|+ b")]
    [InlineData("a\nb\n", "", "- a|- b")]
    [InlineData("a\nb\nc\n", "a\nx\nc\n", "- b|+ x")]
    [InlineData("b\nc", "a\nb\nc", "+ a")]
    [InlineData("a\r\nb", "i\r\na\r\nb", "+ i")]
    [InlineData("a\na\n", "a\na\na\n", "+ a")]
    [InlineData("1\n2\n3\n4\n", "1\n3\n4\n5\n", "- 2|+ 5")]
    public void Only_what_differs_is_named(string before, string after, string diff) =>
        Assert.Equal(diff, string.Join('|', LineDiff.Of(before, after)));

    [Fact]
    public void Minus_and_plus_lead_from_one_text_to_the_other()
    {
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            string[] Text() => [.. Enumerable.Range(0, random.Next(9)).Select(_ => "abc"[random.Next(3)].ToString())];
            string[] before = Text(), after = Text();
            IReadOnlyList<string> diff = LineDiff.Of(string.Join('\n', before), string.Join('\n', after));
            Assert.Equal(Counts(after), Counts([.. before, .. Of('+')], Of('-')));

            string[] Of(char sign) => [.. diff.Where(d => d[0] == sign).Select(d => d[2..])];
        }
    }

    private static string Counts(string[] lines, params string[] without) =>
        string.Join(',', "abc".Select(c => lines.Count(l => l == c.ToString()) - without.Count(l => l == c.ToString())));
}
