using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VastPS.Kernel.Logs;

/// <summary>
/// The names that a log has used, found by the characters of a line without making a text of them. Full, it forgets what it knew:
/// a log of random words must not fill the memory.
/// </summary>
internal sealed class NameTable
{
    private const int Slots = 8192;
    private const int MostNameChars = 120;

    private readonly (string? Raw, MetricName Name)[] _slots = new (string?, MetricName)[Slots];
    private readonly Dictionary<MetricName, MetricName> _evaluations = [];
    private int _count;

    /// <summary>Stands for no name, where it is known that a phrase has none.</summary>
    public MetricName Nothing { get; } = new("");

    /// <summary>How often a name was looked for: what a line costs, in a number.</summary>
    public long Lookups { get; private set; }

    /// <summary>What is known of a name as written; null where it is too long to be one.</summary>
    public MetricName? Find(ReadOnlySpan<char> raw)
    {
        if (raw.IsEmpty || raw.Length > MostNameChars)
        {
            return null;
        }

        Lookups++;
        int slot = Hash(raw) & (Slots - 1);
        while (_slots[slot].Raw is { } held)
        {
            if (raw.SequenceEqual(held))
            {
                return _slots[slot].Name;
            }

            slot = (slot + 1) & (Slots - 1);
        }

        if (_count >= Slots / 2)
        {
            Array.Clear(_slots);
            _evaluations.Clear();
            _count = 0;
            slot = Hash(raw) & (Slots - 1);
        }

        string text = raw.ToString();
        _slots[slot] = (text, MetricNames.Of(MetricNames.Fold(text)));
        _count++;
        return _slots[slot].Name;
    }

    /// <summary>A number for a text, always the same.</summary>
    public static int Hash(ReadOnlySpan<char> text)
    {
        const ulong Mix = 0x9e3779b97f4a7c15;
        ulong hash = (ulong)text.Length * Mix;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Mix;
            hash ^= hash >> 32;
        }

        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * Mix;
        }

        return (int)(hash ^ (hash >> 32));
    }

    /// <summary>The name of the same in an evaluation.</summary>
    public MetricName OfEvaluation(MetricName name)
    {
        if (name.IsEvaluation || name.IsTraining || name.Role != NameRole.Value)
        {
            return name;
        }

        if (!_evaluations.TryGetValue(name, out MetricName? found))
        {
            _evaluations[name] = found = MetricNames.Of("eval_" + name.Name);
        }

        return found;
    }
}
