namespace VastPS.Kernel.Logs;

/// <summary>A number with its name.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number.</param>
/// <param name="Total">The number behind its slash, as in 10/500; below 0 where there is none.</param>
/// <param name="IsStated">True where : or = stands between, or a bracket: else it may be chance.</param>
internal readonly record struct LogItem(MetricName Name, double Value, double Total, bool IsStated);

/// <summary>What was found in a line so far, or in several that belong together; used again for each.</summary>
internal sealed class RecordDraft
{
    // More names are none of a record; a line of 64 KiB has no more either.
    private const int MostItems = 4000;

    private LogItem[] _items = new LogItem[32];

    /// <summary>How many numbers with names there are.</summary>
    public int Count { get; private set; }

    /// <summary>n/m without a name: in brackets, where the last one moves; else the first.</summary>
    public (double Done, double Total)? Bracketed { get; set; }

    /// <summary>n/m that stands free.</summary>
    public (double Done, double Total)? Free { get; set; }

    /// <summary>True where some of it is a dict.</summary>
    public bool HasDict { get; set; }

    /// <summary>True while what comes was measured by an evaluation.</summary>
    public bool IsEvaluation { get; set; }

    /// <summary>True for means over what was told before: nothing new.</summary>
    public bool IsSummary { get; set; }

    /// <summary>True for the print of settings, whatever its numbers.</summary>
    public bool IsSettings { get; set; }

    /// <summary>The numbers with their names.</summary>
    public ReadOnlySpan<LogItem> Items => _items.AsSpan(0, Count);

    /// <summary>True where a step or an epoch is among the numbers.</summary>
    public bool HasCounter
    {
        get
        {
            foreach (LogItem item in Items)
            {
                if (item.Name.Role is NameRole.Step or NameRole.Epoch)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void Add(MetricName name, double value, double total, bool isStated)
    {
        if (Count == MostItems)
        {
            return;
        }

        if (Count == _items.Length)
        {
            Array.Resize(ref _items, 2 * Count);
        }

        _items[Count++] = new LogItem(name, value, total, isStated);
    }

    /// <summary>What came after the first so many numbers was measured by an evaluation.</summary>
    public void ToEvaluation(int from, NameTable names)
    {
        for (int i = from; i < Count; i++)
        {
            _items[i] = _items[i] with { Name = names.OfEvaluation(_items[i].Name) };
        }
    }

    /// <summary>Forgets what came after the first so many numbers.</summary>
    public void Cut(int count) => Count = count;

    public void Clear() =>
        (Count, Bracketed, Free, HasDict, IsEvaluation, IsSummary, IsSettings) = (0, null, null, false, false, false, false);
}
