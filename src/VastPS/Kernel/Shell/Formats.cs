using System.ComponentModel;
using System.Globalization;

namespace VastPS.Internal;

/// <summary>
/// What the views of VastPS.Format.ps1xml show. Public because they call it; not meant for scripts. Those of one feature stand in its
/// folder.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class _Format
{
    /// <summary>USD to a hundredth of a cent: small runs cost less than a cent.</summary>
    public static string Usd(decimal? amount) => amount is { } a ? FormattableString.Invariant($"{a:0.0000}") : "";

    /// <summary>A measured value with its unit.</summary>
    public static string Measure(double? value, string unit) =>
        value is { } v ? FormattableString.Invariant($"{v:0.0} {unit}") : "not measured";

    /// <summary>A number as short as it can be said.</summary>
    public static string Number(double? value) => value is { } v ? v.ToString("0.###", CultureInfo.InvariantCulture) : "";

    /// <summary>A word for how something came out, in the colour of that: green, yellow or red, where the engine shows colours.</summary>
    /// <param name="outcome">A verdict, an outcome, or whether something passed.</param>
    /// <param name="style">The engine's $PSStyle; null where it has none.</param>
    public static string Verdict(object? outcome, object? style)
    {
        string word = Convert.ToString(outcome, CultureInfo.InvariantCulture) ?? "";
        string? colour = word switch
        {
            "Pass" or "Fits" or "Completed" or "True" or "Ok" => "Green",
            "Warn" or "Tight" or "Unknown" or "Replan" or "Incomplete" or "LostContact" or "TimedOut" or "Stalled" => "Yellow",
            "Fail" or "TooSmall" or "Failed" or "False" or "Contradicted" or "OutOfMemory" or "OutOfHostMemory" or "Killed" or "DiskFull"
                => "Red",
            _ => null,
        };
        object? foreground = Of(style, "Foreground");
        return colour is not null && Of(foreground, colour) is string on && Of(style, "Reset") is string off ? on + word + off : word;
    }

    // $PSStyle is not in the surface that this is built against.
    private static object? Of(object? thing, string property) => thing?.GetType().GetProperty(property)?.GetValue(thing);

    /// <summary>A span in its two largest units.</summary>
    public static string Span(TimeSpan? span) => span is { } s ? Basics.Duration.Format(s) : "";

    /// <summary>GPUs as "2x RTX 4090"; empty where the server names none.</summary>
    public static string GpusAsTold(int? count, string? name) =>
        string.IsNullOrEmpty(name) ? "" : string.Create(CultureInfo.InvariantCulture, $"{count ?? 1}x {name}");

    /// <summary>A number without decimals; empty where it is unknown.</summary>
    public static string Whole(double? value) => value is { } v ? v.ToString("0", CultureInfo.InvariantCulture) : "";

    /// <summary>A number with one decimal; empty where it is unknown.</summary>
    public static string Tenth(double? value) => value is { } v ? v.ToString("0.0", CultureInfo.InvariantCulture) : "";

    /// <summary>A share from 0 to 1 in percent.</summary>
    public static string Percent(double? share) => share is { } s ? (s * 100).ToString("0.0", CultureInfo.InvariantCulture) : "";

    /// <summary>USD to a cent.</summary>
    public static string Cents(decimal? amount) => amount is { } a ? a.ToString("0.00", CultureInfo.InvariantCulture) : "";

    /// <summary>A moment in UTC to the minute.</summary>
    public static string Minute(DateTimeOffset? time) =>
        time is { } t ? t.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";
}
