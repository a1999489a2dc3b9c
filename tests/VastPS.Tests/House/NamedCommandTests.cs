using System.Text.RegularExpressions;

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

    [GeneratedRegex(@"\b[A-Z][a-z]+-Vast[A-Z]\w*")]
    private static partial Regex CommandName();
}
