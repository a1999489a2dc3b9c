using VastPS.Tests.House;

namespace VastPS.Tests.Package;

/// <summary>Every example that needs nothing runs to its end, on the packed module, against the local Vast.</summary>
[Trait("Speed", "Slow")]
public sealed class ExampleTests
{
    public static TheoryData<string> Examples =>
        [.. Law.Files("examples", "*.ps1")
            .Where(f => !File.ReadAllText(f).Contains("Mandatory", StringComparison.Ordinal)).Select(Law.Relative)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_runs(string path)
    {
        Exited ran = Tool.PowerShell("-NonInteractive", "-File", path);

        Assert.True(
            ran.Code == 0, $"{path} ended with exit code {ran.Code}.{Environment.NewLine}{ran.Error}{Environment.NewLine}{ran.Output}");
    }
}
