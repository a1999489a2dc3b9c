using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>
/// What measured runs say about the model: how much longer or larger they were, on the same GPU and the same kind of work.
/// </summary>
internal sealed class Calibration(VastWorkload work, IReadOnlyList<MeasuredRun> history)
{
    // The very same work on the same kind of GPU differs by the host; other work by what the model gets wrong as well.
    private static readonly Three s_sameWork = new(0.9, 1.0, 1.15);
    private static readonly Three s_otherWork = new(0.75, 1.0, 1.35);

    // A smoke test that took less or more than this of what its workload should take has run something else.
    private const double MostApart = 4;

    private readonly Dictionary<GpuSpeed, Finding?> _found = [];

    /// <summary>What was found about one kind of GPU.</summary>
    /// <param name="Step">Factors for the three cases of a step.</param>
    /// <param name="StepSource">Where they come from.</param>
    /// <param name="Peak">Factor for the peak memory; null where none was measured.</param>
    /// <param name="PeakSource">Where it comes from.</param>
    internal sealed record Finding(Three Step, string StepSource, double? Peak, string PeakSource)
    {
        /// <summary>The seconds of a case, all counted from the base: a measured pace leaves no room for the table's range.</summary>
        public Three Apply(Three seconds) => new(seconds.Base * Step.Optimistic, seconds.Base * Step.Base, seconds.Base * Step.Pessimistic);
    }

    /// <summary>The finding for a kind of GPU; null where nothing like this work was measured on it.</summary>
    public Finding? On(GpuSpeed? gpu)
    {
        if (gpu is null || history.Count == 0)
        {
            return null;
        }

        if (!_found.TryGetValue(gpu, out Finding? found))
        {
            found = Find(gpu);
            _found.Add(gpu, found);
        }

        return found;
    }

    private Finding? Find(GpuSpeed gpu)
    {
        (MeasuredRun Run, double Ratio)[] alike =
        [
            .. from run in history
               where Kind(run.Workload) == Kind(work) && GpuTable.Find(run.GpuName, run.VramGiB) == gpu
               let times = run.StepTime.TotalSeconds / new StepModel(run.Workload, gpu, run.GpuCount, run.HasNvlink).Seconds().Base
               where !run.IsNoted || times is > 1 / MostApart and < MostApart
               select (run, times),
        ];
        if (alike.Length == 0)
        {
            return null;
        }

        // What was measured of the very same work says more than anything about other work.
        bool isSame = alike.Any(a => IsSame(a.Run.Workload));
        alike = isSame ? [.. alike.Where(a => IsSame(a.Run.Workload))] : alike;
        double ratio = Statistics.Median(alike.Select(a => a.Ratio));
        Three width = isSame ? s_sameWork : s_otherWork;
        MeasuredRun[] looked = [.. alike.Select(a => a.Run).Where(r => r.PeakVramGiB is not null)];
        return new Finding(
            new Three(ratio * width.Optimistic, ratio, ratio * width.Pessimistic),
            Source([.. alike.Select(a => a.Run)]),
            looked.Length == 0 ? null : Statistics.Median(looked.Select(PeakRatio)),
            Source(looked));
    }

    private static double PeakRatio(MeasuredRun run) =>
        run.PeakVramGiB!.Value * Basics.Bytes.GiB / new VramModel(run.Workload, run.GpuCount).Require().Bytes.Base;

    private static (VastRunMethod, bool, bool, bool) Kind(VastWorkload work) =>
        (work.Method is VastRunMethod.QLoRA
            ? VastRunMethod.LoRA
            : work.Method, work.HasAdapters(), work.Quantization != VastQuantization.None, work.IsApproximate);

    private bool IsSame(VastWorkload other) =>
        (work.Model, work.BatchSize, work.SequenceLength, work.GradientAccumulation, work.Checkpointing, work.Loss)
        == (other.Model, other.BatchSize, other.SequenceLength, other.GradientAccumulation, other.Checkpointing, other.Loss);

    private static string Source(MeasuredRun[] runs)
    {
        int noted = runs.Count(r => r.IsNoted);
        string from = noted == 0
            ? ""
            : noted == runs.Length
            ? ", noted on this computer"
            : FormattableString.Invariant($", {noted} of them noted on this computer");
        return runs.Length == 0
            ? ""
            : FormattableString.Invariant($"{runs.Length} run{(runs.Length == 1 ? "" : "s")} measured on {runs[0].GpuName}{from}");
    }
}
