using System.Text.Json;

namespace VastPS.Kernel.State;

/// <summary>How the lines of one file are read and what they add up to.</summary>
/// <param name="Shape">Where their key stands.</param>
/// <param name="IsSound">False for a line that holds what cannot be.</param>
internal sealed record LineFormat<T>(LineShape Shape, Func<T, bool> IsSound)
    where T : class
{
    public JsonSerializerOptions? Options { get; init; }

    /// <summary>
    /// What is known under a key after one more of its lines; what was known before may be changed and returned. The last line wins
    /// where nothing else is said. Null where the line alone says nothing.
    /// </summary>
    public Func<T?, T, T?> Fold { get; init; } = (_, line) => line;

    /// <summary>True for a line that needs none of those before it: they are not even parsed.</summary>
    public Func<T, bool> IsWhole { get; init; } = _ => true;

    /// <summary>What compaction writes for all that is known under a key.</summary>
    public Func<T, T> Compacted { get; init; } = line => line;

    /// <summary>Which of the facts is a name that must be found at once; null for none.</summary>
    public int? NameFact { get; init; }

    /// <summary>True where the order is that of the last lines of the keys, else that of the first.</summary>
    public bool IsOrderedByLast { get; init; }

    /// <summary>The line itself; null where the bytes are none.</summary>
    public T? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Options) is { } parsed && IsSound(parsed) ? parsed : null;
        }
        catch (Exception e) when (e is JsonException
            or FormatException
            or ArithmeticException
            or ArgumentException
            or InvalidOperationException
            or NotSupportedException
            or VastException)
        {
            return null;
        }
    }
}
