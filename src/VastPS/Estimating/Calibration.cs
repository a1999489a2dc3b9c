namespace VastPS.Estimating;

/// <summary>What measured runs say about the model: how much longer or larger they were, on the same GPU and the same kind of work.</summary>
internal sealed class Calibration(IReadOnlyList<VastRunEstimate> history)
{
    // The very same work on the same kind of GPU differs by the host; other work by what the model gets wrong as well.
    private static readonly Three s_sameWork = new(0.9, 1.0, 1.15);
    private static readonly Three s_otherWork = new(0.75, 1.0, 1.35);

    private readonly Dictionary<VastRunEstimate, (double Step, double? Peak)?> _ratios = [];

    /// <summary>Factors for the three cases of a step, and where they come from.</summary>
    public (Three Scale, string Source) StepScale(VastWorkload work, Machine machine)
    {
        (VastRunEstimate Past, double Step, double? Peak)[] alike = [.. Alike(work, machine)];
        if (alike.Length == 0)
        {
            return (new Three(1, 1, 1), "table of GPU speeds");
        }

        double ratio = Median(alike.Select(p => p.Step));
        Three width = alike.Any(p => IsSame(p.Past.Workload!, work)) ? s_sameWork : s_otherWork;
        return (new Three(ratio * width.Optimistic, ratio, ratio * width.Pessimistic), $"{Runs(alike.Length)} measured on {machine.GpuName}");
    }

    /// <summary>Factor for the peak memory, and where it comes from.</summary>
    public (double Scale, string Source) PeakScale(VastWorkload work, Machine machine)
    {
        double[] ratios = [.. Alike(work, machine).Select(p => p.Peak).OfType<double>()];
        return ratios.Length == 0 ? (1, "memory model") : (Median(ratios), $"{Runs(ratios.Length)} measured on {machine.GpuName}");
    }

    /// <summary>The seconds of a case, all counted from the base: a measured pace leaves no room for the table's range.</summary>
    public static Three Apply(Three seconds, Three scale) => scale is { Optimistic: 1, Base: 1, Pessimistic: 1 }
        ? seconds
        : new Three(seconds.Base * scale.Optimistic, seconds.Base * scale.Base, seconds.Base * scale.Pessimistic);

    private IEnumerable<(VastRunEstimate Past, double Step, double? Peak)> Alike(VastWorkload work, Machine machine) =>
        from past in history
        where past is { IsMeasured: true, Workload: not null } && past.GpuName == machine.GpuName && Kind(past.Workload) == Kind(work)
        let ratio = RatioOf(past)
        where ratio is not null
        select (past, ratio.Value.Step, ratio.Value.Peak);

    private static (VastRunMethod, bool, bool, bool) Kind(VastWorkload work) =>
        (work.Method is VastRunMethod.QLoRA ? VastRunMethod.LoRA : work.Method, work.HasAdapters(), work.Quantization != VastQuantization.None, work.IsApproximate);

    private static bool IsSame(VastWorkload one, VastWorkload other) =>
        (one.Model, one.BatchSize, one.SequenceLength, one.GradientAccumulation, one.Checkpointing, one.Loss)
        == (other.Model, other.BatchSize, other.SequenceLength, other.GradientAccumulation, other.Checkpointing, other.Loss);

    private (double Step, double? Peak)? RatioOf(VastRunEstimate past)
    {
        if (!_ratios.TryGetValue(past, out (double Step, double? Peak)? ratio))
        {
            ratio = GpuTable.Find(past.GpuName, past.VramGiB) is { } gpu
                ? (past.StepTime.TotalSeconds / new StepModel(past.Workload!, gpu, past.GpuCount, past.HasNvlink).Seconds().Base,
                    past.IsPeakMeasured ? past.PeakVramGiB * Basics.Bytes.GiB / new VramModel(past.Workload!, past.GpuCount).Require().Bytes.Base : null)
                : null;
            _ratios.Add(past, ratio);
        }

        return ratio;
    }

    private static string Runs(int count) => count == 1 ? "1 run" : FormattableString.Invariant($"{count} runs");

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
