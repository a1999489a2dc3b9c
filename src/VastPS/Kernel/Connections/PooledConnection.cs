namespace VastPS.Kernel.Connections;

/// <summary>An open link and who uses it. Changed under the lock of its line only; it may be spent at any time.</summary>
internal sealed class PooledConnection(ISshLink link)
{
    private volatile bool _isSpent;

    public ISshLink Link { get; } = link;

    /// <summary>How many commands have it now.</summary>
    public int Users { get; set; }

    /// <summary>Timestamp of the last return.</summary>
    public long UsedAt { get; set; }

    /// <summary>Closes it once nobody has used it for a while.</summary>
    public ITimer? Idle { get; set; }

    /// <summary>True where it must not be lent again: it failed, was stopped, or leads to where the box was before.</summary>
    public bool IsSpent => _isSpent || !Link.IsOpen;

    public void Spend() => _isSpent = true;
}
