using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>The pace of a run as it was measured, and what it ran on.</summary>
/// <param name="Workload">What was run.</param>
/// <param name="GpuName">As Vast spells it.</param>
/// <param name="GpuCount">GPUs that shared it.</param>
/// <param name="StepTime">Median time of an optimizer step.</param>
internal sealed record MeasuredRun(VastWorkload Workload, string GpuName, int GpuCount, TimeSpan StepTime)
{
    public double? VramGiB { get; init; }

    /// <summary>Null where only the machine itself could tell.</summary>
    public bool? HasNvlink { get; init; }

    /// <summary>The most memory that a GPU had in use; null where nobody looked.</summary>
    public double? PeakVramGiB { get; init; }

    /// <summary>True where VastPS measured it and noted it on this computer.</summary>
    public bool IsNoted { get; init; }

    /// <summary>The run behind an estimate whose step time was given; null for other estimates.</summary>
    public static MeasuredRun? Of(VastRunEstimate estimate) => estimate is { IsMeasured: true, Workload: { } work, GpuName: { } gpu }
        ? new MeasuredRun(work, gpu, estimate.GpuCount, estimate.StepTime)
        {
            VramGiB = estimate.VramGiB,
            HasNvlink = estimate.HasNvlink,
            PeakVramGiB = estimate.IsPeakMeasured ? estimate.PeakVramGiB : null,
        }
        : null;

    /// <summary>What a smoke test of this workload showed on an instance; null where it showed no pace.</summary>
    public static MeasuredRun? Of(VastWorkload? work, VastInstance instance, VastSmokeResult smoke) =>
        smoke is { Passed: true, StepTimeMedian: { } step } && On(instance, work, step) is { } measured
            ? measured with { PeakVramGiB = smoke.PeakVramGiB }
            : null;

    /// <summary>What steps of this workload took on an instance; null where one of the two is not known.</summary>
    public static MeasuredRun? On(VastInstance instance, VastWorkload? work, TimeSpan stepTime) =>
        work is not null && instance.GpuName is { } gpu
        ? new MeasuredRun(work, gpu, Math.Max(1, instance.GpuCount ?? 1), stepTime)
        {
            VramGiB = instance.VramGiB,
            HasNvlink = Nvlink.Of(instance.GpuName, instance.NvlinkGBps),
            IsNoted = true,
        }
        : null;
}
