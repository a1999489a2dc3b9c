using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Basics;

/// <summary>Sizes as people type them: 60GB, 0.5 TB, 24 GiB. K, M, G and T alone are taken for the units of the parameter.</summary>
internal static partial class DataSize
{
    /// <summary>Reads a size that bears a unit; a bare number is none, and is left to whoever asked.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="unit">The unit wanted: GB (1000 to the third) or GiB (1024 to the third).</param>
    /// <param name="size">The size in that unit.</param>
    public static bool TryParse(string text, string unit, out double size)
    {
        size = 0;
        Match whole = Whole().Match(text.Trim());
        if (!whole.Success
            || !double.TryParse(whole.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return false;
        }

        // 24GB of memory is meant as the 24 that the card is sold with: only a written i tells the two apart where GB is wanted.
        bool isBinary = unit == "GiB" || whole.Groups[3].Length > 0;
        int power = "KMGT".IndexOf(char.ToUpperInvariant(whole.Groups[2].Value[0]), StringComparison.Ordinal) + 1;
        double bytes = number * Math.Pow(isBinary ? 1024 : 1000, power);
        size = bytes / Math.Pow(unit == "GiB" ? 1024 : 1000, 3);
        return true;
    }

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?)\s*([kmgt])(i?)b?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
