using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>What an estimate says about the run on one rented instance.</summary>
/// <param name="Fits">False where the run does not fit on the instance as it was rented.</param>
/// <param name="Detail">One line for people.</param>
/// <param name="Pace">How long it takes from the start of the command; empty where the estimate says nothing about time.</param>
internal sealed record RunForecast(bool Fits, string Detail, RunPace Pace)
{
    /// <summary>What is to be run; null where nobody described it.</summary>
    public VastWorkload? Workload { get; init; }

    /// <summary>The forecast as evidence, where the next start finds it.</summary>
    public Evidence At(DateTimeOffset now) => new(EvidenceKind.Estimate, Fits, now, Detail) { Pace = Pace, Workload = Workload };

    /// <summary>What an instance is rented for by it.</summary>
    public RentalPurpose Purpose =>
        new(Workload?.ToString() ?? "", Fits, Detail) { RunTime = Pace.RunTime, WorstRunTime = Pace.WorstRunTime };

    /// <summary>The estimate for this instance; null where it is about another machine, or about none.</summary>
    public static RunForecast? Of(VastRunEstimate estimate, VastInstance instance) =>
        IsAbout(estimate.InstanceId, estimate.MachineId, estimate.GpuCount, instance) ? Judge(estimate, instance) : null;

    /// <summary>
    /// The fit for this instance, with the time where the workload names its steps; null where it is about another machine.
    /// </summary>
    public static RunForecast? Of(VastRunFit fit, VastInstance instance) =>
        !IsAbout(fit.InstanceId, fit.MachineId, fit.GpuCount, instance) ? null
        : Estimate(fit.Workload, instance) is { } estimate ? Judge(estimate, instance)
        : Told(
            new RunFitter(fit.Workload).Judge(Machine.Of(instance)), new RunPace { PeakVramGiB = fit.Vram.RequiredGiB.Base }, null);

    // An offer's id ends with the renting; its machine and the number of its GPUs stay.
    private static bool IsAbout(long? instanceId, long? machineId, int gpus, VastInstance instance) =>
        instanceId is { } id
            ? id == instance.InstanceId
            : machineId is not null && machineId == instance.MachineId && gpus == instance.GpuCount;

    // Where no workload was described, only the memory that somebody named can be held against the card.
    private static RunForecast Judge(VastRunEstimate estimate, VastInstance instance)
    {
        RunPace pace = PaceOf(estimate);
        return estimate switch
        {
            { Workload: { } work } => Told(new RunFitter(work).Judge(Machine.Of(instance)), pace, estimate),
            { PeakVramGiB: { } peak } when peak > (instance.VramGiB ?? 0) => new RunForecast(
                false,
                FormattableString.Invariant(
                    $"it needs {peak:0.0} GiB of VRAM, a GPU has {instance.VramGiB?.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture) ?? "?"}"),
                pace),
            _ => new RunForecast(true, estimate.ToString(), pace),
        };
    }

    private static RunForecast Told(VastRunFit fit, RunPace pace, VastRunEstimate? estimate) =>
        new(
            fit.Fits,
            fit.Fits ? $"{fit}{(estimate is null ? "" : ", " + estimate)}" : $"{fit.Verdict}: {fit.Reason}",
            pace) { Workload = fit.Workload };

    private static VastRunEstimate? Estimate(VastWorkload work, VastInstance instance)
    {
        try
        {
            return new RunEstimator(new ForecastOptions { Work = work }).Judge(Machine.Of(instance));
        }
        catch (VastException e) when (e.Reason is VastReason.EstimateIncomplete or VastReason.GpuSpeedUnknown)
        {
            return null;
        }
    }

    private static RunPace PaceOf(VastRunEstimate estimate)
    {
        VastTimeDriver[] ahead = [.. estimate.Time.Drivers.Where(d => TimeModel.IsOfTheCommand(d.Name))];
        return new RunPace
        {
            StepTime = estimate.StepTime,
            WorstStepTime = estimate.PessimisticStepTime,
            RunTime = Sum(ahead.Select(d => d.Base)),
            WorstRunTime = Sum(ahead.Select(d => d.Pessimistic)),
            Steps = estimate.Steps,
            PeakVramGiB = estimate.PeakVramGiB,
        };
    }

    private static TimeSpan Sum(IEnumerable<TimeSpan> spans) => spans.Aggregate(TimeSpan.Zero, (sum, span) => sum + span);
}
