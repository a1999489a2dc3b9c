using VastPS.Basics;

namespace VastPS;

/// <summary>What a run costs in USD: GPUs, disk and traffic.</summary>
public sealed class VastCostRange
{
    internal VastCostRange()
    {
    }

    /// <summary>If every assumption turns out well.</summary>
    public decimal Optimistic { get; internal init => field = Usd.Round(value); }

    /// <summary>What is expected.</summary>
    public decimal Base { get; internal init => field = Usd.Round(value); }

    /// <summary>What to be prepared for.</summary>
    public decimal Pessimistic { get; internal init => field = Usd.Round(value); }

    /// <summary>The parts; they add up to the range.</summary>
    public IReadOnlyList<VastCostDriver> Drivers { get; internal init => field = Joined.Of(value); } = Joined.None<VastCostDriver>();

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Base:0.00} USD ({Optimistic:0.00} to {Pessimistic:0.00})");
}
