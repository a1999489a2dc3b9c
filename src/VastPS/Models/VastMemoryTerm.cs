namespace VastPS;

/// <summary>One named part of a requirement. The parts of a requirement add up to it, to the byte.</summary>
public sealed class VastMemoryTerm
{
    internal VastMemoryTerm(string name, long optimistic, long @base, long pessimistic)
    {
        Name = name;
        OptimisticBytes = optimistic;
        BaseBytes = @base;
        PessimisticBytes = pessimistic;
    }

    /// <summary>What the bytes hold.</summary>
    public string Name { get; }

    /// <summary>Bytes if every assumption turns out well.</summary>
    public long OptimisticBytes { get; }

    /// <summary>Bytes that are expected.</summary>
    public long BaseBytes { get; }

    /// <summary>Bytes to be prepared for.</summary>
    public long PessimisticBytes { get; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Name}: {BaseBytes / 1e9:0.00} GB");
}
