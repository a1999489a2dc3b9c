using System.Reflection;
using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace VastPS.Tests.House;

/// <summary>Who may import whom. The table is docs/floors.md as data.</summary>
public sealed partial class FloorTests
{
    private const string Engine = "System.Management.Automation";
    private const string Http = "System.Net.Http";
    private const string Json = "Newtonsoft.Json";
    private const string Retries = "Polly";
    private const string SshNet = "Renci.SshNet";
    private const string Curves = "Org.BouncyCastle";
    private const string Simulator = "VastPS.Simulator";

    private static readonly string[] s_fileAccess =
        ["System.IO.File", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.StreamReader", "System.IO.StreamWriter"];

    private static readonly string[] s_outside =
        [.. s_fileAccess, Http, "System.Net.Sockets", "System.Net.HttpListener", "System.Diagnostics.Process", "System.Console"];

    private static readonly string[] s_chance = ["System.TimeProvider", "System.Random", "System.Security.Cryptography.RandomNumberGenerator", "System.Guid"];

    // Each floor may see the floors it names and no other of ours; of the packages only its own.
    private static readonly Floor[] s_floors =
    [
        new("VastPS.Basics", [], [], [Http, "System.Net.Sockets"]),
        new("VastPS", ["VastPS.Basics"], [], s_outside),
        Brain("VastPS.Estimating"), Brain("VastPS.Metrics"), Brain("VastPS.Rules"), Brain("VastPS.Accounting"), Brain("VastPS.SshText"),
        Door("VastPS.Api", Json, Retries), Door("VastPS.Ssh", SshNet, Curves), Door("VastPS.Store"),
        Flow("VastPS.Renting"), Flow("VastPS.Transfer"), Flow("VastPS.Preflight"), Flow("VastPS.Runs"), Flow("VastPS.Reporting"),
        new("VastPS.Hosting", [.. Below, .. Doors, .. Flows], [Engine, Simulator], [SshNet + ".", Json + "."]),
        new("VastPS.Internal", Below, [Engine], s_outside),
        new("VastPS.Commands", [.. Below, .. Doors, .. Flows, "VastPS.Hosting"], [Engine, Simulator], [Http, "System.Net.Sockets"]),
    ];

    private static readonly string[] s_packages = [Engine, Json, Retries, SshNet, Simulator, Curves];

    public static TheoryData<string> Names => [.. s_floors.Select(f => f.Name)];

    private static string[] Brains => ["VastPS.Estimating", "VastPS.Metrics", "VastPS.Rules", "VastPS.Accounting", "VastPS.SshText"];

    private static string[] Doors => ["VastPS.Api", "VastPS.Ssh", "VastPS.Store"];

    private static string[] Flows => ["VastPS.Renting", "VastPS.Transfer", "VastPS.Preflight", "VastPS.Runs", "VastPS.Reporting"];

    private static string[] Below => ["VastPS", "VastPS.Basics", .. Brains];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_floor_sees_only_what_lies_below(string name)
    {
        Floor floor = s_floors.Single(f => f.Name == name);
        string[] forbidden = [.. s_packages.Except(floor.Packages), .. floor.Forbidden];
        string[] hidden = [.. s_floors.Select(f => f.Name).Except([.. floor.MaySee, floor.Name, "VastPS"])];

        // NetArchTest compares the beginnings of full names: a namespace needs its dot.
        NetArchTest.Rules.TestResult result = Types.InAssembly(Law.Module)
            .That().ResideInNamespaceMatching(name == "VastPS" ? "^VastPS$" : $@"^{Regex.Escape(name)}(\.|$)")
            .ShouldNot().HaveDependencyOnAny([.. forbidden, .. hidden.Select(h => h + ".")])
            .GetResult();

        Law.Holds(
            $"{name} may see {string.Join(", ", floor.MaySee.Concat(floor.Packages))} (docs/floors.md). Move the code to the floor it belongs to.",
            [.. (result.FailingTypeNames ?? []).Select(t => "type " + t), .. UsingsOf(floor, [.. forbidden, .. hidden])]);
    }

    [Fact]
    public void Every_namespace_is_on_a_floor() => Law.Holds(
        "Every namespace of the module is on a floor: add it to docs/floors.md and to the table in FloorTests.",
        Law.Module.GetTypes().Select(t => t.Namespace).OfType<string>().Distinct()
            .Where(n => n.StartsWith("VastPS", StringComparison.Ordinal) && s_floors.All(f => n != f.Name && !n.StartsWith(f.Name + ".", StringComparison.Ordinal) || (f.Name == "VastPS" && n != f.Name))));

    [Fact]
    public void No_public_member_mentions_a_package() => Law.Holds(
        "Public members mention .NET, the engine and VastPS only: other modules bring their own copies of the packages.",
        from type in Law.Module.GetExportedTypes()
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where IsSeen(member)
        from mentioned in Mentions(member)
        where mentioned.Assembly != Law.Module && !IsOfThePlatform(mentioned)
        select $"{type.FullName}.{member.Name} mentions {mentioned.FullName}");

    [Fact]
    public void The_simulator_and_the_loader_know_nothing_of_the_module() => Law.Holds(
        "The simulator is a second reading of the API and the loader lives in another context: neither refers to the module or to a package.",
        from assembly in new[] { typeof(VastPS.Simulator.SimServer).Assembly, typeof(VastPS.Loader.ModuleContext).Assembly }
        from reference in assembly.GetReferencedAssemblies()
        where !reference.Name!.StartsWith("System", StringComparison.Ordinal) && reference.Name != "Microsoft.Win32.Primitives"
        select $"{assembly.GetName().Name} refers to {reference.Name}");

    private static Floor Brain(string name) => new(name, Below, [], [.. s_outside, .. s_chance]);

    private static Floor Door(string name, params string[] packages) =>
        new(name, Below, packages, name == "VastPS.Store" ? [Http, "System.Net.Sockets"] : name == "VastPS.Ssh" ? [Http] : []);

    private static Floor Flow(string name) => new(name, [.. Below, .. Doors], [], s_outside);

    private static IEnumerable<string> UsingsOf(Floor floor, string[] forbidden)
    {
        string folder = floor.Name == "VastPS" ? "Models" : floor.Name["VastPS.".Length..];
        if (!Directory.Exists(Path.Combine(Kit.Repo.Root, "src", "VastPS", folder)))
        {
            return [];
        }

        return
            from file in Law.Files($"src/VastPS/{folder}", "*.cs")
            from line in File.ReadLines(file)
            let import = UsingLine().Match(line)
            where import.Success && forbidden.Any(f => import.Groups[1].Value == f || import.Groups[1].Value.StartsWith(f + ".", StringComparison.Ordinal))
            select $"{Law.Relative(file)}: {line}";
    }

    private static bool IsSeen(MemberInfo member) => member switch
    {
        MethodBase m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly,
        FieldInfo f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly,
        PropertyInfo p => p.GetAccessors(nonPublic: true).Any(IsSeen),
        _ => false,
    };

    private static IEnumerable<Type> Mentions(MemberInfo member) => (member switch
    {
        MethodInfo m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType),
        ConstructorInfo c => c.GetParameters().Select(p => p.ParameterType),
        PropertyInfo p => [p.PropertyType],
        FieldInfo f => [f.FieldType],
        _ => Enumerable.Empty<Type>(),
    }).SelectMany(Parts);

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static bool IsOfThePlatform(Type type) =>
        type.IsGenericParameter || type.Assembly == typeof(System.Management.Automation.PSObject).Assembly
        || type.Assembly.GetName().Name is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name == "netstandard");

    [GeneratedRegex(@"^(?:global )?using (?:static )?([\w.]+);")]
    private static partial Regex UsingLine();

    private sealed record Floor(string Name, string[] MaySee, string[] Packages, string[] Forbidden);
}
