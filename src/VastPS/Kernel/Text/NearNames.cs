using VastPS.Basics;

namespace VastPS.Kernel.Text;

/// <summary>The names that somebody may have meant. Pure.</summary>
internal static class NearNames
{
    private const int MostNamed = 6;

    /// <summary>
    /// The nearest of the known names: those that hold the wanted one first, then those with the fewest letters to change.
    /// </summary>
    /// <param name="wanted">What was typed.</param>
    /// <param name="known">What there is.</param>
    /// <param name="plain">The form in which two names are compared.</param>
    public static IReadOnlyList<string> Of(string wanted, IEnumerable<string> known, Func<string, string> plain)
    {
        string aim = plain(wanted);
        return
        [
            .. known
                .OrderBy(n => aim.Length > 0 && plain(n).Contains(aim, StringComparison.Ordinal) ? 0 : 1)
                .ThenBy(n => EditDistance.Between(aim, plain(n)))
                .ThenBy(n => n, StringComparer.Ordinal)
                .Take(MostNamed),
        ];
    }
}
