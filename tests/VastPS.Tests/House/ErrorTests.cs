using System.Management.Automation;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Tests.House;

/// <summary>The error catalogue is whole, and nothing in it is unused.</summary>
public sealed class ErrorTests
{
    [Fact]
    [Trait("Frozen", "List")]
    public void Error_ids_are_what_was_agreed() =>
        Approved.Check("ErrorIds.approved.txt", Enum.GetNames<VastReason>().Order(StringComparer.Ordinal).Select(r => "Vast" + r));

    [Fact]
    public void Every_reason_has_an_entry() => Law.Holds(
        "Every VastReason has an entry in the catalogue (VastErrors): category, sentence, next step.",
        Enum.GetValues<VastReason>().Where(r => !VastErrors.Catalogue.ContainsKey(r)).Select(r => r.ToString()));

    [Fact]
    public void Every_entry_says_what_happened_and_what_to_type() => Law.Holds(
        "An entry has a category other than NotSpecified, a sentence that ends with a full stop or with the server's own words, and a "
        + "next step.",
        VastErrors.Catalogue.Where(e => e.Value.Category == ErrorCategory.NotSpecified
            || e.Value.Sentence is not [.., '.' or '}']
            || string.IsNullOrWhiteSpace(e.Value.Next))
            .Select(e => $"{e.Key}: {e.Value}"));

    [Fact]
    public void Every_entry_can_be_filled() => Law.Holds(
        "Sentence and next step are format texts with at most {0} to {5}; a brace that is meant is doubled.",
        VastErrors.Catalogue.Where(e => !CanBeFilled(e.Value.Sentence) || !CanBeFilled(e.Value.Next)).Select(e => e.Key.ToString()));

    [Fact]
    public void Every_reason_is_used() => Law.Holds(
        "A VastReason that nothing in src throws is dead: use it or remove it.",
        Enum.GetNames<VastReason>().Where(name => !s_source.Value.Contains($"VastReason.{name}", StringComparison.Ordinal)));

    private static readonly Lazy<string> s_source = new(() => string.Join('\n', Law.Files("src/VastPS", "*.cs")
        .Where(f => !Path.GetFileName(f).StartsWith("VastErrors", StringComparison.Ordinal))
        .Select(f => File.ReadAllText(f) + " ")));

    private static bool CanBeFilled(string format)
    {
        try
        {
            _ = string.Format(PowerShellQuote.Format, format, 0, 1, 2, 3, 4, 5);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
