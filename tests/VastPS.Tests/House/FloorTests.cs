using System.Reflection;
using System.Text.RegularExpressions;

namespace VastPS.Tests.House;

/// <summary>Who may import whom: the table of HouseTable held against the module.</summary>
public sealed partial class FloorTests
{
    private const string Page = "docs/floors.md";

    public static TheoryData<string> Names => [.. HouseTable.Rooms.Select(r => r.Name)];

    private static HouseScan Module => HouseScan.Module;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_folder_sees_only_what_the_table_names(string name)
    {
        Room room = HouseTable.Rooms.Single(r => r.Name == name);
        Law.Holds(
            $"{name} may see {string.Join(", ", room.MaySee.Concat(room.Doors))} ({Page}). Move the code to where it belongs; a new "
            + $"arrow is a line in HouseTable, with its reason.",
            [.. TypesOf(room).SelectMany(t => Breaches(room, t)).Except(HouseTable.Exceptions.Select(e => e.What)), .. UsingsOf(room)]);
    }

    [Fact]
    public void Every_exception_is_needed() => Law.Holds(
        "An exception in HouseTable that nothing needs any more is removed.",
        HouseTable.Exceptions.Select(e => e.What)
            .Except([.. HouseTable.Rooms.SelectMany(r => TypesOf(r).SelectMany(t => Breaches(r, t))), .. Impure()]));

    [Fact]
    public void Every_file_is_in_a_folder_of_the_table_and_its_namespace_follows() => Law.Holds(
        "The namespace is that of the folder; cmdlet classes are in VastPS.Commands, parts of Texts and _Format in the namespace of "
        + "their class.",
        [
            .. Module.Files.Where(f => Expected(f.File, f.Room) is not { } space || space != f.Namespace)
                .Select(f => $"{Law.Relative(f.File)}: {f.Namespace}, expected {Expected(f.File, f.Room) ?? "a folder of HouseTable"}"),
            .. Module.Homeless.Select(t => $"{t}: its declaration is not seen; write it at the beginning of a line"),
        ]);

    [Fact]
    public void Features_do_not_use_each_other_in_a_circle() => Law.Holds(
        "No circle among the folders: what would close one moves up.",
        HouseTable.Rooms.Where(r => Above(r.Name, []).Contains(r.Name)).Select(r => r.Name));

    [Fact]
    public void Every_arrow_between_features_is_used() => Law.Holds(
        "An arrow in HouseTable that no file needs any more is removed.",
        HouseTable.Arrows.Where(a => !Module.Files.Any(
            f => f.Room == "Features/" + a.From && f.Text.Contains($"using VastPS.Features.{a.To};", StringComparison.Ordinal)))
            .Select(a => $"{a.From} -> {a.To}"));

    [Fact]
    public void What_is_called_a_rule_or_a_model_or_a_parser_or_a_plan_is_pure() => Law.Holds(
        $"Types that end with {string.Join(", ", HouseTable.PureEndings)}, and all of the pure folders, reach no door, no clock, no "
        + $"chance, not even through others.",
        Impure().Except(HouseTable.Exceptions.Select(e => e.What)));

    [Fact]
    public void A_way_out_is_found_through_others()
    {
        Assert.Contains(" -> ", Module.WayOut("VastPS.Features.Instances.RentFlow"), StringComparison.Ordinal);
        Assert.Equal(HouseTable.Files, HouseScan.OutsideOf("System.IO.FileStream"));
        Assert.Null(Module.WayOut("VastPS.Features.Runs.PaceRule"));
    }

    [Fact]
    public void State_of_the_process_is_listed() => Law.Holds(
        "A static that changes is state nobody passes: hold it in the services of the runspace, or list it in HouseTable with its reason. "
        + "A table that never changes is declared as IReadOnlyDictionary, IReadOnlySet or an array.",
        Differences(HouseTable.MutableStatics, Module.MutableStatics()));

    [Fact]
    public void Variables_of_the_process_are_read_in_listed_places() => Law.Holds(
        "Environment variables are read in one place each: pass the value, or list the place in HouseTable with its reason.",
        Differences(HouseTable.EnvironmentReads, Module.EnvironmentReads()));

    [Fact]
    [Trait("Frozen", "List")]
    public void The_page_of_the_house_is_written_from_the_table() => Approved.CheckPage(Page, HousePage.Lines());

    [Fact]
    public void No_public_member_mentions_a_package() => Law.Holds(
        "Public members mention .NET, the engine and VastPS only: other modules bring their own copies of the packages.",
        from type in Law.Module.GetExportedTypes()
        from member in type.GetMembers(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where IsSeen(member)
        from mentioned in Mentions(member)
        where mentioned.Assembly != Law.Module && !IsOfThePlatform(mentioned)
        select $"{type.FullName}.{member.Name} mentions {mentioned.FullName}");

    [Fact]
    public void The_simulator_and_the_loader_know_nothing_of_the_module() => Law.Holds(
        "The simulator is a second reading of the API and the loader lives in another context: neither refers to the module or to a "
        + "package.",
        from assembly in new[] { typeof(VastPS.Simulator.SimServer).Assembly, typeof(VastPS.Loader.ModuleContext).Assembly }
        from reference in assembly.GetReferencedAssemblies()
        where !reference.Name!.StartsWith("System", StringComparison.Ordinal) && reference.Name != "Microsoft.Win32.Primitives"
        select $"{assembly.GetName().Name} refers to {reference.Name}");

    private static IEnumerable<string> TypesOf(Room room) =>
        Module.Types.Where(t => Module.RoomOf(t) == room.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Breaches(Room room, string type)
    {
        string name = Short(type);
        bool knowsEngine = room.Name.StartsWith("Features/", StringComparison.Ordinal)
            && HouseTable.EngineEndings.Any(e => name.EndsWith(e, StringComparison.Ordinal));
        foreach (string used in Module.Uses(type).Order(StringComparer.Ordinal))
        {
            if (Module.RoomOf(used) is { } home)
            {
                if (home != room.Name && !room.MaySee.Contains(home))
                {
                    yield return $"{name} -> {home} {Short(used)}";
                }
            }
            else if (HouseScan.OutsideOf(used) is { } door && !room.Doors.Contains(door) && !(door == HouseTable.Engine && knowsEngine))
            {
                yield return $"{name} -> {door} {Short(used)}";
            }
        }
    }

    private static IEnumerable<string> Impure() =>
        from type in Module.Types.Order(StringComparer.Ordinal)
        where HouseTable.Rooms.Any(r => r.IsPure && r.Name == Module.RoomOf(type))
            || HouseTable.PureEndings.Any(e => Short(type).EndsWith(e, StringComparison.Ordinal))
        let way = Module.WayOut(type)
        where way is not null
        select $"{Short(type)}{way[type.Length..]}";

    private static IEnumerable<string> UsingsOf(Room room) =>
        from file in Module.Files
        where file.Room == room.Name
        from Match line in UsingLine().Matches(file.Text)
        let space = line.Groups[1].Value
        let home = HouseTable.Rooms.Where(r => space == r.Namespace || space.StartsWith(r.Namespace + ".", StringComparison.Ordinal))
            .MaxBy(r => r.Namespace.Length)
        where home is not null
            && space != "VastPS.Commands"
            && space != "VastPS.Internal"
            && home.Name != "Models"
            && home != room
            && !room.MaySee.Contains(home.Name)
        select $"{Law.Relative(file.File)}: {line.Value}";

    private static string? Expected(string file, string room)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return HouseTable.Rooms.FirstOrDefault(r => r.Name == room) is not { } home ? null
            : name.Split('.')[0] == "Formats" ? "VastPS.Internal"
            : name.Split('.')[0] == "Texts" ? "VastPS.Kernel.Shell"
            : name.EndsWith("Command", StringComparison.Ordinal) || name.EndsWith("Cmdlet", StringComparison.Ordinal) ? "VastPS.Commands"
            : home.Namespace + string.Concat(Law.Relative(file).Split('/')[(2 + room.Split('/').Length)..^1].Select(part => "." + part));
    }

    private static IEnumerable<string> Above(string room, HashSet<string> met)
    {
        foreach (string seen in HouseTable.Rooms.Single(r => r.Name == room).MaySee)
        {
            if (met.Add(seen))
            {
                yield return seen;
                foreach (string further in Above(seen, met))
                {
                    yield return further;
                }
            }
        }
    }

    private static IEnumerable<string> Differences(Reason[] listed, IEnumerable<string> found)
    {
        string[] now = [.. found.Distinct().Order(StringComparer.Ordinal)];
        return [
            .. now.Except(listed.Select(l => l.What)).Select(f => "not listed: " + f),
            .. listed.Select(l => l.What).Except(now).Select(l => "gone: " + l)
        ];
    }

    private static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];

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

    [GeneratedRegex(@"^using (?:static )?(VastPS[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
