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
                .ThenBy(n => Distance(aim, plain(n)))
                .ThenBy(n => n, StringComparer.Ordinal)
                .Take(MostNamed),
        ];
    }

    // Levenshtein: how many letters must change.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
