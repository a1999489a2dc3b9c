namespace VastPS.Kernel.Logs;

/// <summary>The time that a line names: 2026-07-01T12:00:00Z, 2026-07-01 12:00:00,123.</summary>
internal static class LineTime
{
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
                return Read(text[begin..]);
            }

            at += dash;
        }

        return null;
    }

    private static bool IsStamp(ReadOnlySpan<char> text) => text.Length >= 19
        && text[7] == '-' && text[10] is ' ' or 'T' or ',' && text[13] == ':' && text[16] == ':'
        && Digits(text, 0, 4) && Digits(text, 5, 2) && Digits(text, 8, 2)
        && Digits(text, 11, 2) && Digits(text, 14, 2) && Digits(text, 17, 2);

    private static bool Digits(ReadOnlySpan<char> text, int at, int count) => text.Slice(at, count).IndexOfAnyExceptInRange('0', '9') < 0;

    private static int Number(ReadOnlySpan<char> text, int at, int count)
    {
        int number = 0;
        foreach (char digit in text.Slice(at, count))
        {
            number = (10 * number) + (digit - '0');
        }

        return number;
    }

    // By hand, because it is done for each record: year, month, day, then the time, its fraction and its zone.
    private static DateTimeOffset? Read(ReadOnlySpan<char> text)
    {
        (int year, int month, int day) = (Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        (int hour, int minute, int second) = (Number(text, 11, 2), Number(text, 14, 2), Number(text, 17, 2));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return null;
        }

        int at = 19;
        long ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks;
        if (at + 1 < text.Length && text[at] is '.' or ',' && char.IsAsciiDigit(text[at + 1]))
        {
            long unit = TimeSpan.TicksPerSecond;
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                unit /= 10;
                ticks += unit * (text[at] - '0');
            }
        }

        return new DateTimeOffset(ticks, Zone(text, at));
    }

    private static TimeSpan Zone(ReadOnlySpan<char> text, int at)
    {
        if (at + 4 >= text.Length || text[at] is not ('+' or '-') || !Digits(text, at + 1, 2))
        {
            return TimeSpan.Zero;
        }

        int minutes = text[at + 3] == ':' ? at + 4 : at + 3;
        if (minutes + 2 > text.Length || !Digits(text, minutes, 2))
        {
            return TimeSpan.Zero;
        }

        var zone = TimeSpan.FromMinutes((60 * Number(text, at + 1, 2)) + Number(text, minutes, 2));
        return zone > TimeSpan.FromHours(14) ? TimeSpan.Zero : text[at] == '-' ? -zone : zone;
    }
}
