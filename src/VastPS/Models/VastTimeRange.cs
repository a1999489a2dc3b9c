using VastPS.Basics;

namespace VastPS;

/// <summary>How long a run takes from renting to the fetched result, and what takes the time.</summary>
public sealed class VastTimeRange
{
    internal VastTimeRange()
    {
    }

    /// <summary>If every assumption turns out well.</summary>
    public TimeSpan Optimistic { get; internal init; }

    /// <summary>What is expected.</summary>
    public TimeSpan Base { get; internal init; }

    /// <summary>What to be prepared for.</summary>
    public TimeSpan Pessimistic { get; internal init; }

    /// <summary>The parts, in the order in which they happen; they add up to the range.</summary>
    public IReadOnlyList<VastTimeDriver> Drivers { get; internal init => field = Joined.Of(value); } = Joined.None<VastTimeDriver>();

    /// <inheritdoc />
    public override string ToString() =>
        $"{Basics.Duration.Format(Base)} ({Basics.Duration.Format(Optimistic)} to {Basics.Duration.Format(Pessimistic)})";
}
