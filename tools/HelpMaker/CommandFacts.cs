using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using VastPS.Commands;
using VastPS.Kernel.Shell;

namespace HelpMaker;

/// <summary>What the engine itself says about a command: the part of its help that nobody has to write.</summary>
internal sealed record CommandFacts(
    string Name,
    string HelpUri,
    IReadOnlyList<SyntaxFacts> Syntax,
    IReadOnlyList<ParameterFacts> Parameters,
    IReadOnlyList<string> InputTypes,
    IReadOnlyList<string> OutputTypes)
{
    /// <summary>The output of a command that has none.</summary>
    public const string NoOutput = "None";

    /// <summary>The facts of every command of the module, in the order of their names.</summary>
    public static IReadOnlyList<CommandFacts> All()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        foreach (Type type in typeof(VastCmdlet).Assembly.GetTypes().Where(t => !t.IsAbstract))
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is { } about)
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{about.VerbName}-{about.NounName}", type, null));
            }
        }

        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        using var shell = PowerShell.Create(runspace);
        return
        [
            // Without ListImported the modules that this computer happens to have are looked through, too.
            .. shell.AddCommand("Get-Command").AddParameter("CommandType", "Cmdlet").AddParameter("ListImported").Invoke<CmdletInfo>()
                .Where(command => command.ImplementingType.Assembly == typeof(VastCmdlet).Assembly)
                .OrderBy(command => command.Name, StringComparer.Ordinal)
                .Select(Of),
        ];
    }

    private static CommandFacts Of(CmdletInfo command)
    {
        object instance = Activator.CreateInstance(command.ImplementingType)!;
        ParameterMetadata[] own =
        [
            .. command.Parameters.Values.Where(p => !Cmdlet.CommonParameters.Contains(p.Name))
                .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase),
        ];
        return new CommandFacts(
            command.Name,
            command.ImplementingType.GetCustomAttribute<CmdletAttribute>()!.HelpUri ?? "",
            [.. command.ParameterSets.Select(SyntaxFacts.Of)],
            [.. own.Select(p => ParameterFacts.Of(p, instance))],
            [
                .. own.Where(p => p.ParameterSets.Values.Any(s => s.ValueFromPipeline || s.ValueFromPipelineByPropertyName))
                    .Select(p => (Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType).FullName!).Distinct(),
            ],
            [.. command.OutputType.Select(t => t.Type == typeof(void) ? NoOutput : t.Name).Distinct()]);
    }
}

/// <summary>One way to call a command.</summary>
internal sealed record SyntaxFacts(string Set, bool IsDefault, IReadOnlyList<CommandParameterInfo> Parameters)
{
    public static SyntaxFacts Of(CommandParameterSetInfo set) => new(
        set.Name,
        set.IsDefault,
        [
            .. set.Parameters
                .Where(p => !Cmdlet.CommonParameters.Contains(p.Name))
                .OrderBy(p => p.Position >= 0 ? 0 : p.IsMandatory ? 1 : 2)
                .ThenBy(p => p.Position),
        ]);
}

/// <summary>One parameter, in the shape of the yaml block under it: names and order are PlatyPS's.</summary>
internal sealed record ParameterFacts
{
    private const string AllSets = "(All)";

    [YamlDotNet.Serialization.YamlIgnore]
    public string Name { get; private init; } = "";

    public string Type { get; private init; } = "";

    public string DefaultValue { get; private init; } = "";

    public bool SupportsWildcards { get; private init; }

    public IReadOnlyList<string> Aliases { get; private init; } = [];

    public IReadOnlyList<SetFacts> ParameterSets { get; private init; } = [];

    public bool DontShow { get; private init; }

    public IReadOnlyList<string> AcceptedValues { get; private init; } = [];

    public string HelpMessage { get; private init; } = "";

    [YamlDotNet.Serialization.YamlIgnore]
    public bool IsSwitch => Type == typeof(SwitchParameter).FullName;

    public static ParameterFacts Of(ParameterMetadata parameter, object instance)
    {
        ParameterAttribute? written = parameter.Attributes.OfType<ParameterAttribute>().FirstOrDefault();

        // What a command asks for itself is as required as what the engine asks for.
        NeededAttribute? needed = instance.GetType().GetProperty(parameter.Name)?.GetCustomAttribute<NeededAttribute>();
        return new ParameterFacts
        {
            Name = parameter.Name,
            Type = TypeNames.Full(parameter.ParameterType),
            DefaultValue = Default.Of(instance, parameter.Name),
            SupportsWildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Aliases = [.. parameter.Aliases],
            ParameterSets =
            [
                .. parameter.ParameterSets.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SetFacts(
                    s.Key == ParameterAttribute.AllParameterSets ? AllSets : s.Key,
                    s.Value.Position >= 0 ? TypeNames.Invariant(s.Value.Position) : "Named",
                    s.Value.IsMandatory || (needed is not null && needed.Except != s.Key),
                    s.Value.ValueFromPipeline,
                    s.Value.ValueFromPipelineByPropertyName,
                    s.Value.ValueFromRemainingArguments)),
            ],
            DontShow = written?.DontShow ?? false,
            AcceptedValues = Values(parameter),
            HelpMessage = written?.HelpMessage ?? "",
        };
    }

    private static IReadOnlyList<string> Values(ParameterMetadata parameter)
    {
        Type type = parameter.ParameterType.IsArray ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        type = System.Nullable.GetUnderlyingType(type) ?? type;
        return parameter.Attributes.OfType<ValidateSetAttribute>().FirstOrDefault() is { } set ? [.. set.ValidValues]
            : type.IsEnum ? Enum.GetNames(type)
            : [];
    }
}

/// <summary>A parameter's part in one parameter set.</summary>
internal sealed record SetFacts(
    string Name,
    string Position,
    bool IsRequired,
    bool ValueFromPipeline,
    bool ValueFromPipelineByPropertyName,
    bool ValueFromRemainingArguments);
