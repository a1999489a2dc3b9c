namespace VastPS.Features.Checks;

/// <summary>What nvidia-smi said about the GPUs of a box.</summary>
/// <param name="Gpus">The GPUs it listed.</param>
/// <param name="Complaints">What it printed instead of a GPU; empty where all is well.</param>
/// <param name="HasAnswered">False where it is not installed or its answer did not arrive whole.</param>
/// <param name="Processes">Processes on the GPUs, as far as the container sees them.</param>
internal sealed record GpuReport(
    IReadOnlyList<GpuReading> Gpus, IReadOnlyList<string> Complaints, bool HasAnswered, IReadOnlyList<string> Processes)
{
    /// <summary>What it said beside rows that are good, such as a damaged infoROM.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Memory of each MIG slice that the container has, in GiB; empty where no card is cut or no slice is listed.</summary>
    public IReadOnlyList<double> SliceGiB { get; init; } = [];
}

/// <summary>One GPU. What the driver does not tell ([N/A], [Not Supported]) is null.</summary>
internal sealed record GpuReading(
    int Index, string? Uuid, string? Name, string? Driver, double? TotalMiB, double? UsedMiB, double? UsePercent, double? Celsius)
{
    /// <summary>What its row says in words where numbers should be: [GPU is lost], ERR!.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>True where the card is cut into slices (MIG): a container gets a slice, and the row is that of the whole card.</summary>
    public bool IsSliced { get; init; }

    /// <summary>Uncorrected memory errors since the driver was loaded.</summary>
    public double? UncorrectedErrors { get; init; }

    /// <summary>True where a row remap waits or failed.</summary>
    public bool? HasRemapTrouble { get; init; }

    /// <summary>Reasons why the clocks are held down by heat or power; null where the driver does not tell.</summary>
    public IReadOnlyList<string>? Slowdowns { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"GPU {Index}: {Name ?? "?"}, {Told(TotalMiB)} MiB, {Told(UsedMiB)} MiB in use, {Told(UsePercent)} % busy, {Told(Celsius)} C, driver {Driver ?? "?"}, {Uuid ?? "no UUID"}{(IsSliced ? ", cut into slices (MIG)" : "")}");

    private static string Told(double? value) => value is { } v ? FormattableString.Invariant($"{v:0}") : "?";
}
