using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>What is known about a run beside the machine.</summary>
internal sealed record ForecastOptions
{
    public VastWorkload? Work { get; init; }

    /// <summary>Measured time of a step; replaces the table.</summary>
    public TimeSpan? StepTime { get; init; }

    public double? PeakVramGiB { get; init; }

    public int? Steps { get; init; }

    /// <summary>Disk to rent; null takes what the workload needs and at least what the machine is priced with.</summary>
    public double? DiskGB { get; init; }

    public TimeSpan? MaxRuntime { get; init; }

    /// <summary>Runs that were measured; they replace the table where GPU and kind of work are the same.</summary>
    public IReadOnlyList<MeasuredRun> History { get; init; } = [];
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

    private readonly ForecastOptions _options;
    private readonly Calibration? _calibration;
    private readonly Dictionary<int, Needs> _needs = [];

    public RunEstimator(ForecastOptions options)
    {
        _options = options;
        string subject = options.Work?.ToString() ?? "a script without a workload";
        if (options.Work is null && options.StepTime is null)
        {
            throw new VastException(
                VastReason.EstimateIncomplete,
                subject,
                "neither a workload nor the time of a step is given",
                "Measure-VastRun -Workload (New-VastWorkload <model> <method>)   or   Measure-VastRun -StepTime 1.5s -Steps 3000");
        }

        _calibration = options.Work is { } work ? new Calibration(work, options.History) : null;
        if (options.Steps is null && options.Work is not { Steps: not null } and not { TrainingTokens: not null })
        {
            throw new VastException(
                VastReason.EstimateIncomplete, subject, "the number of steps is not known", "Measure-VastRun ... -Steps 3000");
        }
    }

    public VastRunEstimate Judge(Machine machine)
    {
        int steps = _options.Steps ?? _options.Work!.StepsOn(machine.GpuCount)!.Value;
        (StepTime step, IReadOnlyList<StepPart> parts, string source) = StepOn(machine);
        Three total = step.Total;
        (double? peak, string peakSource) = PeakOn(machine);
        double disk = DiskGB(machine);
        Traffic traffic = Move();
        IReadOnlyList<TimeLine> lines = new TimeModel(_options.Work, machine, traffic, steps, step).Lines();
        var cost = new CostModel(machine, disk, traffic);
        double? rate = TimeModel.AssumedMbps(machine);
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
            MaxRuntime = _options.MaxRuntime,
            WorstCost = cost.Until(_options.MaxRuntime),
            Steps = steps,
            StepTime = Span(total.Base),
            PessimisticStepTime = Span(total.Pessimistic),
            StepDrivers = [.. parts.Select(p => Driver(p.Name, p.Seconds))],
            PeakVramGiB = peak,
            DownMbps = rate,
            Source = source,
            Assumptions =
            [
                $"step time: {source}",
                $"peak VRAM: {peakSource}",
                rate is { } mbps
                    ? FormattableString.Invariant($"download: {mbps:0} Mbps of the {machine.DownMbps:0} that the host advertises")
                    : "download: the machine names no rate, so a slow one",
                "boot, set-up, saving: rates that hosts usually reach",
            ],
            Workload = _options.Work,
            IsMeasured = _options.StepTime is not null,
            IsPeakMeasured = _options.PeakVramGiB is not null,
            VramGiB = machine.VramGiB,
            HasNvlink = machine.HasNvlink,
        };
    }

    private (StepTime Step, IReadOnlyList<StepPart> Parts, string Source) StepOn(Machine machine)
    {
        if (_options.StepTime is { } measured)
        {
            double seconds = measured.TotalSeconds;
            var given = new Three(seconds * s_measured.Optimistic, seconds * s_measured.Base, seconds * s_measured.Pessimistic);
            return (new StepTime(default, given, default), [], "given step time");
        }

        VastWorkload work = _options.Work!;
        GpuSpeed gpu = GpuTable.Find(machine.GpuName, machine.VramGiB)
            ?? throw new VastException(VastReason.GpuSpeedUnknown, machine.GpuName ?? "without a name");
        var model = new StepModel(work, gpu, machine.GpuCount, machine.HasNvlink);
        IReadOnlyList<StepPart> parts = model.Parts();
        Calibration.Finding? found = _calibration!.On(gpu);
        parts = found is null ? parts : [.. parts.Select(p => p with { Seconds = found.Apply(p.Seconds) })];
        Three generation = Sum(parts.Where(p => p.Name == StepModel.Generated));
        Three training = Sum(parts.Where(p => p.Name != StepModel.Generated));
        return (
            new StepTime(generation, training, model.ForwardSeconds((double)work.EvaluationTokens / machine.GpuCount)),
            parts,
            found?.StepSource ?? "table of GPU speeds");
    }

    private (double? GiB, string Source) PeakOn(Machine machine)
    {
        if (_options.PeakVramGiB is { } given)
        {
            return (given, "given");
        }

        if (NeedsOn(machine.GpuCount) is not { } needs)
        {
            return (null, "nobody said");
        }

        double modelled = needs.Vram.Bytes.Base / Bytes.GiB;
        return _calibration?.On(GpuTable.Find(machine.GpuName, machine.VramGiB)) is { Peak: { } ratio } found
            ? (modelled * ratio, found.PeakSource)
            : (modelled, "memory model");
    }

    private static Three Sum(IEnumerable<StepPart> parts) => parts.Aggregate(default(Three), (sum, p) =>
        new Three(sum.Optimistic + p.Seconds.Optimistic, sum.Base + p.Seconds.Base, sum.Pessimistic + p.Seconds.Pessimistic));

    private double DiskGB(Machine machine) =>
        machine.InstanceId is not null ? machine.PricedDiskGB
        : _options.DiskGB ?? Math.Max(NeedsOn(machine.GpuCount)?.DiskToRentGB() ?? 0, machine.PricedDiskGB);

    private Needs? NeedsOn(int gpus)
    {
        if (_options.Work is { } work && !_needs.ContainsKey(gpus))
        {
            _needs[gpus] = Needs.Of(work, gpus);
        }

        return _needs.GetValueOrDefault(gpus);
    }

    private Traffic Move()
    {
        double image = (_options.Work?.ImageGB ?? UnknownImageGB) * Bytes.GB / ImagePacking;
        return _options.Work is { } work
            ? new Traffic(
                image,
                (work.LoadedBytes() * work.ParameterCount) + (work.DatasetGB * Bytes.GB),
                work.Trains() ? new DiskModel(work).FinalBytes() : 0)
            : new Traffic(image, 0, 0);
    }

    private static VastTimeRange Range(IReadOnlyList<TimeLine> lines) => new()
    {
        Optimistic = Span(lines.Sum(l => l.Seconds.Optimistic)),
        Base = Span(lines.Sum(l => l.Seconds.Base)),
        Pessimistic = Span(lines.Sum(l => l.Seconds.Pessimistic)),
        Drivers = [.. lines.Select(l => Driver(l.Name, l.Seconds))],
    };

    private static VastTimeDriver Driver(string name, Three seconds) => new()
    {
        Name = name,
        Optimistic = Span(seconds.Optimistic),
        Base = Span(seconds.Base),
        Pessimistic = Span(seconds.Pessimistic),
    };

    // A century is for ever; a TimeSpan must hold it.
    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 3e9));
}
