using System.Globalization;
using VastPS.Features.Runs;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>The table of exit codes is what the rule gives, wherever it is printed.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/help/Wait-VastRun.md")]
    public void Every_outcome_has_its_code_in_the_table(string page)
    {
        string text = File.ReadAllText(Path.Combine(Repo.Root, page));
        Assert.All(Enum.GetValues<VastRunOutcome>(), outcome =>
        {
            // A code that the outcome has whatever the command's was; else the command's own is the one.
            int[] codes = [.. new int?[] { null, 3, 137 }.Select(own => OutcomeRule.ExitCode(outcome, own)).Distinct()];
            string code = codes.Length == 1 ? codes[0].ToString(CultureInfo.InvariantCulture) : "the command's own";
            Assert.Contains($"| {outcome} | {code}", text, StringComparison.Ordinal);
        });
        Assert.Contains($" | {OutcomeRule.WatchEnded} |", text, StringComparison.Ordinal);
    }
}
