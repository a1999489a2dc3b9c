using System.Text.RegularExpressions;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Api;

/// <summary>Finds what people mean by a GPU name among those the server knows. Pure.</summary>
internal static partial class GpuNames
{
    /// <summary>
    /// The server's names for what was typed; case, blanks, underscores and the maker do not matter, * and ? match any text.
    /// </summary>
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

        IReadOnlyList<string> near = NearNames.Of(typed, known, Plain);
        throw new VastException(
            VastReason.GpuNameUnknown, typed, near.Count > 0 ? string.Join(", ", near) : "none", near.Count > 0 ? near[0] : "RTX 4090");
    }

    private static string Plain(string name) => Maker().Replace(Separators().Replace(name.ToUpperInvariant(), ""), "");

    private static bool Matches(string pattern, string name) => Regex.IsMatch(
        name.Replace('_', ' '),
        @"\A" + Regex.Escape(pattern.Trim().Replace('_', ' '))
            .Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"[\s_\-]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"\A(?:NVIDIA|GEFORCE|AMD|RADEON)+")]
    private static partial Regex Maker();
}
