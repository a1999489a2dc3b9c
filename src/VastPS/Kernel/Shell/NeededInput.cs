using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;

namespace VastPS.Kernel.Shell;

/// <summary>Asks for the parameters that a command cannot do without.</summary>
internal static class NeededInput
{
    /// <summary>
    /// Asks for what is missing, before any input and again at each object of the pipeline: only then it is known what that brings and
    /// which parameter set it selects. ParameterMissing where nobody can be asked.
    /// </summary>
    public static void Ask(PSCmdlet command, bool isInputThere)
    {
        bool mayCome = command.MyInvocation.ExpectingInput && !isInputThere;
        PropertyInfo[] missing = [.. Missing(command).Where(p => !(mayCome && MayBePiped(command, p)))];
        PropertyInfo? untypable = missing.FirstOrDefault(p => !CanBeTyped(p) || (isInputThere && IsPiped(command, p)));
        if (untypable is not null)
        {
            throw NotGiven(command, untypable);
        }

        if (missing.Length == 0)
        {
            return;
        }

        Dictionary<string, PSObject> answers = Prompt(command, missing) ?? throw NotGiven(command, missing[0]);
        foreach (PropertyInfo property in missing)
        {
            if (!answers.TryGetValue(property.Name, out PSObject? answer) || IsEmpty(answer))
            {
                throw NotGiven(command, property);
            }

            Bind(command, property, answer);
        }
    }

    private static IEnumerable<PropertyInfo> Missing(PSCmdlet command) => command.GetType().GetProperties()
        .Where(p => p.GetCustomAttribute<NeededAttribute>() is { } needed
            && needed.Except != command.ParameterSetName
            && In(command, p).Any()
            && !command.MyInvocation.BoundParameters.ContainsKey(p.Name));

    private static IEnumerable<ParameterAttribute> In(PSCmdlet command, PropertyInfo property) =>
        property.GetCustomAttributes<ParameterAttribute>()
            .Where(a => a.ParameterSetName == ParameterAttribute.AllParameterSets || a.ParameterSetName == command.ParameterSetName);

    // What is only in some sets may not be wanted at all: an object of the pipeline may select another.
    private static bool MayBePiped(PSCmdlet command, PropertyInfo property) => In(command, property).Any(
        a => a.ValueFromPipeline || a.ValueFromPipelineByPropertyName || a.ParameterSetName != ParameterAttribute.AllParameterSets);

    private static bool IsPiped(PSCmdlet command, PropertyInfo property) => command.MyInvocation.ExpectingInput
        && In(command, property).Any(a => a.ValueFromPipeline || a.ValueFromPipelineByPropertyName);

    private static bool CanBeTyped(PropertyInfo property) =>
        property.PropertyType.Namespace != typeof(VastInstance).Namespace || Nullable.GetUnderlyingType(property.PropertyType) is not null;

    private static Dictionary<string, PSObject>? Prompt(PSCmdlet command, IEnumerable<PropertyInfo> missing)
    {
        var fields = new Collection<FieldDescription>();
        foreach (PropertyInfo property in missing)
        {
            var field = new FieldDescription(property.Name) { HelpMessage = Help(property) };
            field.SetParameterType(property.PropertyType.IsArray ? typeof(string[]) : typeof(string));
            fields.Add(field);
        }

        try
        {
            return command.Host.UI?.Prompt(Texts.AskCaption(command.MyInvocation.MyCommand?.Name), Texts.AskMessage, fields);
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            // A host that cannot ask says so in many ways.
            return null;
        }
    }

    // As the engine binds: transformations first, then what the language makes of it.
    private static void Bind(PSCmdlet command, PropertyInfo property, PSObject answer)
    {
        try
        {
            object? value = answer.BaseObject;
            foreach (ArgumentTransformationAttribute change in property.GetCustomAttributes<ArgumentTransformationAttribute>())
            {
                value = change.Transform(null!, value);
            }

            value = LanguagePrimitives.ConvertTo(value, property.PropertyType, CultureInfo.InvariantCulture);
            property.SetValue(command, value);
            command.MyInvocation.BoundParameters[property.Name] = value;
        }
        catch (Exception e) when (e is PSInvalidCastException or ArgumentTransformationMetadataException)
        {
            throw VastException.Because(
                e, VastReason.InvalidValue, $"'{answer}'", "-" + property.Name, Help(property), Example(property));
        }
    }

    private static bool IsEmpty(PSObject? answer) => answer?.BaseObject switch
    {
        null => true,
        string text => text.Trim().Length == 0,
        Array list => list.Length == 0,
        _ => false,
    };

    private static VastException NotGiven(PSCmdlet command, PropertyInfo property) => new(
        VastReason.ParameterMissing, command.MyInvocation.MyCommand?.Name, property.Name, Help(property), Example(property));

    private static string Help(PropertyInfo property) => property.GetCustomAttributes<ParameterAttribute>()
        .Select(a => a.HelpMessage).FirstOrDefault(h => !string.IsNullOrEmpty(h)) ?? "";

    private static string Example(PropertyInfo property) => property.GetCustomAttribute<NeededAttribute>()!.Example;
}
