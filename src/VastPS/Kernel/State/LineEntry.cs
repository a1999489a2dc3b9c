namespace VastPS.Kernel.State;

/// <summary>Where a line stands in its file.</summary>
/// <param name="Offset">Of its first byte.</param>
/// <param name="Length">In bytes, without its end.</param>
/// <param name="Number">As people count, from 1.</param>
internal readonly record struct LineRange(long Offset, int Length, int Number);

/// <summary>The lines of one key, and what they add up to as far as somebody has asked.</summary>
internal sealed class LineEntry<T>(string key)
    where T : class
{
    public string Key { get; } = key;

    /// <summary>What the last line that names them says; see LineShape.</summary>
    public string?[] Facts { get; private set; } = [];

    public bool IsGone { get; private set; }

    public List<LineRange> Lines { get; } = new(1);

    /// <summary>Lines of it that hold what cannot be.</summary>
    public List<LineRange> Unsound { get; } = new(0);

    /// <summary>How many lines the value stands for.</summary>
    public int Folded { get; set; }

    public T? Value { get; set; }

    public void Add(LineHead head, LineRange range)
    {
        Facts = Facts.Length == 0 ? head.Facts : [.. head.Facts.Zip(Facts, (now, before) => now ?? before)];
        IsGone = head.IsGone;
        Lines.Add(range);
    }
}
