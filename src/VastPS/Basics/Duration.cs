using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Basics;

/// <summary>Spans of time as people type them: 90s, 15m, 2h, 1.5d, 1h30m, 250ms.</summary>
internal static partial class Duration
{
    /// <summary>Reads a span; also the engine's own form 00:15:00. A bare number has no unit and is refused.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out span) && span >= TimeSpan.Zero;
        }

        Match whole = Whole().Match(text);
        if (!whole.Success)
        {
            return false;
        }

        double milliseconds = 0;
        for (int i = 0; i < whole.Groups["n"].Captures.Count; i++)
        {
            milliseconds +=
                double.Parse(whole.Groups["n"].Captures[i].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
                * Milliseconds(whole.Groups["u"].Captures[i].Value);
        }

        if (milliseconds >= TimeSpan.MaxValue.TotalMilliseconds)
        {
            return false;
        }

        span = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>The two largest units, shortest form: 1d 2h, 15m, 1m 30s, 250ms.</summary>
    public static string Format(TimeSpan span)
    {
        if (span < TimeSpan.Zero)
        {
            return "-" + Format(span.Negate());
        }

        if (span < TimeSpan.FromSeconds(1))
        {
            return FormattableString.Invariant($"{Math.Round(span.TotalMilliseconds):0}ms");
        }

        if (span < TimeSpan.FromSeconds(10))
        {
            return FormattableString.Invariant($"{Math.Round(span.TotalSeconds, 1):0.#}s");
        }

        long seconds = (long)Math.Round(span.TotalSeconds);
        (long n, string u)[] parts = [(seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
        int first = Array.FindIndex(parts, p => p.n > 0);
        return string.Join(' ', parts.Skip(first).Take(2).Where(p => p.n > 0).Select(p => FormattableString.Invariant($"{p.n}{p.u}")));
    }

    private static double Milliseconds(string unit) => unit.ToLowerInvariant() switch
    {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => 86_400_000,
    };

    [GeneratedRegex(
        @"^(?:(?<n>[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(?<u>ms|s|m|h|d)\s*)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
