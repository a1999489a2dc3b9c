using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>What a workload needs on a number of GPUs, and how that compares with a machine.</summary>
internal sealed record Needs(Requirement Vram, Requirement Ram, Requirement Disk)
{
    // Later, longer batches and the allocator's growth want 5 % of a card.
    private const double VramShare = 0.95;

    // The driver keeps 1 % of a card, at least 0.3 GiB; a display up to 1.5 GiB more.
    private const double DriverShare = 0.01;
    private const double DriverFloorGiB = 0.3;
    private const double DisplayGiB = 1.5;

    // A container that uses more than 92 % of its RAM is about to be killed.
    private const double RamShare = 0.92;

    public static Needs Of(VastWorkload work, int gpus) =>
        new(new VramModel(work, gpus).Require(), new RamModel(work, gpus).Require(), new DiskModel(work, gpus).Require());

    public VastResourceFit OnVram(Machine machine) => Compare("VRAM per GPU", Vram, machine.VramGiB, VramLimitGiB(machine));

    public VastResourceFit OnRam(Machine machine) => Compare("RAM", Ram, machine.RamGiB, machine.RamGiB * RamShare);

    // The requirement holds its own slack, so the whole disk may be used.
    public VastResourceFit OnDisk(Machine machine) =>
        Compare("Disk", Disk, machine.DiskGB * Bytes.GB / Bytes.GiB, machine.DiskGB * Bytes.GB / Bytes.GiB);

    /// <summary>True where every judged resource fits; cheaper than asking for the three fits.</summary>
    public bool FitOn(Machine machine) =>
        Fits(Vram, VramLimitGiB(machine), machine)
        && Fits(Ram, machine.RamGiB * RamShare, machine)
        && Fits(Disk, machine.DiskGB * Bytes.GB / Bytes.GiB, machine);

    /// <summary>Smallest reported VRAM on which the pessimistic requirement fits.</summary>
    public double VramToRentGiB()
    {
        double usable = Vram.Bytes.Pessimistic / Bytes.GiB / VramShare;
        return Math.Max(usable + DriverFloorGiB, usable / (1 - DriverShare));
    }

    /// <summary>Smallest system RAM on which the pessimistic requirement fits.</summary>
    public double RamToRentGiB() => Ram.Bytes.Pessimistic / Bytes.GiB / RamShare;

    /// <summary>Disk to rent: the pessimistic requirement rounded up to 5 GB.</summary>
    public double DiskToRentGB() => Math.Ceiling(Disk.Bytes.Pessimistic / Bytes.GB / 5) * 5;

    private static double? VramLimitGiB(Machine machine) => machine.VramGiB is { } reported
        ? VramShare * Math.Max(0, reported - Math.Max(DriverFloorGiB, DriverShare * reported) - (machine.HasDisplay ? DisplayGiB : 0))
        : null;

    private static bool Fits(Requirement required, double? limitGiB, Machine machine) =>
        limitGiB is { } limit ? required.Bytes.Pessimistic <= limit * Bytes.GiB : machine.OnlyWhatIsGiven;

    private static VastResourceFit Compare(string resource, Requirement required, double? availableGiB, double? limitGiB) => new()
    {
        Resource = resource,
        Verdict = Judge(required.Bytes, limitGiB * Bytes.GiB),
        RequiredBytes = required.Bytes,
        AvailableGiB = availableGiB,
        LimitGiB = limitGiB,
        BindingMoment = required.BindingMoment,
        Terms = required.Terms,
    };

    private static VastFitVerdict Judge(VastRange required, double? limit) =>
        limit is not { } bytes ? VastFitVerdict.Unknown
        : required.Pessimistic <= bytes ? VastFitVerdict.Fits
        : required.Base <= bytes ? VastFitVerdict.Tight
        : VastFitVerdict.TooSmall;
}
