using System.Management.Automation;
using System.Reflection;

namespace VastPS.Tests.Package;

/// <summary>The demo, the examples and the tests of the package run in the PowerShell that people use.</summary>
public sealed class PinnedShellTests
{
    [Fact]
    public void The_shell_is_the_engine_that_the_other_tests_host()
    {
        string[] lines =
            Tool.PowerShell("-Command", "$Host.Name; \"$($PSVersionTable.PSVersion)\"; [Environment]::ProcessPath -match 'dotnet'").Clean();

        string engine =
            typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(' ', '+')[0];
        Assert.Equal(["ConsoleHost", engine, "True"], lines);
    }
}
