using System.Text.RegularExpressions;

namespace Mutants;

/// <summary>A class of tests.</summary>
/// <param name="Name">With its namespace.</param>
/// <param name="Folder">Below tests/VastPS.Tests, with slashes.</param>
/// <param name="IsTable">True where it starts no server, box or process, so that all of them together take seconds.</param>
internal sealed partial record TestClass(string Name, string Folder, bool IsTable)
{
    // Tests of the whole say little about one line, and take long. Those of the simulator and the package use other assemblies.
    private static readonly string[] s_leftOut = ["House", "Package", "Composition", "Simulator", "Kit", "Data", "bin", "obj"];

    /// <summary>Those that may be asked about a mutant.</summary>
    public static IReadOnlyList<TestClass> Find(string root)
    {
        string tests = Path.Combine(root, "tests", "VastPS.Tests");
        var found = new List<TestClass>();
        foreach (string path in Directory.EnumerateFiles(tests, "*Tests.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(tests, path))!.Replace('\\', '/');
            string text = File.ReadAllText(path);
            if (!s_leftOut.Contains(folder.Split('/')[0]) && Space().Match(text) is { Success: true } space)
            {
                found.AddRange(Class().Matches(text)
                    .Select(c => new TestClass($"{space.Groups[1].Value}.{c.Groups[1].Value}", folder, !Server().IsMatch(text))));
            }
        }

        return found;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Space();

    [GeneratedRegex(@"^public (?:sealed )?(?:partial )?class (\w+Tests)\b", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"\b(RunBed|SharedBed|SharedRunBed|SshBox|SshTestBed|SimulatedVast|SimulatorHost|PowerShellProcess|Terminal|KeyAgent"
        + @"|MuteAgent|GitServer|Start-VastSimulator)\b")]
    private static partial Regex Server();
}
