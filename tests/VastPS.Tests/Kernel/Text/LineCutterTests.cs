using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

public sealed class LineCutterTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("a\n\nb", "a||b")]
    [InlineData("a\r\n\r\nb", "a||b")]
    [InlineData("10%\r20%\r30%\ndone", "10%|20%|30%|done")]
    [InlineData("a\r\r\nb", "a|b")]
    [InlineData("\r\ra\n", "a")]
    [InlineData("\n", "")]
    [InlineData("no end", "no end")]
    public void Every_kind_of_end_ends_a_line_wherever_the_text_is_cut(string text, string lines)
    {
        for (int cut = 0; cut <= text.Length; cut++)
        {
            for (int second = cut; second <= text.Length; second++)
            {
                Assert.Equal(lines, string.Join('|', Cut(text[..cut], text[cut..second], text[second..])));
            }
        }
    }

    [Fact]
    public void Nothing_is_no_line()
    {
        Assert.Empty(Cut(""));
        Assert.Empty(Cut("\r"));
        Assert.Equal([""], Cut("\n"));
    }

    [Fact]
    public void A_line_without_end_comes_in_parts()
    {
        var lines = new List<string>();
        var cutter = new LineCutter(lines.Add, maxLength: 3);
        cutter.Add("abcdefgh\U0001F600\U0001F600\n");
        cutter.Finish();

        Assert.Equal(["abc", "def", "gh\U0001F600", "\U0001F600"], lines);
    }

    private static List<string> Cut(params string[] parts)
    {
        var lines = new List<string>();
        var cutter = new LineCutter(lines.Add);
        Array.ForEach(parts, p => cutter.Add(p));
        cutter.Finish();
        return lines;
    }
}
