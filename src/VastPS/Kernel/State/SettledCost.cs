namespace VastPS.Kernel.State;

/// <summary>What the older events of a rental add up to, so that a history of thousands need not be kept.</summary>
/// <param name="Until">The last of them.</param>
/// <param name="State">What it was seen to be then.</param>
/// <param name="GpuPricePerHour">In force then, USD.</param>
/// <param name="DiskPricePerHour">In force then, USD.</param>
/// <param name="GpuCost">So far, USD.</param>
/// <param name="DiskCost">So far, USD.</param>
/// <param name="HasRun">Whether it was seen to run or stopped.</param>
internal sealed record SettledCost(
    DateTimeOffset Until,
    RentalEventKind State,
    decimal GpuPricePerHour,
    decimal DiskPricePerHour,
    decimal GpuCost,
    decimal DiskCost,
    bool HasRun)
{
    /// <inheritdoc cref="RentalEvent.GpuDoubt"/>
    public decimal GpuDoubt { get; init; }

    /// <inheritdoc cref="RentalEvent.DiskDoubt"/>
    public decimal DiskDoubt { get; init; }

    /// <summary>USD for GPUs that may have been charged besides: they were held while the container loaded.</summary>
    public decimal MaybeCost { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsSound => StateLines.IsTime(Until) && Enum.IsDefined(State)
        && new decimal?[] { GpuPricePerHour, DiskPricePerHour, GpuCost, DiskCost, GpuDoubt, DiskDoubt, MaybeCost }.All(StateLines.IsMoney);
}
