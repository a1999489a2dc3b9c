namespace VastPS;

/// <summary>A change that makes a run fit, with what it then requires; each was checked by computing the run again.</summary>
public sealed class VastFitAdvice
{
    internal VastFitAdvice()
    {
    }

    /// <summary>What to change: parameters of New-VastWorkload, or what to rent instead.</summary>
    public string Change { get; internal init; } = "";

    /// <summary>GPUs it is computed for.</summary>
    public int GpuCount { get; internal init; }

    /// <summary>VRAM per GPU it then requires in GiB, pessimistic.</summary>
    public double VramGiB { get; internal init; }

    /// <summary>System RAM it then requires in GiB, pessimistic.</summary>
    public double RamGiB { get; internal init; }

    /// <summary>Disk it then requires in GB, pessimistic.</summary>
    public double DiskGB { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"{Change} ({VramGiB:0.0} GiB VRAM, {RamGiB:0} GiB RAM, {DiskGB:0} GB disk)");
}
