namespace VastPS.Basics;

/// <summary>Prices in sentences. One that the server does not tell is said to be unknown: neither a hole nor a 0.</summary>
internal static class PriceText
{
    /// <summary>USD an hour.</summary>
    public static string PerHour(decimal? pricePerHour) =>
        pricePerHour is { } price ? FormattableString.Invariant($"{price:0.0000} USD/h") : "an unknown amount per hour";

    /// <summary>The same as USD a day.</summary>
    public static string PerDay(decimal? pricePerHour) =>
        pricePerHour is { } price ? FormattableString.Invariant($"{price * 24:0.00} USD per day") : "an unknown amount per day";
}
