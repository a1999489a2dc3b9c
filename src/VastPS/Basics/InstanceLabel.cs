using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Basics;

/// <summary>
/// The label VastPS gives what it rents: vastps-NAME.NONCE.DEADLINE. The nonce finds an instance whose create answer was lost;
/// the deadline (UTC, minutes, rounded up) outlives this computer.
/// </summary>
internal sealed partial record InstanceLabel(string Name, string Nonce, DateTimeOffset Deadline)
{
    private const string DeadlineFormat = "yyyyMMdd'T'HHmm'Z'";
    private const int LongestName = 64;

    /// <summary>A label from any name: what cannot stand in a label becomes a dash.</summary>
    /// <param name="name">Free text.</param>
    /// <param name="nonce">8 hexadecimal digits, lower case.</param>
    /// <param name="deadline">When the run must end.</param>
    public static string Make(string name, string nonce, DateTimeOffset deadline)
    {
        string plain = Foreign().Replace(name.Trim(), "-").Trim('-');
        plain = plain.Length > LongestName ? plain[..LongestName] : plain;
        DateTimeOffset minute = new(deadline.UtcTicks - (deadline.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        DateTimeOffset rounded = minute == deadline ? minute : minute.AddMinutes(1);
        return $"vastps-{(plain.Length == 0 ? "run" : plain)}.{nonce}.{rounded.ToString(DeadlineFormat, CultureInfo.InvariantCulture)}";
    }

    /// <summary>The parts of a label of ours; null for any other.</summary>
    public static InstanceLabel? TryParse(string? label)
    {
        Match parts = Ours().Match(label ?? "");
        return parts.Success
            && DateTimeOffset.TryParseExact(parts.Groups[3].Value, DeadlineFormat, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset deadline)
            ? new InstanceLabel(parts.Groups[1].Value, parts.Groups[2].Value, deadline)
            : null;
    }

    [GeneratedRegex(@"\Avastps-([A-Za-z0-9_-]{1,64})\.([0-9a-f]{8})\.([0-9]{8}T[0-9]{4}Z)\z")]
    private static partial Regex Ours();

    [GeneratedRegex("[^A-Za-z0-9_-]+")]
    private static partial Regex Foreign();
}
