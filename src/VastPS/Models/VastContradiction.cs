using System.Globalization;

namespace VastPS;

/// <summary>One term of a run's estimate, held against what was measured while the run went on.</summary>
public sealed class VastContradiction
{
    internal VastContradiction()
    {
    }

    /// <summary>The run that was looked at.</summary>
    public string RunId { get; internal init; } = "";

    /// <summary>The instance it runs on.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>What was compared, such as StepTime or PeakVram.</summary>
    public string Term { get; internal init; } = "";

    /// <summary>As estimated, in Unit; null where the estimate does not know it, or where the term has no estimate.</summary>
    public double? Estimated { get; internal init; }

    /// <summary>As measured, in Unit; null where it could not be measured.</summary>
    public double? Measured { get; internal init; }

    /// <summary>Unit of Estimated and Measured.</summary>
    public string Unit { get; internal init; } = "";

    /// <summary>Measured over estimated; null where one of them is not known.</summary>
    public double? Ratio => Estimated > 0 ? Measured / Estimated : null;

    /// <summary>Where Replan begins: a ratio where the term has an estimate, else a value in Unit.</summary>
    public double? ReplanThreshold { get; internal init; }

    /// <summary>Where Contradicted begins; null where the pessimistic case decides it.</summary>
    public double? ContradictedThreshold { get; internal init; }

    /// <summary>What follows; Unknown where it could not be measured, or where there is nothing to hold it against.</summary>
    public VastPaceVerdict Verdict { get; internal init; }

    /// <summary>One line: what was seen, or why it is not known.</summary>
    public string Why { get; internal init; } = "";

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Term}: {Verdict}, {(Measured is { } m ? $"{m:0.###} {Unit}" : "not measured")}, {Why}");
}
