namespace VastPS;

/// <summary>One value that a training script logged.</summary>
public sealed class VastMetric
{
    private readonly Source _source = Source.None;

    internal VastMetric()
    {
    }

    internal VastMetric(Source source, string name, double value, string? commonName) =>
        (_source, Name, Value, CommonName) = (source, name, value, commonName);

    /// <summary>The step it belongs to; null where its line names none.</summary>
    public long? Step
    {
        get => _source.Step;
        internal init => _source = _source with { Step = value };
    }

    /// <summary>How many steps there will be, as the log tells it: behind the step, by a bar, by a banner; null where not.</summary>
    public long? TotalSteps => _source.TotalSteps;

    /// <summary>The name as logged, in small letters and with _ for blanks: loss, grad_norm, train/reward.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>
    /// The name under which it is found whoever logged it: loss for the loss of the training, whatever that is called, eval_loss,
    /// reward, grad_norm, learning_rate, tokens_per_second, step_time, epoch, memory; null for what has a name of its own only.
    /// </summary>
    public string? CommonName { get; internal init; }

    /// <summary>The value; may be NaN or infinite, because logs say so.</summary>
    public double Value { get; internal init; }

    /// <summary>
    /// The curve of the metric up to here in at most 16 characters, as Get-VastRunMetric gives it: N where a value is NaN, ∞ where
    /// one is infinite.
    /// </summary>
    public string Sparkline { get; private init; } = "";

    /// <summary>When it was logged: the time in the line, read as UTC where it names no zone, or when the line arrived.</summary>
    public DateTimeOffset? Time
    {
        get => _source.Time;
        internal init => _source = _source with { Time = value };
    }

    /// <summary>The line it was read from, without escape sequences.</summary>
    public string Line
    {
        get => _source.Line.Trim();
        internal init => _source = _source with { Line = value };
    }

    /// <summary>Where that line begins in the log; null where it was read live.</summary>
    public long? OffsetBytes
    {
        get => _source.OffsetBytes;
        internal init => _source = _source with { OffsetBytes = value };
    }

    /// <summary>The same with its curve.</summary>
    internal VastMetric With(string sparkline) => new(_source, Name, Value, CommonName) { Sparkline = sparkline };

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"{(Step is { } step ? $"step {step} " : "")}{Name} {Value:0.######}");

    /// <summary>What all values of a record share.</summary>
    internal sealed record Source(long? Step, long? TotalSteps, DateTimeOffset? Time, string Line, long? OffsetBytes)
    {
        public static Source None { get; } = new(null, null, null, "", null);
    }
}
