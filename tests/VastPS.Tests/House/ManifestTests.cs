using System.Collections;
using System.Management.Automation.Language;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>The manifest says what is there, and the package holds what was agreed.</summary>
public sealed class ManifestTests
{
    private static readonly string s_path = Path.Combine(Repo.Root, "VastPS.psd1");

    private static readonly Hashtable s_manifest = Read();

    [Fact]
    [Trait("Frozen", "List")]
    public void Exported_cmdlets_are_the_cmdlet_classes() => Approved.CheckPage("VastPS.psd1", WithCmdlets(File.ReadAllLines(s_path)));

    [Fact]
    public void The_list_of_cmdlets_is_written_and_nothing_around_it()
    {
        string[] written = [.. WithCmdlets(["before", "    CmdletsToExport      = @(", "        'Get-VastNothing'", "    )", "after", "    )"])];

        Assert.Equal(["before", "    CmdletsToExport      = @("], written[..2]);
        Assert.Equal(["    )", "after", "    )"], written[^3..]);
        Assert.Equal(Law.Cmdlets.Select(c => $"        '{Law.CommandName(c)}'").Order(StringComparer.Ordinal), written[2..^3]);
    }

    [Fact]
    public void Nothing_else_is_exported() => Law.Holds(
        "Functions, aliases and variables are exported by nobody: their lists are empty and written down.",
        new[] { "FunctionsToExport", "AliasesToExport", "VariablesToExport" }.Where(key => s_manifest[key] is not object[] { Length: 0 }));

    [Fact]
    public void Files_it_names_exist() => Law.Holds(
        "Every file the manifest names is in the repository at the same place as in the package.",
        Strings("RootModule").Concat(Strings("FormatsToProcess"))
            .Concat(Strings("TypesToProcess")).Where(f => !File.Exists(Path.Combine(Repo.Root, f))));

    [Fact]
    public void Only_systems_that_are_tested_are_promised()
    {
        string[] tags = [.. ((object[])((Hashtable)((Hashtable)s_manifest["PrivateData"]!)["PSData"]!)["Tags"]!).Cast<string>()];
        Assert.Equal(["Linux"], tags.Intersect(["Windows", "Linux", "MacOS"]));
        Assert.Contains(
            "Windows and macOS are not tested yet", File.ReadAllText(Path.Combine(Repo.Root, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_of_the_manifest_is_the_version_of_the_module() =>
        Assert.Equal(Version.Parse((string)s_manifest["ModuleVersion"]!), Trim(Law.Module.GetName().Version!));

    [Fact]
    [Trait("Frozen", "List")]
    public void The_package_holds_the_files_that_were_agreed()
    {
        string package = Path.Combine(Repo.Root, "out", "VastPS", (string)s_manifest["ModuleVersion"]!);
        Assert.True(Directory.Exists(package), "The package is not there. Type: ./build.sh build");

        Approved.Check("PackageFiles.approved.txt", Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(package, f).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    // The engine finds commands by this list without loading the module, so it is literal.
    private static IEnumerable<string> WithCmdlets(string[] manifest)
    {
        int from = Array.FindIndex(manifest, l => l.TrimStart().StartsWith("CmdletsToExport", StringComparison.Ordinal));
        int to = Array.IndexOf(manifest, "    )", from);
        return
        [
            .. manifest[..(from + 1)],
            .. Law.Cmdlets.Select(c => $"        '{Law.CommandName(c)}'").Order(StringComparer.Ordinal),
            .. manifest[to..],
        ];
    }

    private static Version Trim(Version version) => new(version.Major, version.Minor, version.Build);

    private static string[] Strings(string key) => s_manifest[key] is object[] many ? [.. many.Cast<string>()] : [(string)s_manifest[key]!];

    private static Hashtable Read()
    {
        ScriptBlockAst script = Parser.ParseFile(s_path, out _, out ParseError[] errors);
        Assert.Empty(errors);
        return (Hashtable)script.Find(a => a is HashtableAst, searchNestedScriptBlocks: false).SafeGetValue();
    }
}
