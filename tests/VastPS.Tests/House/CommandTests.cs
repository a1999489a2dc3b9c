using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>The rules every command keeps, whatever it does.</summary>
public sealed partial class CommandTests
{
    private const int MostLines = 90;

    private static readonly string[] s_changing =
        ["Add", "Clear", "Close", "Initialize", "New", "Receive", "Remove", "Restart", "Send", "Set", "Start", "Stop", "Update"];

    private static readonly Dictionary<string, string> s_needNotAsk = new()
    {
        ["New-VastSession"] = "it opens a connection, which changes nothing and closes with the runspace",
        ["New-VastWorkload"] = "it describes a run; nothing outside changes",
        ["Receive-VastRunLog"] = "it only reads",
        ["Start-VastSimulator"] = "it starts something on this computer that costs nothing and ends with the session",
        ["Stop-VastSimulator"] = "it ends what Start-VastSimulator began",
    };

    [Fact]
    public void Every_command_has_a_scenario() => Law.Holds(
        "A command has one scenario, in the list of its feature beside its tests. Type what is named here, with what the command needs.",
        [
            .. Law.Cmdlets.Where(c => !Scenarios.Every.Any(s => s.Command == Law.CommandName(c))).Select(c => $"{ScenarioFile(c)}: "
                + $"new(Moment.Check, Asks.Instance, \"$box | {Law.CommandName(c)}\"),"),
            .. Scenarios.Every.GroupBy(s => s.Command).Where(g => g.Count() > 1).Select(g => $"{g.Key} has {g.Count()} scenarios"),
        ]);

    [Fact]
    public void A_scenario_stands_beside_the_tests_of_its_feature() => Law.Holds(
        "A scenario stands in the list of the feature that its command is of.",
        from list in typeof(Scenarios).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IFeatureScenarios)))
        from scenario in ((IFeatureScenarios)Activator.CreateInstance(list)!).InOrder
        let cmdlet = Law.Cmdlets.FirstOrDefault(c => Law.CommandName(c) == scenario.Command)
        where cmdlet is null || !ScenarioFile(cmdlet).EndsWith($"/{list.Name}.cs", StringComparison.Ordinal)
        select $"{scenario.Command} in {list.Name}{(cmdlet is null ? ": there is no such command" : "")}");

    [Fact]
    public void Nouns_are_listed_once() => Law.Holds(
        "The noun of a command is a constant of Nouns, and every constant there is the noun of a command.",
        [
            .. Law.Cmdlets.Select(NounOf).Except(s_nouns).Select(n => $"{NounsFile}: public const string {n["Vast".Length..]} = \"{n}\";"),
            .. s_nouns.Except(Law.Cmdlets.Select(NounOf)).Select(n => $"{NounsFile}: remove {n}, no command has it"),
            .. from type in Law.Cmdlets
               where File.Exists(Source(type))
               from line in File.ReadLines(Source(type))
               where LiteralNoun().IsMatch(line)
               select $"{Law.Relative(Source(type))}: {line.Trim()}   is to say Nouns.{NounOf(type)["Vast".Length..]}",
        ]);

    [Fact]
    public void Names_are_an_approved_verb_and_a_Vast_noun() => Law.Holds(
        "A command is an approved verb (a constant of Verbs...) and a noun that begins with Vast.",
        Law.Cmdlets.Where(t => t.GetCustomAttribute<CmdletAttribute>() is { } about
            && !(s_verbs.Contains(about.VerbName) && about.NounName.StartsWith("Vast", StringComparison.Ordinal)))
            .Select(Law.CommandName));

    [Fact]
    public void A_command_is_one_sealed_class_in_a_file_of_its_name() => Law.Holds(
        "A command is a sealed class <Verb><Noun>Command in src/VastPS/Features/<Feature>/<Verb><Noun>Command.cs, namespace "
        + "VastPS.Commands.",
        Law.Cmdlets.Where(t => !t.IsSealed
            || t.Namespace != "VastPS.Commands"
            || t.Name != Law.CommandName(t).Replace("-", "", StringComparison.Ordinal) + "Command"
            || !File.Exists(Source(t)))
            .Select(t => $"{t.FullName}, expected in {Law.Relative(Source(t))}"));

    [Fact]
    public void Commands_are_short() => Law.Holds(
        $"Beyond its parameters a command has at most {MostLines} lines; the rest of the story belongs in a flow of its feature.",
        Law.Cmdlets.Where(t => File.Exists(Source(t))).Select(t => (Type: t, Lines: File.ReadLines(Source(t)).Count(IsStory)))
            .Where(c => c.Lines > MostLines).Select(c => $"{Law.Relative(Source(c.Type))}: {c.Lines} lines"));

    [Fact]
    public void Commands_say_what_they_return() => Law.Holds(
        "A command names what it returns with [OutputType]; one that returns nothing says typeof(void).",
        Law.Cmdlets.Where(t => !t.GetCustomAttributes<OutputTypeAttribute>().Any()).Select(Law.CommandName));

    [Fact]
    public void What_changes_something_can_be_asked_what_if() => Law.Holds(
        "A command that changes something supports -WhatIf and -Confirm; one that need not is listed in CommandTests with the reason.",
        Law.Cmdlets.Where(t => t.GetCustomAttribute<CmdletAttribute>() is { SupportsShouldProcess: false } about
            && s_changing.Contains(about.VerbName)
            && !s_needNotAsk.ContainsKey(Law.CommandName(t)))
            .Select(Law.CommandName));

    [Fact]
    public void Switches_are_not_booleans() => Law.Holds(
        "A parameter that is on or off is a SwitchParameter; one with three states is bool?.",
        from type in Law.Cmdlets
        from parameter in Law.Parameters(type)
        where parameter.PropertyType == typeof(bool)
        select $"{Law.CommandName(type)} -{parameter.Name}");

    [Fact]
    public void No_parameter_is_a_bare_id() => Law.Holds(
        "Ids are OfferId, InstanceId, MachineId: an object of another kind must not bind. No parameter and no alias is called Id.",
        from type in Law.Cmdlets
        from parameter in Law.Parameters(type)
        where (parameter.GetCustomAttribute<AliasAttribute>()?.AliasNames ?? []).Append(parameter.Name)
            .Contains("Id", StringComparer.OrdinalIgnoreCase)
        select $"{Law.CommandName(type)} -{parameter.Name}");

    [Fact]
    public void Set_names_are_constants() => Law.Holds(
        "Parameter sets are named by constants, so that a misspelt one does not compile.",
        from type in Law.Cmdlets
        where File.Exists(Source(type))
        from line in File.ReadLines(Source(type))
        where LiteralSetName().IsMatch(line)
        select $"{Law.Relative(Source(type))}: {line.Trim()}");

    private static readonly HashSet<string> s_verbs =
    [
        .. new[]
            { typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle),
            typeof(VerbsOther), typeof(VerbsSecurity)
        }
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(f => (string)f.GetRawConstantValue()!),
    ];

    private const string NounsFile = "src/VastPS/Kernel/Shell/Nouns.cs";

    private static readonly string[] s_nouns =
        [.. typeof(Nouns).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    private static readonly Lazy<Dictionary<string, string>> s_sources =
        new(() => Law.Files("src/VastPS/Features", "*Command.cs").ToDictionary(f => Path.GetFileNameWithoutExtension(f)));

    private static string Source(Type cmdlet) =>
        s_sources.Value.GetValueOrDefault(
            cmdlet.Name, Path.Combine(Repo.Root, "src", "VastPS", "Features", "<Feature>", cmdlet.Name + ".cs"));

    private static string NounOf(Type cmdlet) => cmdlet.GetCustomAttribute<CmdletAttribute>()!.NounName;

    private static string ScenarioFile(Type cmdlet)
    {
        string feature = Path.GetFileName(Path.GetDirectoryName(Source(cmdlet))!);
        return $"tests/VastPS.Tests/Features/{feature}/{feature}Scenarios.cs";
    }

    // What a parameter needs is not story: its attributes, its property, the blank line after it.
    private static bool IsStory(string line) =>
        line.Trim() is { Length: > 0 } text
            && text[0] != '['
            && !text.Contains("{ get; set; }", StringComparison.Ordinal)
            && !text.StartsWith("using ", StringComparison.Ordinal);

    [GeneratedRegex(@"(DefaultParameterSetName|ParameterSetName)\s*=\s*""")]
    private static partial Regex LiteralSetName();

    [GeneratedRegex(@"\[Cmdlet\([\w.]+, """)]
    private static partial Regex LiteralNoun();
}
