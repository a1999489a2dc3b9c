using System.Management.Automation;
using System.Reflection;
using System.Security;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>What every parameter does at the prompt: it completes, it takes what people type, and it says what is missing.</summary>
public sealed class PromptTests
{
    // Files of this computer are right here: the engine's own completion offers them.
    private static readonly string[] s_localPaths =
    [
        "ExcludeFrom", "OfferPath", "LogPath", "ConfigPath", "InputPath", "LiteralPath", "Repository", "Add-VastSshKey -Path",
        "Unlock-VastSshKey -Path", "Get-VastSshConfig -Path", "Update-VastSshConfig -Path", "Remove-VastSshConfig -Path", "Send-VastItem -Path",
        "New-VastWorkload -Path", "Get-VastRunMetric -Path", "Show-VastRunMetric -Path", "Receive-VastItem -Destination",
        "Wait-VastRun -Destination",
    ];

    [Fact]
    public void What_is_asked_for_has_a_help_message() => Law.Holds(
        "A parameter that is mandatory, or marked Needed, has a HelpMessage (Texts.Ask...): what it is, and the form in which it is typed.",
        from cmdlet in Law.Cmdlets
        from parameter in Law.Parameters(cmdlet)
        let uses = parameter.GetCustomAttributes<ParameterAttribute>().ToArray()
        where uses.Any(p => p.Mandatory && string.IsNullOrEmpty(p.HelpMessage))
            || (parameter.IsDefined(typeof(NeededAttribute)) && uses.All(p => string.IsNullOrEmpty(p.HelpMessage)))
        select Name(cmdlet, parameter));

    [Fact]
    public void What_is_missing_is_asked_for_by_us() => Law.Holds(
        "A parameter that the default or only parameter set cannot do without is [Needed(\"what to type\")] and not Mandatory: the engine's "
        + "question does not read 8h or the name of an instance, and where nobody can answer its error does not say what to type. What the "
        + "pipeline brings whole, and what is typed in secret, stays mandatory.",
        from cmdlet in Law.Cmdlets
        let byDefault = cmdlet.GetCustomAttribute<CmdletAttribute>()!.DefaultParameterSetName
        from parameter in Law.Parameters(cmdlet)
        where parameter.PropertyType != typeof(SecureString)
        from use in parameter.GetCustomAttributes<ParameterAttribute>()
        where use.Mandatory && !use.ValueFromPipeline
            && (use.ParameterSetName == ParameterAttribute.AllParameterSets || use.ParameterSetName == byDefault)
        select Name(cmdlet, parameter));

    [Fact]
    public void Ids_of_instances_are_taken_as_names_and_objects() => Law.Holds(
        "A parameter InstanceId has [InstanceTransform] and [ArgumentCompleter(typeof(InstanceIdCompleter))].",
        from cmdlet in Law.Cmdlets
        from parameter in Law.Parameters(cmdlet)
        where parameter.Name == "InstanceId"
            && !(parameter.IsDefined(typeof(InstanceTransformAttribute)) && Completer(parameter) == typeof(InstanceIdCompleter))
        select Name(cmdlet, parameter));

    [Fact]
    public void No_pattern_stops_or_removes_instances() => Law.Holds(
        "Only a command that reads takes a pattern for instances.",
        from cmdlet in Law.Cmdlets
        where cmdlet.GetCustomAttribute<CmdletAttribute>()!.VerbName != VerbsCommon.Get
        from parameter in Law.Parameters(cmdlet)
        where parameter.GetCustomAttribute<InstanceTransformAttribute>() is { TakesPatterns: true }
        select Name(cmdlet, parameter));

    [Fact]
    public void Choices_times_and_sizes_are_read_by_us() => Law.Holds(
        "A parameter that is an enumeration has [ChoiceTransform] of that type, one that is a TimeSpan [DurationTransform], and a number whose "
        + "name ends with GB or GiB [SizeTransform].",
        from cmdlet in Law.Cmdlets
        from parameter in Law.Parameters(cmdlet)
        let type = Bare(parameter.PropertyType)
        where (type.IsEnum && parameter.GetCustomAttribute<ChoiceTransformAttribute>()?.Choices != type)
            || (type == typeof(TimeSpan) && !parameter.IsDefined(typeof(DurationTransformAttribute)))
            || (type == typeof(double) && (parameter.Name.EndsWith("GB", StringComparison.Ordinal)
                || parameter.Name.EndsWith("GiB", StringComparison.Ordinal)) && !parameter.IsDefined(typeof(SizeTransformAttribute)))
        select Name(cmdlet, parameter));

    [Fact]
    public void Every_parameter_completes() => Law.Holds(
        "A parameter has a completer, so that no file names are offered for it; one that takes files of this computer stands in the list here. "
        + "ExampleCompleter needs a row in Examples.",
        from cmdlet in Law.Cmdlets
        from parameter in Law.Parameters(cmdlet)
        let type = Bare(parameter.PropertyType)
        where type != typeof(SwitchParameter) && !type.IsEnum
            && !s_localPaths.Contains(parameter.Name) && !s_localPaths.Contains(Name(cmdlet, parameter))
            && (Completer(parameter) is null
                || (Completer(parameter) == typeof(ExampleCompleter) && !Examples.Knows(Law.CommandName(cmdlet), parameter.Name)))
        select $"{Name(cmdlet, parameter)}: {Completer(parameter)?.Name ?? "no completer"}");

    [Fact]
    public void No_parameter_offers_files_at_the_first_Tab()
    {
        var services = new RunspaceServices(endpoint: () => throw new VastException(VastReason.ApiKeyMissing, "no server in this test"));
        using var host = new CmdletHost(services);
        Law.Holds(
            "Without account and server, completion gives values or nothing, and no files of this computer.",
            [
                .. from cmdlet in Law.Cmdlets
                   from parameter in Law.Parameters(cmdlet)
                   where Bare(parameter.PropertyType) != typeof(SwitchParameter)
                       && !s_localPaths.Contains(parameter.Name) && !s_localPaths.Contains(Name(cmdlet, parameter))
                   let line = Name(cmdlet, parameter) + " "
                   let offered = host.Run(
                       $"[System.Management.Automation.CommandCompletion]::CompleteInput('{line}', {line.Length}, $null).CompletionMatches")
                       .Clean<CompletionResult>()
                   where (offered.Any(o => o.ResultType is CompletionResultType.ProviderItem or CompletionResultType.ProviderContainer)
                           && Completer(parameter) != typeof(KeyPathCompleter))
                       || (offered.Count == 0 && Examples.Of(Law.CommandName(cmdlet), parameter.Name).Count > 0)
                   select line,
            ]);
    }

    [Fact]
    public void Every_command_has_a_page_online() => Law.Holds(
        "The Cmdlet attribute has HelpUri = Nouns.Help + \"<the command>\".",
        Law.Cmdlets.Where(c => c.GetCustomAttribute<CmdletAttribute>()!.HelpUri != Nouns.Help + Law.CommandName(c))
            .Select(Law.CommandName));

    [Fact]
    public void The_first_page_names_every_command()
    {
        string page = File.ReadAllText(Path.Combine(Repo.Root, "docs", "about", "about_VastPS.md"));
        Law.Holds(
            "docs/about/about_VastPS.md names every command.",
            Law.Cmdlets.Select(Law.CommandName).Where(c => !page.Contains($"`{c}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Lists_of_models_read_as_their_items() => Law.Holds(
        "A list of a model reads as its items, in CSV too: { get; internal init => field = Joined.Of(value); } = Joined.None<T>().",
        from model in Law.Models
        where !model.IsAbstract && model != typeof(VastWorkload) && HasPlainConstructor(model)
        let made = Activator.CreateInstance(model, nonPublic: true)!
        from property in model.GetProperties()
        where property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        let list = property.GetValue(made)
        where list is not null
            && list.ToString()!.Contains('`', StringComparison.Ordinal)
        select $"{model.Name}.{property.Name}: {list}");

    private static bool HasPlainConstructor(Type model) =>
        model.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, Type.EmptyTypes) is not null;

    private static string Name(Type cmdlet, PropertyInfo parameter) => $"{Law.CommandName(cmdlet)} -{parameter.Name}";

    private static Type? Completer(PropertyInfo parameter) => parameter.GetCustomAttribute<ArgumentCompleterAttribute>()?.Type;

    private static Type Bare(Type type)
    {
        Type one = type.IsArray ? type.GetElementType()! : type;
        return Nullable.GetUnderlyingType(one) ?? one;
    }
}
