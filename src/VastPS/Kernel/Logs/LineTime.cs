using System.Globalization;

namespace VastPS.Kernel.Logs;

/// <summary>The time that a line names: 2026-07-01T12:00:00Z, 2026-07-01 12:00:00,123.</summary>
internal static class LineTime
{
    private const int MostChars = 35;

    /// <summary>The first full date with a time; read as UTC where it names no zone.</summary>
    public static DateTimeOffset? Of(ReadOnlySpan<char> text)
    {
        for (int at = 0; at + 19 <= text.Length; at++)
        {
            int dash = text[at..].IndexOf('-');
            if (dash < 0)
            {
                return null;
            }

            int begin = at + dash - 4;
            if (begin >= 0 && IsStamp(text[begin..]))
            {
                ReadOnlySpan<char> stamp = text[begin..(begin + End(text[begin..]))];
                return Read(stamp);
            }

            at += dash;
        }

        return null;
    }

    private static bool IsStamp(ReadOnlySpan<char> text) => text.Length >= 19 && Digits(text, 0, 4) && Digits(text, 5, 2) && Digits(text, 8, 2)
        && Digits(text, 11, 2) && Digits(text, 14, 2) && Digits(text, 17, 2)
        && text[7] == '-' && text[10] is ' ' or 'T' or ',' && text[13] == ':' && text[16] == ':';

    private static bool Digits(ReadOnlySpan<char> text, int at, int count) => text.Slice(at, count).IndexOfAnyExceptInRange('0', '9') < 0;

    private static int End(ReadOnlySpan<char> text)
    {
        int i = 19;
        if (i + 1 < text.Length && text[i] is '.' or ',' && char.IsAsciiDigit(text[i + 1]))
        {
            for (i++; i < text.Length && i < MostChars && char.IsAsciiDigit(text[i]); i++)
            {
            }
        }

        if (i < text.Length && text[i] == 'Z')
        {
            return i + 1;
        }

        bool hasZone = i + 4 < text.Length && text[i] is '+' or '-' && Digits(text, i + 1, 2);
        return !hasZone ? i
            : i + 5 < text.Length && text[i + 3] == ':' && Digits(text, i + 4, 2) ? i + 6
            : Digits(text, i + 3, 2) ? i + 5 : i;
    }

    private static DateTimeOffset? Read(ReadOnlySpan<char> stamp)
    {
        Span<char> plain = stackalloc char[stamp.Length];
        stamp.CopyTo(plain);
        plain[10] = 'T';
        int comma = plain[19..].IndexOf(',');
        if (comma >= 0)
        {
            plain[19 + comma] = '.';
        }

        return DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }
}
