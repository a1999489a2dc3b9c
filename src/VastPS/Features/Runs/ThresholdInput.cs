using System.Collections;
using System.Globalization;
using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>From what a user typed about thresholds to the thresholds.</summary>
internal static class ThresholdInput
{
    /// <summary>The table with the typed pairs in it; InvalidValue where a term is unknown, or its pair makes no sense.</summary>
    public static Thresholds Of(IDictionary typed, string parameter)
    {
        Thresholds table = Thresholds.Default;
        var moved = new List<KeyValuePair<string, Bound>>();
        foreach (DictionaryEntry entry in typed)
        {
            string term = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            Check.That(
                table.Terms.Contains(term, StringComparer.OrdinalIgnoreCase),
                term,
                parameter,
                "the terms are " + string.Join(", ", table.Terms),
                $"-{parameter} @{{ StepTime = 1.3, 1.5 }}");
            Bound usual = table[term].Harm;
            bool isHigh = table[term].High.Replan is not null;
            double[] pair = Numbers(entry.Value);
            string order = isHigh ? "not below" : "not above";
            Check.That(
                pair is [> 0, > 0] && (isHigh ? pair[0] <= pair[1] : pair[0] >= pair[1]),
                Convert.ToString(entry.Value, CultureInfo.InvariantCulture),
                $"{parameter} {term}",
                $"it takes two numbers above zero, for Replan and for Contradicted, the second {order} the first",
                FormattableString.Invariant(
                    $"-{parameter} @{{ {table[term].Term} = {usual.Replan}, {usual.Contradicted ?? usual.Replan * 1.5} }}"));
            moved.Add(new(table[term].Term, new Bound(pair[0], pair[1])));
        }

        return table.With(moved);
    }

    private static double[] Numbers(object? value) =>
        LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out double[] numbers) ? numbers : [];
}
