namespace VastPS.Tests.House;

/// <summary>docs/floors.md, from the table of the house.</summary>
internal static class HousePage
{
    public static IEnumerable<string> Lines() =>
    [
        "# The house: who may import whom",
        "",
        "Written from `tests/VastPS.Tests/House/HouseTable.cs` by `./build.sh accept`; `FloorTests` holds the module against the same "
        + "table.",
        "A kernel by kind, features above it, one folder for each thing that a user calls by one name; the tests mirror the folders.",
        "",
        "```mermaid",
        "flowchart TD",
        "  Composition --> Features",
        "  subgraph Features",
        .. HouseTable.Rooms.Where(IsFeature).Select(r => "    " + Word(r)),
        .. HouseTable.Arrows.Select(a => $"    {a.From} --> {a.To}"),
        "  end",
        "  Features --> Shell",
        "  subgraph Kernel",
        .. HouseTable.Rooms.Where(r => r.Name.StartsWith("Kernel/", StringComparison.Ordinal)).Select(r => "    " + Word(r)),
        .. HouseTable.Rooms.Where(r => r.Name.StartsWith("Kernel/", StringComparison.Ordinal)).SelectMany(Direct),
        "  end",
        "  Kernel --> Models --> Basics",
        "```",
        "",
        "## Folders of `src/VastPS`, from the bottom to the top",
        "",
        "| folder | holds | may import | of the world outside |",
        "|---|---|---|---|",
        .. HouseTable.Rooms.Select(r => $"| `{r.Name}` | {r.Holds} | {Imports(r)} | {Outside(r)} |"),
        "| `VastPS.Simulator`, `VastPS.Loader` | a second reading of the API; the load context | .NET | nothing of VastPS, no package |",
        "",
        "What is not named in the last column must not be seen: " + string.Join(", ", HouseTable.Outside.Keys) + ".",
        $"In a feature only types that end with {Words(HouseTable.EngineEndings)} see the engine, and the views (`Formats*.cs`, class "
        + $"`_Format`).",
        $"Types that end with {Words(HouseTable.PureEndings)}, and the pure folders, reach no door, no clock and no chance, not even "
        + $"through others.",
        "All cmdlet classes are in the namespace `VastPS.Commands`: the class name is part of `FullyQualifiedErrorId`. The sentences of "
        + "a feature are its part of the",
        "class `Texts`, its view helpers its part of `VastPS.Internal._Format`. What its commands share in a runspace stands in its "
        + "`*Services.cs`.",
        "A public member never mentions a type of SSH.NET, Newtonsoft.Json or Polly: that makes the load context safe and the doors "
        + "replaceable.",
        "",
        "## Which JSON library where, and why two",
        "",
        "Newtonsoft.Json reads what the server writes, in `Kernel/Api` alone: NaN and Infinity, the same key twice, numbers as text.",
        "System.Text.Json refuses some of that by design, and comes with .NET. It reads and writes what VastPS itself made or what "
        + "follows the standard: the lines of the",
        "state folder in `Kernel/State`, configs of models and workloads in `Estimation`. There it also finds the key of a line in its "
        + "bytes without making objects (decision 16).",
        "No type of either is seen outside these folders, so each can be replaced alone. Whoever parses a text is not less pure for it.",
        "",
        "## Arrows between features",
        "",
        "| from | to | why |",
        "|---|---|---|",
        .. HouseTable.Arrows.Select(a => $"| {a.From} | {a.To} | {a.Why} |"),
        "",
        "No circle: what would close one moves up.",
        "",
        "## Side doors",
        "",
        "State that is not passed as a parameter and not held by the services of a runspace:",
        "",
        .. Reasons(HouseTable.MutableStatics),
        "",
        "Places that read or set variables of the process:",
        "",
        .. Reasons(HouseTable.EnvironmentReads),
        "",
        "## Exceptions",
        "",
        .. HouseTable.Exceptions.Length == 0 ? ["None."] : Reasons(HouseTable.Exceptions),
    ];

    private static bool IsFeature(Room room) => room.Name.StartsWith("Features/", StringComparison.Ordinal);

    private static string Word(Room room) => room.Name.Split('/')[^1];

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(w => $"`{w}`"));

    // What another one sees already need not be drawn twice.
    private static IEnumerable<string> Direct(Room room) =>
        HouseTable.Rooms.Where(r => r.Name.StartsWith("Kernel/", StringComparison.Ordinal) && room.MaySee.Contains(r.Name))
            .Where(r => !HouseTable.Rooms.Any(between => room.MaySee.Contains(between.Name) && between.MaySee.Contains(r.Name)))
            .Select(r => $"    {Word(room)} --> {Word(r)}");

    private static string Imports(Room room) =>
        room.Name == "Composition" ? "everything"
        : !IsFeature(room) ? room.MaySee.Length == 0 ? ".NET" : string.Join(", ", room.MaySee.Select(m => m.Split('/')[^1]))
        : string.Join(
            ", ", HouseTable.Arrows.Where(a => "Features/" + a.From == room.Name).Select(a => a.To).Prepend("Models, Basics, Kernel"));

    private static string Outside(Room room) => room.IsPure ? "pure" : string.Join(", ", room.Doors);

    private static IEnumerable<string> Reasons(Reason[] reasons) =>
        ["| what | why |", "|---|---|", .. reasons.Select(r => $"| `{r.What}` | {r.Why} |")];
}
