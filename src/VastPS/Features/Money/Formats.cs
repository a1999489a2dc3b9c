namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>USD to a hundredth of a cent: small runs cost less than a cent.</summary>
    public static string Usd(decimal? amount) => amount is { } a ? FormattableString.Invariant($"{a:0.0000}") : "";

    /// <summary>Where a cost ends: closed, or the burn goes on.</summary>
    public static string Closed(VastCost cost) => cost.IsClosed ? "closed" : "running";

    /// <summary>A measured value with its unit.</summary>
    public static string Measure(double? value, string unit) => value is { } v ? FormattableString.Invariant($"{v:0.0} {unit}") : "not measured";

    /// <summary>The first line of a command's output, for a table.</summary>
    public static string FirstLine(VastCommandResult result) => (result.Stdout.Length > 0 ? result.Stdout : result.Stderr).Split('\n')[0].TrimEnd('\r');

    /// <summary>A span in its two largest units.</summary>
    public static string Span(TimeSpan? span) => span is { } s ? Basics.Duration.Format(s) : "";
}
