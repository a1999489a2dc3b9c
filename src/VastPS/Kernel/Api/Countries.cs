using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Api;

/// <summary>Countries by their two-letter code, which the server wants, and by the names that people type.</summary>
internal static class Countries
{
    private static readonly Lazy<IReadOnlyList<Country>> s_all = new(Load);

    public static IReadOnlyList<Country> All => s_all.Value;

    /// <summary>The code of a code or name; null for what is neither.</summary>
    public static string? CodeOf(string typed)
    {
        string text = typed.Trim();
        return All.FirstOrDefault(c => c.Code.Equals(text, StringComparison.OrdinalIgnoreCase)
            || c.Names.Contains(text, StringComparer.OrdinalIgnoreCase))?.Code;
    }

    /// <summary>The countries that may have been meant, the nearest first.</summary>
    public static IReadOnlyList<Country> Near(string typed) =>
        [.. NearNames.Of(typed, All.SelectMany(c => c.Names), n => n.ToUpperInvariant())
            .Select(name => All.First(c => c.Names.Contains(name))).Distinct()];

    private static List<Country> Load() =>
        [.. TextLines.Filled(EmbeddedText.Read("countries.csv")).Where(l => l[0] != '#')
            .Select(l => new Country(l[..2], l[3..].Split('|')))];
}

/// <summary>A country.</summary>
/// <param name="Code">Its two letters.</param>
/// <param name="Names">Its names in English, the usual one first.</param>
internal sealed record Country(string Code, IReadOnlyList<string> Names)
{
    public override string ToString() => $"{Code} ({Names[0]})";
}
