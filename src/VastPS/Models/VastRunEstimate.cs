using VastPS.Basics;

namespace VastPS;

/// <summary>Time and cost of a run on a machine before it begins, and the assumptions that can be checked once it runs.</summary>
public sealed class VastRunEstimate
{
    internal VastRunEstimate()
    {
    }

    /// <summary>The offer it was computed for; null for instances.</summary>
    public long? OfferId { get; internal init; }

    /// <summary>The instance it was computed for; null for offers.</summary>
    public long? InstanceId { get; internal init; }

    /// <summary>The machine behind it.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>GPU model.</summary>
    public string? GpuName { get; internal init; }

    /// <summary>GPUs it was computed for.</summary>
    public int GpuCount { get; internal init; }

    /// <summary>Disk in GB that is paid for; New-VastInstance rents it.</summary>
    public double DiskGB { get; internal init; }

    /// <summary>Price of the GPUs in USD per hour; New-VastInstance refuses to rent for much more.</summary>
    public decimal? GpuPricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price in USD per hour with DiskGB of disk, without traffic.</summary>
    public decimal? PricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Time from renting to the fetched result.</summary>
    public VastTimeRange Time { get; internal init; } = null!;

    /// <summary>Cost of all of it; null where the machine names no price.</summary>
    public VastCostRange? Cost { get; internal init; }

    /// <summary>The deadline that WorstCost is computed for.</summary>
    public TimeSpan? MaxRuntime { get; internal init; }

    /// <summary>Cost in USD if nobody stops it before MaxRuntime; null where none was given.</summary>
    public decimal? WorstCost { get; internal init => field = Usd.Round(value); }

    /// <summary>Optimizer steps of the run.</summary>
    public int Steps { get; internal init; }

    /// <summary>Assumed time of an optimizer step.</summary>
    public TimeSpan StepTime { get; internal init; }

    /// <summary>Time of a step beyond which the estimate is contradicted.</summary>
    public TimeSpan PessimisticStepTime { get; internal init; }

    /// <summary>What an optimizer step is made of; empty where its time was given.</summary>
    public IReadOnlyList<VastTimeDriver> StepDrivers { get; internal init => field = Joined.Of(value); } = Joined.None<VastTimeDriver>();

    /// <summary>Assumed peak memory of one GPU in GiB; null where nobody said.</summary>
    public double? PeakVramGiB { get; internal init; }

    /// <summary>Assumed download rate in Mbps, below what is advertised; null where the machine names none.</summary>
    public double? DownMbps { get; internal init; }

    /// <summary>Where the time of a step comes from.</summary>
    public string Source { get; internal init; } = "";

    /// <summary>Where each assumption comes from, one a line.</summary>
    public IReadOnlyList<string> Assumptions { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>Why it stands before the next one, where Measure-VastRun ranked several; empty otherwise.</summary>
    public string Lead { get; private set; } = "";

    /// <summary>The workload; null where only numbers were given.</summary>
    public VastWorkload? Workload { get; internal init; }

    internal bool IsMeasured { get; init; }

    internal bool IsPeakMeasured { get; init; }

    internal double? VramGiB { get; init; }

    internal bool? HasNvlink { get; init; }

    /// <summary>The same estimate with the reason for its rank.</summary>
    internal VastRunEstimate Leading(string why)
    {
        var leading = (VastRunEstimate)MemberwiseClone();
        leading.Lead = why;
        return leading;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Source}: {Time}, {Cost}";
}
