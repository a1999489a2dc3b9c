namespace VastPS.Tests.Package;

/// <summary>One half of the help pages. The other runs beside it: all that they do is wait for boxes.</summary>
[Trait("Speed", "Slow")]
public sealed class HelpExampleTests
{
    /// <summary>Pages from this letter on are in the other half.</summary>
    internal const char Half = 'S';

    public static TheoryData<string> Pages => [.. HelpExamples.Pages.Where(p => Path.GetFileName(p)[0] < Half)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_examples_of_a_page_run(string page) => HelpExamples.Hold(page);
}
