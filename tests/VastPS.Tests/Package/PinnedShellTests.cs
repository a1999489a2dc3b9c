using System.Management.Automation;

namespace VastPS.Tests.Package;

/// <summary>The demo, the examples and the tests of the package run in the PowerShell that people use.</summary>
public sealed class PinnedShellTests
{
    [Fact]
    public void The_shell_is_the_engine_that_the_other_tests_host()
    {
        string[] lines = Tool.PowerShell("-Command", "$Host.Name; \"$($PSVersionTable.PSVersion)\"; [Environment]::ProcessPath -match 'dotnet'").Clean();

        Version engine = typeof(PSObject).Assembly.GetName().Version!;
        Assert.Equal(["ConsoleHost", engine.ToString(3), "True"], lines);
    }
}
