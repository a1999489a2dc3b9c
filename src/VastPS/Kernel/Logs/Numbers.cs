using System.Globalization;

namespace VastPS.Kernel.Logs;

/// <summary>Numbers as logs print them, read from a place in a text without copying it.</summary>
internal static class Numbers
{
    // Up to here a whole number and a power of ten are exact, and so is their product.
    private const int ExactDigits = 15;
    private const int ExactPower = 22;

    private static readonly double[] s_powers = 
        [.. Enumerable.Range(0, ExactPower + 1).Select(p => double.Parse($"1e{p}", CultureInfo.InvariantCulture))];

    /// <summary>
    /// The number at a place: 12, -0.5, .5, 1e-05, 1,234.5, nan, nan.0 (so Lightning pads it), inf, Infinity; and where it ends.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> text, int at, out double value, out int end)
    {
        (value, end) = (0, at);
        int i = at;
        bool isNegative = i < text.Length && text[i] == '-';
        i += isNegative || (i < text.Length && text[i] == '+') ? 1 : 0;
        if (i >= text.Length)
        {
            return false;
        }

        if (text[i] is 'n' or 'N' or 'i' or 'I')
        {
            return TryWord(text, i, isNegative, out value, out end);
        }

        int begin = i;
        (ulong digits, int count, int power) = (0, 0, 0);
        bool isGrouped = false;
        for (; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                Take(text[i], ref digits, ref count, ref power, isFraction: false);
            }
            else if (text[i] == ',' && IsGroup(text, i) && (isGrouped || i - begin is > 0 and < 4))
            {
                // 1,234 and 12,345,678, but not the three numbers of 1,2,3.
                isGrouped = true;
            }
            else
            {
                break;
            }
        }

        bool hasWhole = i > begin;
        if (i < text.Length && text[i] == '.' && (hasWhole || (i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
        {
            for (i++; i < text.Length && char.IsAsciiDigit(text[i]); i++)
            {
                Take(text[i], ref digits, ref count, ref power, isFraction: true);
            }
        }
        else if (!hasWhole)
        {
            return false;
        }

        int exponent = Exponent(text, ref i);
        end = i;
        int scale = power + exponent;
        value = count <= ExactDigits && Math.Abs(scale) <= ExactPower
            ? scale < 0 ? digits / s_powers[-scale] : digits * s_powers[scale]
            : Slow(text[begin..i], isGrouped);
        value = isNegative ? -value : value;
        return true;
    }

    /// <summary>True where a text is one number and nothing else.</summary>
    public static bool TryWhole(ReadOnlySpan<char> text, out double value)
    {
        text = text.Trim();
        return TryRead(text, 0, out value, out int end) && end == text.Length;
    }

    private static void Take(char digit, ref ulong digits, ref int count, ref int power, bool isFraction)
    {
        if (count <= ExactDigits)
        {
            digits = (digits * 10) + (uint)(digit - '0');
            count += digits > 0 ? 1 : 0;
            power -= isFraction ? 1 : 0;
        }
        else
        {
            count++;
        }
    }

    private static bool IsGroup(ReadOnlySpan<char> text, int at) => at + 3 < text.Length && text[at] == ','
        && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]) && char.IsAsciiDigit(text[at + 3])
        && !(at + 4 < text.Length && char.IsAsciiDigit(text[at + 4]));

    private static int Exponent(ReadOnlySpan<char> text, ref int at)
    {
        int i = at + 1;
        if (at >= text.Length || text[at] is not ('e' or 'E'))
        {
            return 0;
        }

        bool isNegative = i < text.Length && text[i] == '-';
        i += i < text.Length && text[i] is '-' or '+' ? 1 : 0;
        int begin = i, exponent = 0;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
        {
            exponent = Math.Min(9999, (exponent * 10) + (text[i] - '0'));
        }

        if (i == begin)
        {
            return 0;
        }

        at = i;
        return isNegative ? -exponent : exponent;
    }

    private static double Slow(ReadOnlySpan<char> text, bool isGrouped) => double.Parse(
        isGrouped ? text.ToString().Replace(",", "", StringComparison.Ordinal) : text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool TryWord(ReadOnlySpan<char> text, int at, bool isNegative, out double value, out int end)
    {
        ReadOnlySpan<char> rest = text[at..];
        int length = rest.StartsWith("nan", StringComparison.OrdinalIgnoreCase) ? 3
            : rest.StartsWith("infinity", StringComparison.OrdinalIgnoreCase) ? 8
            : rest.StartsWith("inf", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
        value = length == 3 && rest[0] is 'n' or 'N' ? double.NaN : isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        end = at + length;
        if (end + 1 < text.Length && text[end] == '.' && text[end + 1] == '0')
        {
            for (end++; end < text.Length && text[end] == '0'; end++)
            {
            }
        }

        return length > 0 && (end >= text.Length || !(char.IsLetterOrDigit(text[end]) || text[end] is '_' or '/' or '-' or '('));
    }
}
