using System.Globalization;
using VastPS.Basics;

namespace VastPS;

/// <summary>
/// One resource: what the run requires, what there is, and what the requirement is made of.
/// Both units are given: memory is sold in GiB, disk in GB.
/// </summary>
public sealed class VastResourceFit
{
    internal VastResourceFit()
    {
    }

    /// <summary>VRAM per GPU, RAM or Disk.</summary>
    public string Resource { get; internal init; } = "";

    /// <summary>Whether this resource suffices.</summary>
    public VastFitVerdict Verdict { get; internal init; }

    /// <summary>What the run requires in bytes: the sum of Terms.</summary>
    public VastRange RequiredBytes { get; internal init; } = null!;

    /// <summary>What the run requires in GiB.</summary>
    public VastRange RequiredGiB => RequiredBytes.Per(Bytes.GiB);

    /// <summary>What the run requires in GB.</summary>
    public VastRange RequiredGB => RequiredBytes.Per(Bytes.GB);

    /// <summary>What the machine reports in GiB; null where it does not say.</summary>
    public double? AvailableGiB { get; internal init; }

    /// <summary>What the machine reports in GB; null where it does not say.</summary>
    public double? AvailableGB => AvailableGiB * Bytes.GiB / Bytes.GB;

    /// <summary>What a run may safely use of it, in GiB.</summary>
    public double? LimitGiB { get; internal init; }

    /// <summary>What is left of LimitGiB by the pessimistic requirement; negative where it does not fit.</summary>
    public double? HeadroomGiB => LimitGiB - RequiredGiB.Pessimistic;

    /// <summary>The same in GB.</summary>
    public double? HeadroomGB => HeadroomGiB * Bytes.GiB / Bytes.GB;

    /// <summary>The moment of the run that needs the most in the base case.</summary>
    public string BindingMoment { get; internal init; } = "";

    /// <summary>What the requirement is made of. Each column holds the moment that needs the most in that case.</summary>
    public IReadOnlyList<VastMemoryTerm> Terms { get; internal init => field = Joined.Of(value); } = Joined.None<VastMemoryTerm>();

    /// <inheritdoc />
    public override string ToString() => Resource == "Disk"
        ? FormattableString.Invariant($"{RequiredGB} GB of {AvailableGB?.ToString("0.0", CultureInfo.InvariantCulture) ?? "?"}: {Verdict}")
        : FormattableString.Invariant(
            $"{RequiredGiB} GiB of {AvailableGiB?.ToString("0.0", CultureInfo.InvariantCulture) ?? "?"}: {Verdict}");
}
