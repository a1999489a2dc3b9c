namespace VastPS.Features.Estimation;

/// <summary>
/// Judges one workload against many machines. What the workload needs depends only on the number of GPUs,
/// so it is computed once for each; a machine is then a comparison.
/// </summary>
internal sealed class RunFitter(VastWorkload work)
{
    private const decimal HoursPerMonth = 720;

    private readonly Dictionary<int, (Needs Needs, Advisor Advisor)> _byGpuCount = [];

    public VastRunFit Judge(Machine machine)
    {
        (Needs needs, Advisor advisor) = For(machine.GpuCount);
        VastResourceFit vram = needs.OnVram(machine);
        VastResourceFit ram = needs.OnRam(machine);
        VastResourceFit disk = needs.OnDisk(machine);
        VastResourceFit[] judged = [.. new[] { vram, ram, disk }.Where(f => !machine.OnlyWhatIsGiven || f.AvailableGiB is not null)];
        VastFitVerdict verdict = Worst(judged);
        double diskGB = Math.Max(needs.DiskToRentGB(), machine.PricedDiskGB);
        return new VastRunFit
        {
            OfferId = machine.OfferId,
            InstanceId = machine.InstanceId,
            MachineId = machine.MachineId,
            GpuName = machine.GpuName,
            GpuCount = machine.GpuCount,
            Verdict = verdict,
            Reason = verdict == VastFitVerdict.Fits
                ? ""
                : string.Join("; ", judged.Where(f => f.Verdict != VastFitVerdict.Fits).Select(Why)),
            Vram = vram,
            Ram = ram,
            Disk = disk,
            DiskGB = diskGB,
            PricePerHour = Price(machine, diskGB),
            GpuPricePerHour = machine.GpuPricePerHour,
            Advice = verdict is VastFitVerdict.Tight or VastFitVerdict.TooSmall ? advisor.For(machine) : [],
            Workload = work,
            Offer = machine.Offer,
            Instance = machine.Instance,
        };
    }

    private (Needs Needs, Advisor Advisor) For(int gpus)
    {
        if (!_byGpuCount.TryGetValue(gpus, out (Needs Needs, Advisor Advisor) known))
        {
            var needs = Needs.Of(work, gpus);
            known = (needs, new Advisor(work, gpus, needs));
            _byGpuCount.Add(gpus, known);
        }

        return known;
    }

    // Too small is certain whatever else is unknown; unknown outweighs tight.
    private static VastFitVerdict Worst(VastResourceFit[] judged)
    {
        VastFitVerdict[] worstFirst = [VastFitVerdict.TooSmall, VastFitVerdict.Unknown, VastFitVerdict.Tight, VastFitVerdict.Fits];
        return worstFirst.First(v => v == VastFitVerdict.Fits || judged.Any(f => f.Verdict == v));
    }

    private static string Why(VastResourceFit fit)
    {
        if (fit.Verdict == VastFitVerdict.Unknown)
        {
            return $"{fit.Resource}: the machine does not say what it has";
        }

        (VastRange need, double limit, string unit) = fit.Resource == "Disk"
            ? (fit.RequiredGB, fit.AvailableGB!.Value, "GB")
            : (fit.RequiredGiB, fit.LimitGiB!.Value, "GiB");
        return FormattableString.Invariant($"{fit.Resource}: needs {need} {unit}, {limit:0.0} can be used");
    }

    // The price of an offer holds the disk it was searched with; a larger disk costs more.
    private static decimal? Price(Machine machine, double diskGB) =>
        machine is { GpuPricePerHour: { } gpu, DiskPricePerGBMonth: { } tariff }
            ? gpu + (tariff * (decimal)diskGB / HoursPerMonth)
            : machine.PricePerHour;
}
