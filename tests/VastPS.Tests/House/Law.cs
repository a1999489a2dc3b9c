using System.Management.Automation;
using System.Reflection;
using VastPS.Commands;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>What the house tests share: what there is to check, and how a broken rule is said.</summary>
internal static class Law
{
    public static Assembly Module { get; } = typeof(VastCmdlet).Assembly;

    /// <summary>The public output types, in the order of their names.</summary>
    public static IReadOnlyList<Type> Models { get; } =
        [.. Module.GetExportedTypes()
            .Where(t => t.Namespace == "VastPS" && t.IsClass && !t.IsSubclassOf(typeof(Exception)))
            .OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>The cmdlet classes, in the order of their names.</summary>
    public static IReadOnlyList<Type> Cmdlets { get; } = [.. CmdletHost.Cmdlets.OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static string CommandName(Type cmdlet) =>
        cmdlet.GetCustomAttribute<CmdletAttribute>() is { } about ? $"{about.VerbName}-{about.NounName}" : cmdlet.Name;

    public static IEnumerable<PropertyInfo> Parameters(Type cmdlet) =>
        cmdlet.GetProperties().Where(p => p.GetCustomAttributes<ParameterAttribute>().Any());

    /// <summary>Source files of a folder of the repository, without what the build makes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repo.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(f => !Relative(f).Split('/').Any(part => part is "bin" or "obj" or "out" or ".git" or "BenchmarkDotNet.Artifacts"))
            .Order(StringComparer.Ordinal);

    public static string Relative(string path) => Path.GetRelativePath(Repo.Root, path).Replace('\\', '/');

    /// <summary>Fails with the rule and everything that breaks it.</summary>
    public static void Holds(string rule, IEnumerable<string> breaches)
    {
        string[] found = [.. breaches];
        Assert.True(found.Length == 0, rule + Environment.NewLine + string.Join(Environment.NewLine, found.Select(f => "  " + f)));
    }
}
