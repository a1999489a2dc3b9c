using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain\ttext\r\n", "plain\ttext\r\n")]
    [InlineData("grün 漢 \U0001F600", "grün 漢 \U0001F600")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b[1;38;5;208mx\u001b[m", "x")]
    [InlineData("\u001b[2J\u001b[Hx", "x")]
    [InlineData("\u001b[?25lx\u001b[?25h", "x")]
    [InlineData("\u001b]0;title\u0007x", "x")]
    [InlineData("\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001bP1$r\u001b\\x", "x")]
    [InlineData("\u001b_apc\u001b\\x", "x")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\u009d0;title\u009cx", "x")]
    [InlineData("\u001b(Bx\u001b7y\u001bcz", "xyz")]
    [InlineData("a\bb\u0007c\u0000d\u007fe", "abcde")]
    [InlineData("\u202egnp.exe", "gnp.exe")]
    [InlineData("\u001b]0;never ends\nnext", "\nnext")]
    [InlineData("50%\r100%\r\ndone", "50%\n100%\r\ndone")] // a lone CR writes over what stands there
    [InlineData("a\u200eb\u200fc\u061cd\u2066e\u2069", "abcde")]
    [InlineData("one\u2028two\u2029three", "onetwothree")]
    [InlineData("tail\u001b", "tail")]
    [InlineData("tail\u001b[", "tail")]
    [InlineData("", "")]
    public void Only_what_a_person_reads_stays(string text, string shown) => Assert.Equal(shown, TerminalText.Clean(text));

    [Fact]
    public void Nothing_that_a_terminal_obeys_survives_any_input()
    {
        var random = new Random(7);
        char[] alphabet = [.. "\u001b\u009b\u009d\u009c\u0007\\[]();?0123456789mHJKPX^_ abc\r\n\t\u202e"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Assert.DoesNotContain(TerminalText.Clean(text), c => char.IsControl(c) && c is not ('\r' or '\n' or '\t'));
            Assert.DoesNotContain(TerminalText.Line(text), c => char.IsControl(c) && c != '\t');
        }
    }
}
