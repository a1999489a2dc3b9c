using VastPS.Basics;

namespace VastPS.Tests.Basics;

public sealed class TextLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\nb", new[] { "a", "b" })]
    [InlineData("a\n\n b \n", new[] { "a", "", " b " })]
    [InlineData("a\rb\r\r\n", new[] { "a\rb\r" })]
    [InlineData("a\r", new[] { "a\r" })]
    [InlineData("a\u0085b\u2028c", new[] { "a\u0085b\u2028c" })]
    public void A_line_ends_with_LF_or_with_CR_LF_and_nothing_else(string text, string[] lines) =>
        Assert.Equal(lines, TextLines.Of(text));

    [Fact]
    public void Blank_lines_and_blanks_around_a_line_can_be_left_out() =>
        Assert.Equal(["a", "b c"], TextLines.Filled("\n  a\r\n\t\r\n\nb c \n "));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("\r\n\na\r\n b")]
    [InlineData("a\n\r")]
    public void Lines_with_their_ends_are_the_text(string text)
    {
        string[] lines = [.. TextLines.WithEnds(text)];

        Assert.Equal(text, string.Concat(lines));
        Assert.All(lines.SkipLast(1), l => Assert.EndsWith("\n", l, StringComparison.Ordinal));
    }
}
