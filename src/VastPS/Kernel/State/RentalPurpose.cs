namespace VastPS.Kernel.State;

/// <summary>What an instance was rented for, as it was estimated then.</summary>
/// <param name="Workload">In one line; empty where nobody described it.</param>
/// <param name="Fits">False where it was rented all the same.</param>
/// <param name="Estimate">What the estimate says, in one line.</param>
internal sealed record RentalPurpose(string Workload, bool Fits, string Estimate)
{
    public TimeSpan? RunTime { get; init; }

    public TimeSpan? WorstRunTime { get; init; }

    /// <summary>As users see it.</summary>
    public VastRentalPurpose View(DateTimeOffset rentedAt) => new()
    {
        Workload = Workload,
        Fits = Fits,
        Estimate = Estimate,
        ExpectedTime = RunTime,
        PessimisticTime = WorstRunTime,
        NotedAt = rentedAt,
    };
}
