using System.Collections;
using System.Management.Automation.Language;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>The manifest says what is there, and the package holds what was agreed.</summary>
public sealed class ManifestTests
{
    private static readonly Hashtable s_manifest = Read();

    [Fact]
    public void Exported_cmdlets_are_the_cmdlet_classes()
    {
        string[] exported = Strings("CmdletsToExport");
        string[] classes = [.. Law.Cmdlets.Select(Law.CommandName)];

        Law.Holds(
            "CmdletsToExport in VastPS.psd1 names every cmdlet class and nothing else.",
            [.. classes.Except(exported).Select(c => "missing: " + c), .. exported.Except(classes).Select(c => "no class: " + c)]);
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

    private static Version Trim(Version version) => new(version.Major, version.Minor, version.Build);

    private static string[] Strings(string key) => s_manifest[key] is object[] many ? [.. many.Cast<string>()] : [(string)s_manifest[key]!];

    private static Hashtable Read()
    {
        ScriptBlockAst script = Parser.ParseFile(Path.Combine(Repo.Root, "VastPS.psd1"), out _, out ParseError[] errors);
        Assert.Empty(errors);
        return (Hashtable)script.Find(a => a is HashtableAst, searchNestedScriptBlocks: false).SafeGetValue();
    }
}
