using VastPS.Kernel.Shell;

namespace VastPS.Features.Checks;

/// <summary>From what nvidia-smi said to verdicts, held against what the instance was rented as.</summary>
internal static class GpuRule
{
    // What a GPU that nobody uses may show; what a container of one's own adds stays below the second figure.
    private const double IdleMiB = 15;
    private const double OthersMiB = 300;

    // Below this an idle card may jump for a moment.
    private const double IdlePercent = 10;

    // Clocks begin to fall between 84 and 90 C.
    private const double WarmCelsius = 80;
    private const double HotCelsius = 90;

    // Below this load a slowdown says little about the card.
    private const double BusyPercent = 50;

    // Nominal sizes are up to 7 % above what cards report.
    private const double NominalShare = 0.93;

    /// <summary>The verdicts, the deadliest first. Without any GPU there is nothing to say but that.</summary>
    public static IEnumerable<VastCheckResult> Judge(VastInstance instance, GpuReport report)
    {
        var factory = new CheckResultFactory(instance);
        return report.Gpus.Count == 0
            ? [Count(instance, report, factory)]
            : [Count(instance, report, factory), Model(instance, report, factory), Vram(instance, report, factory), InUse(report, factory),
                Driver(instance, report, factory), Heat(report, factory), Errors(report, factory), Slowdown(report, factory)];
    }

    private static VastCheckResult Count(VastInstance instance, GpuReport report, CheckResultFactory factory)
    {
        string[] faults = [.. report.Gpus.SelectMany(g => g.Faults.Select(f => FormattableString.Invariant($"GPU {g.Index} answers {f}")))];
        int found = report.Gpus.Count(g => g.Faults.Count == 0);
        VastCheckStatus status =
            !report.HasAnswered ? VastCheckStatus.Unknown
            : report.Complaints.Count > 0 || faults.Length > 0 || found == 0 || found < instance.GpuCount ? VastCheckStatus.Fail
            : found > instance.GpuCount || report.Warnings.Count > 0 ? VastCheckStatus.Warn
            : VastCheckStatus.Pass;
        return factory.Say(
            "GpuCount",
            status,
            new Measurement(report.HasAnswered ? found : null, instance.GpuCount, found == 1 ? "GPU" : "GPUs"),
            [.. faults, .. report.Complaints, .. report.Warnings, .. report.Gpus.Select(g => g.ToString())],
            status == VastCheckStatus.Fail ? factory.Leave : factory.Look("nvidia-smi -L"));
    }

    private static VastCheckResult Model(VastInstance instance, GpuReport report, CheckResultFactory factory)
    {
        VastCheckStatus[] each = [.. report.Gpus.Select(g => GpuModelName.Compare(g.Name, instance.GpuName))];
        return factory.Say(
            "GpuModel",
            Worst(each),
            new Measurement(each.Count(s => s == VastCheckStatus.Pass), report.Gpus.Count, "GPUs")
            {
                Text = string.Join(", ", report.Gpus.Select(g => GpuModelName.Short(g.Name)).Distinct()),
            },
            [$"rented as: {instance.GpuName ?? "?"}", .. report.Gpus.Select(g => $"GPU {g.Index}: {g.Name ?? "not told"}")],
            factory.Leave);
    }

    private static VastCheckResult Vram(VastInstance instance, GpuReport report, CheckResultFactory factory)
    {
        // The row of a cut card tells its whole memory; what a program gets is the slice.
        bool isSliced = report.Gpus.Any(g => g.IsSliced);
        double? least = isSliced ? Least(report.SliceGiB.Select(s => (double?)s)) : Least(report.Gpus.Select(g => g.TotalMiB / 1024));
        VastCheckStatus status = least is null
            ? VastCheckStatus.Unknown
            : least < instance.VramGiB * NominalShare
            ? VastCheckStatus.Fail
            : VastCheckStatus.Pass;
        return factory.Say(
            "GpuVram",
            status,
            new Measurement(least, instance.VramGiB, "GiB"),
            [.. report.Gpus.Select(g => g.ToString()), .. isSliced ? [Texts.SlicesHold(report.SliceGiB)] : Array.Empty<string>()],
            factory.Leave);
    }

    private static VastCheckResult InUse(GpuReport report, CheckResultFactory factory)
    {
        double? most = Most(report.Gpus.Select(g => g.UsedMiB));
        double busy = report.Gpus.Max(g => g.UsePercent) ?? 0;
        VastCheckStatus status = most switch
        {
            null => VastCheckStatus.Unknown,
            > OthersMiB => VastCheckStatus.Fail,
            > IdleMiB => VastCheckStatus.Warn,
            _ => VastCheckStatus.Pass,
        };

        // Load without memory is not seen in memory: another container's memory may not show here. A card that its driver
        // has just started shows full load for a moment too, so this is no failure.
        bool isBusy = status == VastCheckStatus.Pass && busy >= IdlePercent;
        return factory.Say(
            "GpuInUse",
            isBusy ? VastCheckStatus.Warn : status,
            isBusy ? new Measurement(busy, IdlePercent, "% busy") { IsUpperLimit = true }
                : new Measurement(most, IdleMiB, "MiB") { IsUpperLimit = true },
            [.. isBusy ? [Texts.BusyWithoutMemory] : Array.Empty<string>(), .. report.Gpus.Select(g => g.ToString()),
                .. report.Processes.Select(p => "on the GPU: " + p)],
            status == VastCheckStatus.Fail && report.Processes.Count == 0 ? factory.Leave : factory.Look("nvidia-smi"));
    }

    private static VastCheckResult Driver(VastInstance instance, GpuReport report, CheckResultFactory factory)
    {
        Version? here = GpuModelName.VersionOf(report.Gpus[0].Driver);
        Version? told = GpuModelName.VersionOf(instance.DriverVersion);
        VastCheckStatus status = here is null ? VastCheckStatus.Unknown : here < told ? VastCheckStatus.Warn : VastCheckStatus.Pass;
        return factory.Say(
            "GpuDriver",
            status,
            new Measurement(here?.Major, told?.Major, "") { Text = report.Gpus[0].Driver ?? "not told" },
            [FormattableString.Invariant(
                $"driver {report.Gpus[0].Driver ?? "not told"}, advertised {instance.DriverVersion ?? "?"}, CUDA up to {instance.CudaVersion}")
                ],
            factory.Look("nvidia-smi"));
    }

    private static VastCheckResult Heat(GpuReport report, CheckResultFactory factory)
    {
        double? most = Most(report.Gpus.Select(g => g.Celsius));
        VastCheckStatus status = most switch
        {
            null => VastCheckStatus.Unknown,
            >= HotCelsius => VastCheckStatus.Fail,
            >= WarmCelsius => VastCheckStatus.Warn,
            _ => VastCheckStatus.Pass,
        };
        return factory.Say(
            "GpuHeat",
            status,
            new Measurement(most, WarmCelsius, "C") { IsUpperLimit = true },
            report.Gpus.Select(g => g.ToString()), factory.Leave);
    }

    private static VastCheckResult Errors(GpuReport report, CheckResultFactory factory)
    {
        double? most = Most(report.Gpus.Select(g => g.UncorrectedErrors));
        bool remaps = report.Gpus.Any(g => g.HasRemapTrouble == true);
        VastCheckStatus status = most > 0 || remaps ? VastCheckStatus.Fail : most is null ? VastCheckStatus.Unknown : VastCheckStatus.Pass;
        return factory.Say(
            "GpuErrors",
            status,
            new Measurement(most, 0, "errors") { IsUpperLimit = true },
            report.Gpus.Select(g => FormattableString.Invariant(
                $"GPU {g.Index}: uncorrected errors {CheckResultFactory.Told(g.UncorrectedErrors, "0")}, row remap {(g.HasRemapTrouble switch { null => "not told", true => "pending or failed", _ => "in order" })}")),
            status == VastCheckStatus.Fail ? factory.Leave : factory.Look("nvidia-smi -q -d ECC,ROW_REMAPPER"),
            isOptional: true);
    }

    private static VastCheckResult Slowdown(GpuReport report, CheckResultFactory factory)
    {
        GpuReading[] slow = [.. report.Gpus.Where(g => g.Slowdowns?.Count > 0)];
        bool told = report.Gpus.All(g => g.Slowdowns is not null);
        VastCheckStatus status = slow.Any(g => g.UsePercent >= BusyPercent) ? VastCheckStatus.Fail
            : slow.Length > 0 ? VastCheckStatus.Warn
            : told ? VastCheckStatus.Pass
            : VastCheckStatus.Unknown;
        return factory.Say(
            "GpuSlowdown",
            status,
            new Measurement(slow.Length > 0 || told ? slow.Length : null, 0, "GPUs") { IsUpperLimit = true },
            report.Gpus.Select(g => FormattableString.Invariant(
                $"GPU {g.Index}, {g.UsePercent ?? 0:0} % busy: {(g.Slowdowns is not { } s ? "not told" : s.Count == 0 ? "full clocks allowed" : string.Join(", ", s))}")),
            status == VastCheckStatus.Fail ? factory.Leave : factory.Look("nvidia-smi -q -d PERFORMANCE"),
            isOptional: true);
    }

    // One value that is not told leaves the whole unknown: a minimum of the rest would be a guess.
    private static double? Least(IEnumerable<double?> values) =>
        values.ToArray() is var all && all.All(v => v is not null) ? all.Min() : null;

    private static double? Most(IEnumerable<double?> values) =>
        values.ToArray() is var all && all.All(v => v is not null) ? all.Max() : null;

    private static VastCheckStatus Worst(IReadOnlyCollection<VastCheckStatus> each) =>
        each.Contains(VastCheckStatus.Fail) ? VastCheckStatus.Fail
        : each.Contains(VastCheckStatus.Unknown) ? VastCheckStatus.Unknown
        : each.Contains(VastCheckStatus.Warn) ? VastCheckStatus.Warn
        : VastCheckStatus.Pass;
}
