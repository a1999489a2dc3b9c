using VastPS.Basics;

namespace VastPS;

/// <summary>What an instance was rented for: the estimate that it was chosen by.</summary>
public sealed class VastRentalPurpose
{
    internal VastRentalPurpose()
    {
    }

    /// <summary>The workload in one line; empty where only a measured step was given.</summary>
    public string Workload { get; internal init; } = "";

    /// <summary>False where it was rented although the run did not fit.</summary>
    public bool Fits { get; internal init; }

    /// <summary>What the estimate said of this instance, in one line.</summary>
    public string Estimate { get; internal init; } = "";

    /// <summary>
    /// Time of the run from the start of its command to its end, as estimated; null where the estimate was about memory alone.
    /// </summary>
    public TimeSpan? ExpectedTime { get; internal init; }

    /// <summary>The same in the pessimistic case.</summary>
    public TimeSpan? PessimisticTime { get; internal init; }

    /// <summary>When it was rented.</summary>
    public DateTimeOffset NotedAt { get; internal init; }

    /// <inheritdoc />
    public override string ToString() => string.Join(
        ", ",
        new[]
        {
            Workload.Length > 0 ? Workload : "a run",
            Fits ? "fits" : "does not fit",
            ExpectedTime is { } time ? Duration.Format(time) + " expected" : "",
        }.Where(part => part.Length > 0));
}
