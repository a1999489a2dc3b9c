using System.Collections;
using System.Management.Automation;

namespace HelpMaker;

/// <summary>The default of a parameter: what its property holds in a new command.</summary>
internal static class Default
{
    /// <summary>As text; empty where there is none or it says nothing.</summary>
    public static string Of(object command, string parameter) =>
        command.GetType().GetProperty(parameter)?.GetValue(command) switch
        {
            null or SwitchParameter { IsPresent: false } or false => "",
            SwitchParameter or true => "True",
            string text => text,
            Enum value => value.ToString(),
            IDictionary => "",
            IEnumerable many => string.Join(", ", many.Cast<object>().Select(Text)),
            ValueType value when value.Equals(Activator.CreateInstance(value.GetType())) => "",
            { } value => Text(value),
        };

    private static string Text(object value) => value is IFormattable number ? TypeNames.Invariant(number) : value.ToString()!;
}
