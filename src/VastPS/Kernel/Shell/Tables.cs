using System.Collections;
using System.Management.Automation;

namespace VastPS.Kernel.Shell;

/// <summary>Tables as people type them: hashtables, ordered ones, typed dictionaries.</summary>
internal static class Tables
{
    /// <summary>Names and values, names as text; of two that read the same the last wins.</summary>
    public static Dictionary<string, object?> ByName(this IDictionary table)
    {
        var named = new Dictionary<string, object?>();

        // A typed dictionary gives entries of this kind only where it is asked as a plain one.
        foreach (DictionaryEntry entry in table)
        {
            named[Text(entry.Key)] = entry.Value;
        }

        return named;
    }

    /// <summary>The same with values as the engine writes them: without a culture, lists joined by blanks.</summary>
    public static Dictionary<string, string> Written(this IDictionary table) => table.ByName().ToDictionary(e => e.Key, e => Text(e.Value));

    private static string Text(object? value) => LanguagePrimitives.ConvertTo<string>(value) ?? "";
}
