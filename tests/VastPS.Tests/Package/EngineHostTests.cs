namespace VastPS.Tests.Package;

/// <summary>The engine host does what pwsh would do with the same script.</summary>
public sealed class EngineHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_script_gets_its_arguments_and_knows_its_folder()
    {
        string script = Script("param([string]$Name, [int]$Count, [switch]$Loud) \"$PSScriptRoot|$Name|$Count|$Loud\"");

        Exited ran = Tool.EngineHost("-File", script, "-Name", "two words", "-Count:3", "-Loud");

        Assert.Equal($"{_folder}|two words|3|True", Assert.Single(ran.Clean()));
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("& { exit 3 }", 3)]
    [InlineData("'fine'", 0)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("if (", 1)]
    public void The_exit_code_is_the_scripts(string text, int code) => Assert.Equal(code, Tool.EngineHost("-File", Script(text)).Code);

    [Fact]
    public void Errors_and_warnings_do_not_mix_with_results()
    {
        Exited ran = Tool.EngineHost("-Command", "'result'; $Host.UI.WriteWarningLine('careful'); Get-Nothing; throw 'the end'");

        Assert.Equal(1, ran.Code);
        Assert.Equal("result", Assert.Single(ran.Lines));
        Assert.Contains("careful", ran.Error, StringComparison.Ordinal);
        Assert.Contains("Get-Nothing", ran.Error, StringComparison.Ordinal);
        Assert.Contains("the end", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_gets_no_colours() =>
        Assert.DoesNotContain('\u001b', Tool.EngineHost("-Command", "[pscustomobject]@{ A = 1; B = 2 }").Output);

    [Theory]
    [InlineData("$Host.UI.PromptForChoice('', 'Sure?', [Management.Automation.Host.ChoiceDescription[]]@('&Yes', '&No'), 0)")]
    [InlineData("$Host.UI.ReadLine()")]
    [InlineData("& { param([Parameter(Mandatory)] $Name) }")]
    public void A_question_nobody_can_answer_is_an_error(string text)
    {
        Exited ran = Tool.EngineHost("-NonInteractive", "-Command", "$ErrorActionPreference = 'Stop'; " + text);

        Assert.Equal(1, ran.Code);
        Assert.NotEmpty(ran.Error);
    }

    private string Script(string text)
    {
        string path = Path.Combine(_folder, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
