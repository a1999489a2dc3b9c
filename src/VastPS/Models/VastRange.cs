namespace VastPS;

/// <summary>Three answers to one question; the unit is in the name of the property that holds the range.</summary>
public sealed class VastRange
{
    internal VastRange(double optimistic, double @base, double pessimistic)
    {
        Optimistic = optimistic;
        Base = @base;
        Pessimistic = pessimistic;
    }

    /// <summary>If every assumption turns out well.</summary>
    public double Optimistic { get; }

    /// <summary>What is expected.</summary>
    public double Base { get; }

    /// <summary>What to be prepared for.</summary>
    public double Pessimistic { get; }

    internal VastRange Per(double unit) => new(Optimistic / unit, Base / unit, Pessimistic / unit);

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Base:0.0} ({Optimistic:0.0} to {Pessimistic:0.0})");
}
