using VastPS.Tests.Package;

namespace VastPS.Tests.House;

/// <summary>Help and code say the same, and nobody's prose is missing.</summary>
public sealed class HelpTests
{
    [Fact]
    public void Help_is_whole_and_agrees_with_the_code()
    {
        Exited check = Tool.HelpMaker("--check");

        Assert.True(
            check.Code == 0, "docs/help and docs/errors.md differ from the code or wait for prose:" + Environment.NewLine + check.Error);
    }

    [Fact]
    public void Commands_of_modules_that_the_computer_happens_to_have_do_not_matter()
    {
        string modules = Directory.CreateTempSubdirectory("vastps-modules-").FullName;
        try
        {
            string folder = Directory.CreateDirectory(Path.Combine(modules, "Foreign")).FullName;
            File.WriteAllText(
                Path.Combine(folder, "Foreign.psd1"),
                "@{ ModuleVersion = '1.0'; RootModule = 'Foreign.dll'; CmdletsToExport = @('Get-Foreign') }");
            File.WriteAllText(Path.Combine(folder, "Foreign.dll"), "");

            Exited check = Tool.Run(Tool.Start("HelpMaker", ["--check"], ("PSModulePath", modules)));

            Assert.True(check.Code == 0, check.Error);
        }
        finally
        {
            Directory.Delete(modules, recursive: true);
        }
    }
}
