using VastPS.Basics;

namespace VastPS;

/// <summary>What one check on a box measured, against what was expected.</summary>
public sealed class VastCheckResult
{
    internal VastCheckResult()
    {
    }

    /// <summary>The instance that was checked.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The machine it runs on.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>The check, such as Download.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The verdict.</summary>
    public VastCheckStatus Status { get; internal init; }

    /// <summary>True where not every box can tell: an Unknown here decides nothing.</summary>
    public bool IsOptional { get; internal init; }

    /// <summary>The measured value in Unit; null where nothing could be measured.</summary>
    public double? Measured { get; internal init; }

    /// <summary>What was expected, in Unit; null where nothing was asked.</summary>
    public double? Expected { get; internal init; }

    /// <summary>Unit of Measured and Expected.</summary>
    public string Unit { get; internal init; } = "";

    /// <summary>What was found, beside what was wanted: "246 Mbps >= 100", "1 MiB &lt;= 15", "RTX 4090".</summary>
    public string Finding { get; internal init; } = "";

    /// <summary>What is not as promised, in words; empty for a pass.</summary>
    public string Note { get; internal init; } = "";

    /// <summary>The lines that prove it: samples, addresses, error texts.</summary>
    public IReadOnlyList<string> Evidence { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>What to do about it; empty for a pass.</summary>
    public string Fix { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Name}: {Status}, {Measured:0.#} {Unit}");
}
