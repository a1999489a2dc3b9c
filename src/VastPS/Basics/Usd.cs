namespace VastPS.Basics;

/// <summary>Money in USD.</summary>
internal static class Usd
{
    /// <summary>To a millionth: what is charged by the second is below a cent, and what lies behind comes of dividing.</summary>
    public static decimal Round(decimal amount) => Math.Round(amount, 6, MidpointRounding.AwayFromZero);

    /// <summary>Not below the amount: a bid of less would lose.</summary>
    public static decimal? Ceiling(decimal? amount) => amount is { } known ? Math.Ceiling(known * 1_000_000) / 1_000_000 : null;

    public static decimal? Round(decimal? amount) => amount is { } known ? Round(known) : null;
}
