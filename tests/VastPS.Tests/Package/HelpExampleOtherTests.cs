namespace VastPS.Tests.Package;

/// <summary>The other half of the help pages.</summary>
[Trait("Speed", "Slow")]
public sealed class HelpExampleOtherTests
{
    public static TheoryData<string> Pages => [.. HelpExamples.Pages.Where(p => Path.GetFileName(p)[0] >= HelpExampleTests.Half)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_examples_of_a_page_run(string page) => HelpExamples.Hold(page);
}
