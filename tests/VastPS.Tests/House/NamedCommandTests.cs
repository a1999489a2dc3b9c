using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Tests.House;

/// <summary>Nobody is told to type a command that does not exist.</summary>
public sealed partial class NamedCommandTests
{
    public static TheoryData<string, string> Places => new()
    {
        { "src/VastPS", "*.cs" },
        { "module", "*" },
        { "examples", "*" },
        { "docs", "*.md" },
        { ".", "README.md" },
        { ".", "CHANGELOG.md" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_command_that_is_named_exists(string folder, string pattern)
    {
        HashSet<string> commands = [.. Law.Cmdlets.Select(Law.CommandName)];

        Law.Holds(
            "Errors, texts, help and documents name only commands of the module.",
            from file in Law.Files(folder, pattern)
            from name in CommandName().Matches(File.ReadAllText(file)).Select(m => m.Value).Distinct()
            where !commands.Contains(name)
            select $"{Law.Relative(file)}: {name}");
    }

    [Fact]
    public void Every_parameter_that_an_error_names_exists()
    {
        Dictionary<string, string[]> commands = Law.Cmdlets.ToDictionary(
            Law.CommandName,
            c => (string[])[.. Law.Parameters(c).Select(p => p.Name), .. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters]);

        Law.Holds(
            "What an error tells to type uses only parameters that the command has.",
            from entry in VastErrors.Catalogue
            from call in Calls(entry.Value.Next)
            where commands.ContainsKey(call.GetCommandName() ?? "")
            from parameter in call.CommandElements.OfType<CommandParameterAst>()
            where !commands[call.GetCommandName()].Contains(parameter.ParameterName)
            select $"{entry.Key}: {call.GetCommandName()} -{parameter.ParameterName}");
    }

    private static IEnumerable<CommandAst> Calls(string format) =>
        Parser.ParseInput(string.Format(PowerShellQuote.Format, format, 0, 1, 2, 3, 4, 5), out _, out _)
            .FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();

    [GeneratedRegex(@"\b[A-Z][a-z]+-Vast[A-Z]\w*")]
    private static partial Regex CommandName();
}
