using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Features.Checks;

/// <summary>What a box says about its memory, in bytes. What it does not say is null.</summary>
/// <param name="Limits">Limits of the control groups that are set.</param>
/// <param name="MachineBytes">Memory of the whole machine.</param>
/// <param name="SharedBytes">Size of /dev/shm.</param>
/// <param name="KillCount">How often the limit already killed something here.</param>
internal sealed record MemoryReport(IReadOnlyList<double> Limits, double? MachineBytes, double? SharedBytes, double? KillCount)
{
    /// <summary>What the container may use before it is killed; free and top show the machine instead.</summary>
    public double? UsableBytes =>
        Limits.Append(MachineBytes ?? double.PositiveInfinity).Min() is var least && double.IsFinite(least) ? least : null;
}

/// <summary>From the limits of a box to verdicts.</summary>
internal static class MemoryRule
{
    private const double NominalShare = 0.93;

    // Data loaders hand batches over through it; containers start with 64 MiB.
    private const double SharedGiB = 1;

    public static IEnumerable<VastCheckResult> Judge(VastInstance instance, MemoryReport report, VastWorkload? work)
    {
        var factory = new CheckResultFactory(instance);
        return [Usable(instance, report, work, factory), Shared(report, factory)];
    }

    private static VastCheckResult Usable(VastInstance instance, MemoryReport report, VastWorkload? work, CheckResultFactory factory)
    {
        double? limit = report.UsableBytes / Bytes.GiB;
        double? usable = limit is { } here ? Math.Min(here, instance.UsableRamGiB ?? here) : null;
        VastResourceFit? fit = work is null
            ? null
            : Needs.Of(work, Math.Max(1, instance.GpuCount ?? 0)).OnRam(new Machine { RamGiB = usable });
        VastCheckStatus status = usable is null ? VastCheckStatus.Unknown
            : fit is not null ? StatusOf(fit.Verdict)
            : limit < instance.UsableRamGiB * NominalShare ? VastCheckStatus.Warn
            : VastCheckStatus.Pass;
        List<string> evidence =
        [
            $"limits of the container: {(report.Limits.Count == 0 ? "none seen" : string.Join(", ", report.Limits.Select(GiB)))}",
            $"memory of the machine: {GiB(report.MachineBytes)}",
            $"share that was rented: {CheckResultFactory.Told(instance.UsableRamGiB)} GiB",
        ];
        if (fit is not null)
        {
            evidence.Add($"the run needs {fit.RequiredGiB} GiB at: {fit.BindingMoment}");
        }

        if (report.KillCount > 0)
        {
            evidence.Add(FormattableString.Invariant($"killed for want of memory here before: {report.KillCount:0}"));
        }

        return factory.Say(
            "Memory",
            status,
            new Measurement(usable, fit?.RequiredGiB.Pessimistic ?? instance.UsableRamGiB, "GiB"),
            evidence,
            status == VastCheckStatus.Unknown ? factory.Look("cat /sys/fs/cgroup/memory.max; free -g") : factory.Leave);
    }

    private static VastCheckResult Shared(MemoryReport report, CheckResultFactory factory)
    {
        double? size = report.SharedBytes / Bytes.GiB;
        VastCheckStatus status = size is null
            ? VastCheckStatus.Unknown
            : size < SharedGiB * NominalShare
            ? VastCheckStatus.Warn
            : VastCheckStatus.Pass;
        return factory.Say(
            "SharedMemory",
            status,
            new Measurement(size, SharedGiB, "GiB"),
            [$"/dev/shm: {GiB(report.SharedBytes)}; where it is too small, data loaders end with a bus error"],
            factory.Look("mount -o remount,size=8G /dev/shm; df -h /dev/shm"),
            isOptional: true);
    }

    internal static VastCheckStatus StatusOf(VastFitVerdict verdict) => verdict switch
    {
        VastFitVerdict.Fits => VastCheckStatus.Pass,
        VastFitVerdict.Tight => VastCheckStatus.Warn,
        VastFitVerdict.TooSmall => VastCheckStatus.Fail,
        _ => VastCheckStatus.Unknown,
    };

    private static string GiB(double? bytes) => bytes is { } b ? FormattableString.Invariant($"{b / Bytes.GiB:0.0} GiB") : "not told";

    private static string GiB(double bytes) => GiB((double?)bytes);
}
