using VastPS.Basics;

namespace VastPS.Estimating;

/// <summary>What is known about a run beside the machine.</summary>
internal sealed record RunWish
{
    public VastWorkload? Work { get; init; }

    /// <summary>Measured time of a step; replaces the table.</summary>
    public TimeSpan? StepTime { get; init; }

    public double? PeakVramGiB { get; init; }

    public int? Steps { get; init; }

    /// <summary>Disk to rent; null takes what the workload needs and at least what the machine is priced with.</summary>
    public double? DiskGB { get; init; }

    public TimeSpan? MaxRuntime { get; init; }
}

/// <summary>Estimates time and cost of one run on many machines. Throws EstimateIncomplete and GpuSpeedUnknown.</summary>
internal sealed class RunEstimator
{
    // A packed image is this much smaller than an unpacked one, which is 2 to 2.5 times as large.
    private const double ImagePacking = 2.25;

    // The image of a script of which nothing is known: pytorch runtime, unpacked.
    private const double UnknownImageGB = 8;

    // Ten measured minutes tell the rest within a tenth.
    private static readonly Three s_measured = new(0.9, 1.0, 1.1);

    private readonly RunWish _wish;
    private readonly int _steps;
    private readonly Dictionary<int, Needs> _needs = [];

    public RunEstimator(RunWish wish)
    {
        _wish = wish;
        string subject = wish.Work?.ToString() ?? "a script without a workload";
        if (wish.Work is null && wish.StepTime is null)
        {
            throw new VastException(VastReason.EstimateIncomplete, subject, "neither a workload nor the time of a step is given", "Measure-VastRun -Workload $work   or   Measure-VastRun -StepTime 1.5s -Steps 3000");
        }

        if (wish is { StepTime: null, Work: { } work } && (work.IsReinforcement() || !work.Trains()))
        {
            throw new VastException(VastReason.EstimateIncomplete, subject, "generating text decides its speed, and no table knows that", "Measure-VastRun -Workload $work -StepTime 20s, with the time of a step that you measured");
        }

        _steps = wish.Steps ?? wish.Work?.Steps
            ?? throw new VastException(VastReason.EstimateIncomplete, subject, "the number of steps is not known", "Measure-VastRun ... -Steps 3000");
    }

    public VastRunEstimate Judge(Machine machine)
    {
        Three step = StepSeconds(machine);
        double disk = DiskGB(machine);
        Traffic traffic = Move();
        IReadOnlyList<TimeLine> lines = new TimeModel(_wish.Work, machine, traffic, _steps, step).Lines();
        var cost = new CostModel(machine, disk, traffic);
        return new VastRunEstimate
        {
            OfferId = machine.OfferId,
            InstanceId = machine.InstanceId,
            MachineId = machine.MachineId,
            GpuName = machine.GpuName,
            GpuCount = machine.GpuCount,
            DiskGB = disk,
            GpuPricePerHour = machine.GpuPricePerHour,
            PricePerHour = cost.PerHour,
            Time = Range(lines),
            Cost = cost.Of(lines),
            MaxRuntime = _wish.MaxRuntime,
            WorstCost = cost.Until(_wish.MaxRuntime),
            Steps = _steps,
            StepTime = Span(step.Base),
            PessimisticStepTime = Span(step.Pessimistic),
            PeakVramGiB = _wish.PeakVramGiB ?? NeedsOn(machine.GpuCount)?.Vram.Bytes.Base / Bytes.GiB,
            DownMbps = TimeModel.AssumedMbps(machine),
            Source = _wish.StepTime is null ? "table of GPU speeds" : "given step time",
            Workload = _wish.Work,
        };
    }

    private Three StepSeconds(Machine machine)
    {
        if (_wish.StepTime is { } measured)
        {
            double seconds = measured.TotalSeconds;
            return new Three(seconds * s_measured.Optimistic, seconds * s_measured.Base, seconds * s_measured.Pessimistic);
        }

        GpuSpeed gpu = GpuTable.Find(machine.GpuName, machine.VramGiB)
            ?? throw new VastException(VastReason.GpuSpeedUnknown, machine.GpuName ?? "without a name");
        return StepModel.Seconds(_wish.Work!, gpu, machine.GpuCount, machine.HasNvlink);
    }

    private double DiskGB(Machine machine) =>
        machine.InstanceId is not null ? machine.PricedDiskGB
        : _wish.DiskGB ?? Math.Max(NeedsOn(machine.GpuCount)?.DiskToRentGB() ?? 0, machine.PricedDiskGB);

    private Needs? NeedsOn(int gpus)
    {
        if (_wish.Work is { } work && !_needs.ContainsKey(gpus))
        {
            _needs[gpus] = Needs.Of(work, gpus);
        }

        return _needs.GetValueOrDefault(gpus);
    }

    private Traffic Move()
    {
        double image = (_wish.Work?.ImageGB ?? UnknownImageGB) * Bytes.GB / ImagePacking;
        return _wish.Work is { } work
            ? new Traffic(image, (work.LoadedBytes() * work.ParameterCount) + (work.DatasetGB * Bytes.GB), work.Trains() ? new DiskModel(work).FinalBytes() : 0)
            : new Traffic(image, 0, 0);
    }

    private static VastTimeRange Range(IReadOnlyList<TimeLine> lines) => new()
    {
        Optimistic = Span(lines.Sum(l => l.Seconds.Optimistic)),
        Base = Span(lines.Sum(l => l.Seconds.Base)),
        Pessimistic = Span(lines.Sum(l => l.Seconds.Pessimistic)),
        Drivers = [.. lines.Select(l => new VastTimeDriver
        {
            Name = l.Name,
            Optimistic = Span(l.Seconds.Optimistic),
            Base = Span(l.Seconds.Base),
            Pessimistic = Span(l.Seconds.Pessimistic),
        })],
    };

    // A century is for ever; a TimeSpan must hold it.
    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 3e9));
}
