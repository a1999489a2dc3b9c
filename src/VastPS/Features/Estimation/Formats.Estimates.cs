namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>A range of time: "2h 10m (1h 30m - 4h)".</summary>
    public static string Range(VastTimeRange range) => $"{Span(range.Base)} ({Span(range.Optimistic)} - {Span(range.Pessimistic)})";

    /// <summary>A range of cost: "1.20 (0.90 - 2.40)"; empty where there is none.</summary>
    public static string Range(VastCostRange? range) =>
        range is null ? "" : $"{Cents(range.Base)} ({Cents(range.Optimistic)} - {Cents(range.Pessimistic)})";

    /// <summary>The offer or instance that an estimate is about.</summary>
    public static string Subject(VastRunEstimate estimate) => estimate.OfferId is { } offer
        ? FormattableString.Invariant($"offer {offer}")
        : FormattableString.Invariant($"instance {estimate.InstanceId}");
}
