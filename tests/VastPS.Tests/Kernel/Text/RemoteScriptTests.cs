using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Text;

public sealed class RemoteScriptTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1A")]
    [InlineData("A-B")]
    [InlineData("A=B")]
    [InlineData("A;id")]
    [InlineData("Ä")]
    public void A_name_that_no_shell_takes_is_refused_and_named(string name)
    {
        VastException error = Assert.Throws<VastException>(() => RemoteScript.Preamble([new(name, "x")]));

        Assert.Equal(VastReason.InvalidValue, error.Reason);
        Assert.Contains(name, ErrorText.By(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_NUL_cannot_be_sent()
    {
        Assert.Equal(VastReason.InvalidValue, Assert.Throws<VastException>(() => ShellQuote.Word("a\0b")).Reason);
        Assert.Equal(VastReason.InvalidValue, Assert.Throws<VastException>(() => RemoteScript.Preamble([new("A", "\0")])).Reason);
    }

    [Theory]
    [InlineData("plain-1.2_3/x:y@z%+,", "plain-1.2_3/x:y@z%+,")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("~", "'~'")]
    [InlineData("a=b", "'a=b'")]
    public void Words_are_quoted_only_where_they_must_be(string word, string quoted) => Assert.Equal(quoted, ShellQuote.Word(word));

    [Theory]
    [InlineData("0A1B gone\n", true)]
    [InlineData("motd noise\n0A1B gone\n", true)]
    [InlineData("0A1B left 12 13\n", false)]
    [InlineData("gone\n", false)]
    [InlineData("", false)]
    public void Only_the_answer_with_the_nonce_counts(string answer, bool gone) =>
        Assert.Equal(gone, RemoteScript.SaysGone("0A1B", answer));
}
