namespace VastPS;

/// <summary>One part of the cost of a run, in USD.</summary>
public sealed class VastCostDriver
{
    internal VastCostDriver()
    {
    }

    /// <summary>What costs the money.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>If every assumption turns out well.</summary>
    public decimal Optimistic { get; internal init; }

    /// <summary>What is expected.</summary>
    public decimal Base { get; internal init; }

    /// <summary>What to be prepared for.</summary>
    public decimal Pessimistic { get; internal init; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Name}: {Base:0.00} USD");
}
