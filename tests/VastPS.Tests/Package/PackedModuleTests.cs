using System.Xml.Linq;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Package;

/// <summary>The packed module in a process of its own, as a user meets it.</summary>
public sealed class PackedModuleTests
{
    private const string Import = "Import-Module ./out/VastPS; ";
    private const string Names = "Get-Command -Module VastPS | ForEach-Object Name; ";

    // Which SSH.NET the module really gets, and from which folder.
    private const string WhichSshNet = """
        $context = [Runtime.Loader.AssemblyLoadContext]::GetLoadContext([VastPS.VastException].Assembly)
        $ssh = $context.LoadFromAssemblyName([Reflection.AssemblyName]'Renci.SshNet')
        "$($context.Name) $($ssh.GetName().Version.Major) $([IO.Path]::GetFileName([IO.Path]::GetDirectoryName($ssh.Location)))"
        """;

    private static readonly string s_manifest =
        Directory.GetFiles(Path.Combine(Repo.Root, "out", "VastPS"), "VastPS.psd1", SearchOption.AllDirectories).Single();

    private static IEnumerable<string> Commands => Law.Cmdlets.Select(Law.CommandName).Order(StringComparer.Ordinal);

    [Fact]
    public void Its_folder_can_be_imported() =>
        Assert.Equal(Commands, Tool.PowerShell("-Command", Import + Names).Clean().Order(StringComparer.Ordinal));

    [Fact]
    public void Its_manifest_can_be_imported() =>
        Assert.Equal(Commands, Tool.PowerShell("-Command", $"Import-Module '{s_manifest}'; {Names}").Clean().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Import-Module ./out/VastPS -Force; ")]
    [InlineData("Remove-Module VastPS; Import-Module ./out/VastPS; ")]
    [InlineData("Import-Module ./out/VastPS -Force; Remove-Module VastPS; Import-Module ./out/VastPS -Force; ")]
    public void It_keeps_its_commands_when_imported_again(string again) =>
        Assert.Equal(Commands, Tool.PowerShell("-Command", Import + again + Names).Clean().Order(StringComparer.Ordinal));

    [Fact]
    public void It_takes_its_commands_with_it_when_removed() =>
        Assert.Empty(Tool.PowerShell(
            "-Command", Import + "Remove-Module VastPS; Get-Command -Name *-Vast* -CommandType Cmdlet | ForEach-Object Name").Clean());

    [Theory]
    [InlineData("Older", true)]
    [InlineData("Older", false)]
    [InlineData("Newer", true)]
    [InlineData("Newer", false)]
    public void It_never_meets_another_modules_SSH_NET(string stranger, bool first)
    {
        string load =
            $"$other = [Reflection.Assembly]::LoadFrom('{Tool.Stranger(stranger)}'); [void]$other.GetType('Renci.SshNet.SshClient', "
            + $"$true); ";

        string[] lines = Tool.PowerShell("-Command", (first ? load + Import : Import + load) + Names + WhichSshNet).Clean();

        Assert.Equal("VastPS 2026 bin", lines[^1]);
        Assert.Equal(Commands, lines[..^1].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Get_Help_shows_the_written_text()
    {
        string[] lines = Tool.PowerShell(
            "-Command",
            Import + "Get-Command -Module VastPS | ForEach-Object { $help = Get-Help $_.Name; \"$($_.Name)|$($help.Synopsis)\" }").Clean();

        Law.Holds(
            "Get-Help shows the synopsis of docs/help.",
            lines.Select(l => l.Split('|', 2)).Where(l => l[1] != Synopsis(l[0])).Select(l => $"{l[0]}: '{l[1]}'"));
        Assert.Equal(Law.Cmdlets.Count, lines.Length);
    }

    [Fact]
    public void Its_views_are_loaded()
    {
        // Models with a constructor without parameters can be made here; what they show must be their table and not a bare list of
        // properties.
        (string Type, string Header)[] tables =
        [
            .. from view in XDocument.Load(Path.Combine(Repo.Root, "module", "VastPS.Format.ps1xml")).Descendants("View")
               where view.Element("TableControl") is not null
               from name in view.Descendants("TypeName")
               let model = Law.Module.GetType(name.Value)!
               where model.GetConstructors((System.Reflection.BindingFlags)36).Any(c => c.GetParameters().Length == 0)
               select (
                   name.Value,
                   view.Descendants("TableColumnHeader").Select(h => h.Element("Label")?.Value).First(l => !string.IsNullOrEmpty(l))!),
        ];

        string script = string.Concat(tables.Select(t => $"'<{t.Type}>'; [Activator]::CreateInstance([{t.Type}], $true) | Out-Default; "));
        string[] shown = Tool.PowerShell("-Command", Import + script).Output.Split(
            '<', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Law.Holds("A model is shown by its table view.", tables.Where(t => !shown.Any(s =>
            s.StartsWith(t.Type + ">", StringComparison.Ordinal) && s.Contains(t.Header, StringComparison.Ordinal))).Select(t => t.Type));
    }

    private static string Synopsis(string command) =>
        File.ReadAllText(Path.Combine(Repo.Root, "docs", "help", command + ".md")).Split("## SYNOPSIS\n", 2)[1].Split("\n## ", 2)[0].Trim();
}
