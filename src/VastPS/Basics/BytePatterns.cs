namespace VastPS.Basics;

/// <summary>
/// Finds any of several byte strings in one pass, by the method of Wu and Manber ("A fast algorithm for multi-pattern searching",
/// 1994): the last two bytes of a window as long as the shortest string tell how far the window may jump.
/// </summary>
internal sealed class BytePatterns
{
    private const int Block = 2;

    private readonly int _window;
    private readonly int[] _jumps = new int[1 << (8 * Block)];
    private readonly Dictionary<int, List<byte[]>> _atEnd = [];

    /// <param name="patterns">What is looked for; at least one, each of two bytes or more.</param>
    public BytePatterns(IReadOnlyCollection<byte[]> patterns)
    {
        _window = patterns.Min(p => p.Length);
        Longest = patterns.Max(p => p.Length);
        Array.Fill(_jumps, _window - Block + 1);
        foreach (byte[] pattern in patterns)
        {
            for (int end = Block; end <= _window; end++)
            {
                int block = BlockAt(pattern, end);
                _jumps[block] = Math.Min(_jumps[block], _window - end);
            }

            int last = BlockAt(pattern, _window);
            if (!_atEnd.TryGetValue(last, out List<byte[]>? same))
            {
                _atEnd.Add(last, same = []);
            }

            same.Add(pattern);
        }
    }

    /// <summary>Bytes of the longest pattern.</summary>
    public int Longest { get; }

    /// <summary>True where one of the patterns is there.</summary>
    public bool IsIn(ReadOnlySpan<byte> text)
    {
        for (int end = _window; end <= text.Length;)
        {
            int block = BlockAt(text, end);
            int jump = _jumps[block];
            if (jump > 0)
            {
                end += jump;
                continue;
            }

            foreach (byte[] pattern in _atEnd[block])
            {
                if (text[(end - _window)..].StartsWith(pattern))
                {
                    return true;
                }
            }

            end++;
        }

        return false;
    }

    private static int BlockAt(ReadOnlySpan<byte> text, int end) => text[end - 2] | (text[end - 1] << 8);
}
