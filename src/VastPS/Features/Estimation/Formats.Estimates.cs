namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>A range of time: "2h 10m (1h 30m-4h)".</summary>
    public static string Range(VastTimeRange range) => $"{Span(range.Base)} ({Span(range.Optimistic)}-{Span(range.Pessimistic)})";

    /// <summary>A range of cost: "1.20 (0.90-2.40)"; empty where there is none.</summary>
    public static string Range(VastCostRange? range) =>
        range is null ? "" : $"{Money(range.Base)} ({Money(range.Optimistic)}-{Money(range.Pessimistic)})";

    // Three digits say all that an estimate knows.
    private static string Money(decimal amount) =>
        amount.ToString(amount >= 100 ? "0" : amount >= 10 ? "0.0" : "0.00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The offer or instance that an estimate is about.</summary>
    public static string Subject(VastRunEstimate estimate) => estimate.OfferId is { } offer
        ? FormattableString.Invariant($"offer {offer}")
        : FormattableString.Invariant($"instance {estimate.InstanceId}");
}
