namespace VastPS.Commands;

internal static partial class Texts
{
    public const string RemoveSessionAction = "close the connection";

    public static string NotADuration(object? given) =>
        FormattableString.Invariant($"'{given}' is not a duration. Write a number with its unit: 90s, 15m, 2h or 1.5d.");
}
