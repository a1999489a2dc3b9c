using System.Text.RegularExpressions;

namespace VastPS.Kernel.Api;

/// <summary>Finds what people mean by a GPU name among those the server knows. Pure.</summary>
internal static partial class GpuNames
{
    private const int NearCount = 6;

    /// <summary>The server's names for what was typed; case, blanks, underscores and the maker do not matter, * and ? match any text.</summary>
    /// <exception cref="VastException">GpuNameUnknown, with the nearest names.</exception>
    public static IReadOnlyList<string> Resolve(string typed, IReadOnlyList<string> known)
    {
        string wanted = Plain(typed);
        string[] found = typed.AsSpan().IndexOfAny('*', '?') >= 0
            ? [.. known.Where(n => Matches(typed, n))]
            : [.. known.Where(n => Plain(n) == wanted)];
        if (found.Length > 0)
        {
            return found;
        }

        string[] near = [.. known
            .OrderBy(n => wanted.Length > 0 && Plain(n).Contains(wanted, StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(n => Distance(wanted, Plain(n)))
            .ThenBy(n => n, StringComparer.Ordinal)
            .Take(NearCount)];
        throw new VastException(VastReason.GpuNameUnknown, typed, near.Length > 0 ? string.Join(", ", near) : "none", near.FirstOrDefault() ?? "RTX 4090");
    }

    private static string Plain(string name) => Maker().Replace(Separators().Replace(name.ToUpperInvariant(), ""), "");

    private static bool Matches(string pattern, string name) => Regex.IsMatch(
        name.Replace('_', ' '),
        @"\A" + Regex.Escape(pattern.Trim().Replace('_', ' ')).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

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

    [GeneratedRegex(@"[\s_\-]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"\A(?:NVIDIA|GEFORCE|AMD|RADEON)+")]
    private static partial Regex Maker();
}
