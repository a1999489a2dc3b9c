namespace VastPS;

/// <summary>One part of the time of a run.</summary>
public sealed class VastTimeDriver
{
    internal VastTimeDriver()
    {
    }

    /// <summary>What takes the time.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>If every assumption turns out well.</summary>
    public TimeSpan Optimistic { get; internal init; }

    /// <summary>What is expected.</summary>
    public TimeSpan Base { get; internal init; }

    /// <summary>What to be prepared for.</summary>
    public TimeSpan Pessimistic { get; internal init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {Basics.Duration.Format(Base)}";
}
