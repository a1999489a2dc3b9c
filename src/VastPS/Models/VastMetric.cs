namespace VastPS;

/// <summary>One value that a training script logged.</summary>
public sealed class VastMetric
{
    internal VastMetric()
    {
    }

    /// <summary>The step it belongs to; null where its line names none.</summary>
    public long? Step { get; internal init; }

    /// <summary>The name as logged, in small letters and with _ for blanks: loss, grad_norm, train/reward.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The value; may be NaN or infinite, because logs say so.</summary>
    public double Value { get; internal init; }

    /// <summary>When it was logged: the time in the line, read as UTC where it names no zone, or when the line arrived.</summary>
    public DateTimeOffset? Time { get; internal init; }

    /// <summary>The line it was read from, without escape sequences.</summary>
    public string Line { get; internal init; } = "";

    /// <summary>Where that line begins in the log; null where it was read live.</summary>
    public long? OffsetBytes { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"{(Step is { } step ? $"step {step} " : "")}{Name} {Value:0.######}");
}
