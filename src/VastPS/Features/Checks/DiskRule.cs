using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Features.Checks;

/// <summary>What a box says about the disk that the work goes to. What it does not say is null.</summary>
internal sealed record DiskSpace(string Path, double? SizeBytes, double? FreeBytes, double? Inodes, double? FreeInodes);

/// <summary>Timed writes, each forced out to the disk.</summary>
/// <param name="Samples">Bytes and seconds.</param>
/// <param name="Trouble">Why there are no more samples; empty where all were taken.</param>
/// <param name="IsStuck">True where one did not end within its limit, which only a very slow disk does.</param>
internal sealed record DiskWrites(IReadOnlyList<(double Bytes, double Seconds)> Samples, string Trouble, bool IsStuck)
{
    /// <summary>The median in MB/s; null without a sample.</summary>
    public double? MedianMBps => Samples.Where(s => s.Seconds > 0)
        .Select(s => s.Bytes / s.Seconds / 1e6).ToArray() is { Length: > 0 } rates ? Statistics.Median(rates) : null;
}

/// <summary>From free space and timed writes to verdicts.</summary>
internal static class DiskRule
{
    // With less of the disk left, things begin to fail.
    private const double WarnShare = 0.20;
    private const double FailShare = 0.15;

    // A checkpoint that stops the run for longer is a reason to take another disk.
    private static readonly TimeSpan s_checkpointLimit = TimeSpan.FromSeconds(60);

    private const double SlowMBps = 100;
    private const double DeadMBps = 20;

    public static IEnumerable<VastCheckResult> JudgeSpace(VastInstance instance, DiskSpace space, double? minFreeGB, VastWorkload? work)
    {
        var factory = new CheckResultFactory(instance);
        return [Free(instance, space, minFreeGB, work, factory), Inodes(space, factory)];
    }

    public static VastCheckResult JudgeWrites(VastInstance instance, DiskWrites writes, VastWorkload? work)
    {
        var factory = new CheckResultFactory(instance);
        double? rate = writes.MedianMBps;
        double checkpointGB = work is null ? 0 : new DiskModel(work).CheckpointBytes() / Bytes.GB;
        TimeSpan? pause = rate is { } r && work is not null ? TimeSpan.FromSeconds(checkpointGB * 1000 / r) : null;
        VastCheckStatus status = rate switch
        {
            _ when writes.IsStuck => VastCheckStatus.Fail,
            null => VastCheckStatus.Unknown,
            < DeadMBps => VastCheckStatus.Fail,
            < SlowMBps => VastCheckStatus.Warn,
            _ => pause > s_checkpointLimit ? VastCheckStatus.Warn : VastCheckStatus.Pass,
        };
        List<string> evidence =
            [.. writes.Samples.Select(s => FormattableString.Invariant($"wrote {s.Bytes / 1e6:0} MB in {s.Seconds:0.00} s"))];
        if (writes.Trouble.Length > 0)
        {
            evidence.Add(writes.Trouble);
        }

        if (pause is { } wait)
        {
            evidence.Add(FormattableString.Invariant($"a checkpoint of {checkpointGB:0.0} GB takes {wait.TotalSeconds:0} s"));
        }

        return factory.Say(
            "DiskWrite",
            status,
            new Measurement(rate, SlowMBps, "MB/s"),
            evidence,
            status == VastCheckStatus.Unknown ? factory.Look("df -h; touch ~/probe && rm ~/probe") : factory.Leave);
    }

    private static VastCheckResult Free(
        VastInstance instance, DiskSpace space, double? minFreeGB, VastWorkload? work, CheckResultFactory factory)
    {
        double? free = space.FreeBytes / Bytes.GB;
        // The file system may be the host's own and far larger than what was rented.
        double? size = space.SizeBytes is { } bytes ? Math.Min(bytes / Bytes.GB, instance.DiskGB ?? double.PositiveInfinity) : null;
        VastResourceFit? fit = work is null
            ? null
            : Needs.Of(work, Math.Max(1, instance.GpuCount ?? 0)).OnDisk(new Machine { DiskGB = free });
        VastCheckStatus status = free is null ? VastCheckStatus.Unknown
            : free < minFreeGB ? VastCheckStatus.Fail
            : fit is not null ? MemoryRule.StatusOf(fit.Verdict)
            : minFreeGB is not null ? VastCheckStatus.Pass
            : free < size * FailShare ? VastCheckStatus.Fail
            : free < size * WarnShare ? VastCheckStatus.Warn
            : VastCheckStatus.Pass;
        List<string> evidence =
            [$"{space.Path}: {CheckResultFactory.Told(free)} GB free; rented: {CheckResultFactory.Told(instance.DiskGB)} GB"];
        if (fit is not null)
        {
            evidence.Add($"the run needs {fit.RequiredGB} GB");
        }

        double? needed = fit is null && minFreeGB is null ? size * WarnShare : Math.Max(minFreeGB ?? 0, fit?.RequiredGB.Pessimistic ?? 0);
        return factory.Say(
            "DiskFree",
            status,
            new Measurement(free, needed, "GB"),
            evidence,
            status == VastCheckStatus.Unknown ? factory.Look("df -h") : factory.Look("du -xh --max-depth=2 ~ | sort -h | tail"));
    }

    private static VastCheckResult Inodes(DiskSpace space, CheckResultFactory factory)
    {
        // Some file systems make inodes as they are needed and report none.
        double? free = space is { Inodes: > 0, FreeInodes: { } left } ? left / space.Inodes * 100 : null;
        VastCheckStatus status = free switch
        {
            null => VastCheckStatus.Unknown,
            < FailShare * 100 => VastCheckStatus.Fail,
            < WarnShare * 100 => VastCheckStatus.Warn,
            _ => VastCheckStatus.Pass,
        };
        return factory.Say(
            "DiskInodes",
            status,
            new Measurement(free, WarnShare * 100, "%"),
            [$"{space.Path}: {CheckResultFactory.Told(space.FreeInodes, "0")} of {CheckResultFactory.Told(space.Inodes, "0")} inodes free"],
            factory.Look("df -i"),
            isOptional: true);
    }
}
