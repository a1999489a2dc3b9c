using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace VastPS.Tests.Kit;

/// <summary>Everything an object says about itself, as text: what somebody could print, log or store.</summary>
internal static class Dump
{
    private const int Deepest = 6;

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Add(text, value, 0);
        return text.ToString();
    }

    private static void Add(StringBuilder text, object? value, int depth)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case null:
                break;
            case ErrorRecord error:
                text.AppendLine(error.ToString()).AppendLine(error.Exception.ToString()).AppendLine(error.FullyQualifiedErrorId)
                    .AppendLine(error.CategoryInfo.ToString())
                        .AppendLine(error.ErrorDetails?.Message).AppendLine(error.ErrorDetails?.RecommendedAction);
                Add(text, error.TargetObject, depth + 1);
                Add(text, error.Exception.Data, depth + 1);
                Add(text, (error.Exception as VastException)?.Facts, depth + 1);
                break;
            case string words:
                text.AppendLine(words);
                break;
            case IDictionary table:
                foreach (DictionaryEntry entry in table)
                {
                    Add(text, entry.Key, depth + 1);
                    Add(text, entry.Value, depth + 1);
                }

                break;
            case IEnumerable list:
                foreach (object? one in list)
                {
                    Add(text, one, depth + 1);
                }

                break;
            case { } other:
                text.AppendLine(Convert.ToString(other, CultureInfo.InvariantCulture));
                if (depth < Deepest
                    && other.GetType().Namespace is { } space
                    && space.StartsWith("VastPS", StringComparison.Ordinal)
                    && !other.GetType().IsEnum)
                {
                    foreach (System.Reflection.PropertyInfo property in other.GetType()
                        .GetProperties().Where(p => p.GetIndexParameters().Length == 0))
                    {
                        Add(text, property.GetValue(other), depth + 1);
                    }
                }

                break;
        }
    }
}
