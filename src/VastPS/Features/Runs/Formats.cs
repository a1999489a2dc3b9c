namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>Five digits are enough to see a metric move.</summary>
    public static string Significant(double? value) => value is { } v ? FormattableString.Invariant($"{v:G5}") : "";
}
