using VastPS.Basics;

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
    public decimal Optimistic { get; internal init => field = Usd.Round(value); }

    /// <summary>What is expected.</summary>
    public decimal Base { get; internal init => field = Usd.Round(value); }

    /// <summary>What to be prepared for.</summary>
    public decimal Pessimistic { get; internal init => field = Usd.Round(value); }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Name}: {Base:0.00} USD");
}
