using VastPS.Tests.Package;

namespace VastPS.Tests.House;

/// <summary>Help and code say the same, and nobody's prose is missing.</summary>
public sealed class HelpTests
{
    [Fact]
    public void Help_is_whole_and_agrees_with_the_code()
    {
        Exited check = Tool.HelpMaker("--check");

        Assert.True(check.Code == 0, "docs/help and docs/errors.md differ from the code or wait for prose:" + Environment.NewLine + check.Error);
    }
}
