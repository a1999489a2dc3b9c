using System.Management.Automation.Runspaces;
using VastPS.Commands;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>From what was typed for Measure-VastRun to what is estimated.</summary>
internal static class MeasureInput
{
    public static void Check(MeasureVastRunCommand typed)
    {
        Kernel.Shell.Check.Positive(typed.StepTime, nameof(typed.StepTime));
        Kernel.Shell.Check.Positive(typed.MaxRuntime, nameof(typed.MaxRuntime));
        Kernel.Shell.Check.Positive(typed.PeakVramGiB, nameof(typed.PeakVramGiB));
        Kernel.Shell.Check.Positive(typed.DiskGB, nameof(typed.DiskGB));
        Kernel.Shell.Check.InRange(typed.Steps ?? 1, 1, int.MaxValue, nameof(typed.Steps));
        Kernel.Shell.Check.InRange(typed.First ?? 1, 1, int.MaxValue, nameof(typed.First));
    }

    /// <summary>The machines of this input of the pipeline, each with what runs on it.</summary>
    public static IEnumerable<(Machine Machine, VastWorkload? Work)> Machines(MeasureVastRunCommand typed) => typed.ParameterSetName switch
    {
        MeasureVastRunCommand.ByOffer => typed.Offer.Select(o => (Machine: Machine.Of(o), Work: (VastWorkload?)typed.Workload)),
        MeasureVastRunCommand.ByInstance => typed.Instance.Select(i => (Machine: Machine.Of(i), Work: (VastWorkload?)typed.Workload)),
        _ => typed.Fit.Select(f => (Machine: Machine.Of(f), Work: (VastWorkload?)(typed.Workload ?? f.Workload))),
    };

    public static ForecastOptions Options(MeasureVastRunCommand typed, VastWorkload? work, IReadOnlyList<MeasuredRun> history) => new()
    {
        Work = work,
        StepTime = typed.StepTime,
        Steps = typed.Steps,
        PeakVramGiB = typed.PeakVramGiB,
        DiskGB = typed.DiskGB,
        MaxRuntime = typed.MaxRuntime,
        History = history,
    };

    /// <summary>What was measured before. An estimate does without what was noted where that cannot be read.</summary>
    public static IReadOnlyList<MeasuredRun> Measured(MeasureVastRunCommand typed)
    {
        IEnumerable<MeasuredRun> given = typed.History.Select(MeasuredRun.Of).OfType<MeasuredRun>();
        try
        {
            return [.. given, .. typed.NoLocalHistory ? [] : RunspaceServices.Of(Runspace.DefaultRunspace).Evidence.Measured()];
        }
        catch (VastException e)
        {
            typed.WriteWarning(e.Message);
            return [.. given];
        }
    }
}
