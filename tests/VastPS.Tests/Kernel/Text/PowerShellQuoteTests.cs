using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

/// <summary>A command that is suggested means the same once it is pasted.</summary>
public sealed partial class PowerShellQuoteTests
{
    public static TheoryData<string> Texts =>
    [
        "plain", "/home/me/.ssh/id_ed25519", @"C:\my keys\key", @"D:\keys\key", "a b", "it's", "it\u2019s", "\u2018x\u201A",
        "$HOME", "`n", "a;b", "@x", "{x}", "#x", "-x", "a,b", "(x)", "a&b", "x|y", "a\"b", "", "%x", "a[1].pt", "~/x y", "*", "1>2",
        "d\u00E9j\u00E0", "--%", "?x", "!x",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_text_comes_back(string text)
    {
        Assert.Equal(text, Argument(PowerShellQuote.Quoted(text)));
        Assert.Equal(text, Argument(PowerShellQuote.Word(text)));
    }

    [Theory]
    [InlineData("/home/me/.ssh/id_ed25519")]
    [InlineData(@"D:\keys\key")]
    [InlineData("~/.ssh/id")]
    public void What_needs_no_quotes_has_none(string text) => Assert.Equal(text, PowerShellQuote.Word(text));

    [Theory]
    [InlineData("/a b/it's [1].pt")]
    [InlineData(@"C:\my files\x.pt")]
    public void The_advice_of_an_error_can_be_pasted(string path)
    {
        string next = VastErrors.Record(new VastException(VastReason.LocalItemUnusable, path, "why")).ErrorDetails.RecommendedAction;
        Assert.Equal(path, Arguments(next)[^1]);
        next = VastErrors.Record(new VastException(VastReason.KeyFileMissing, path, path)).ErrorDetails.RecommendedAction;
        Assert.Equal(path, Arguments(next)[^1]);
    }

    [Fact]
    public void Whatever_stands_behind_a_parameter_in_the_catalogue_is_quoted()
    {
        string[] bare =
        [
            .. VastErrors.Catalogue.Where(e => Bare().IsMatch(e.Value.Next)).Select(e => $"{e.Key}: {e.Value.Next}"),
        ];
        Assert.True(bare.Length == 0, string.Join('\n', bare));
    }

    private static string Argument(string typed) => Arguments("Get-Item -LiteralPath " + typed)[^1];

    private static string[] Arguments(string command)
    {
        ScriptBlockAst script = Parser.ParseInput(command, out _, out ParseError[] errors);
        Assert.Empty(errors);
        var typed = (CommandAst)script.Find(a => a is CommandAst, searchNestedScriptBlocks: false);
        return [.. typed.CommandElements.OfType<StringConstantExpressionAst>().Select(e => e.Value)];
    }

    [GeneratedRegex(@"(-(Path|LiteralPath|KeyPath|Destination|Repository|Name|Label|GpuName)|^ls -ld|^chmod \d+|-f) '?\{\d\}")]
    private static partial Regex Bare();
}
