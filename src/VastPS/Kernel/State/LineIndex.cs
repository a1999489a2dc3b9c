using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace VastPS.Kernel.State;

/// <summary>
/// What was read of a file of lines: where the lines of each key stand, and the values that somebody has asked for. When the file
/// has grown only what is new is read; when it is another one, everything. Used under the lock of its JsonLines, while the file is open.
/// </summary>
internal sealed class LineIndex<T>(LineFormat<T> format)
    where T : class
{
    private const int BlockBytes = 256 * 1024;
    private const int MarkBytes = 256;

    // Below this a file is read in no time, and writing it anew would be the greater work.
    private const int LeastDead = 1000;

    private static readonly byte[] s_utf8Mark = Encoding.UTF8.GetPreamble();

    private readonly Dictionary<string, LineEntry<T>> _byKey = new(StringComparer.Ordinal);
    private readonly List<LineEntry<T>> _entries = [];
    private readonly Dictionary<string, List<LineEntry<T>>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<LineRange> _loose = [];
    private readonly List<LineRange> _unsound = [];
    private Stream _file = Stream.Null;
    private LineRange? _tail;
    private bool _isTorn;
    private bool _isOpen;
    private long _position;
    private int _number;
    private int _lines;
    private int _gone;
    private long _length;
    private DateTime _writtenAt;
    private byte[] _start = [];
    private byte[] _end = [];

    /// <summary>True where more lines say what is known by later ones, or is forgotten, than say what counts.</summary>
    public bool IsWorthCompacting => Dead >= LeastDead && Dead > _entries.Count - _gone;

    /// <summary>Everything that has a key, in the order of the first lines.</summary>
    public IReadOnlyList<LineEntry<T>> Entries => _entries;

    private int Dead => _lines - (_entries.Count - _gone);

    /// <summary>The numbers of the lines that were passed over, as far as they were looked at.</summary>
    public IReadOnlyList<int> Skipped =>
    [
        .. _loose.Concat(_unsound).Select(l => l.Number).Concat(_isTorn && _tail is { } tail ? [tail.Number] : []).Order(),
    ];

    /// <summary>What is known under a key; null where nothing is.</summary>
    public T? Find(string key) => _byKey.TryGetValue(key, out LineEntry<T>? entry) ? Value(entry) : null;

    /// <summary>True where there are lines of a key that is not gone.</summary>
    public bool Knows(string key) => _byKey.TryGetValue(key, out LineEntry<T>? entry) && !entry.IsGone;

    /// <summary>What is known under the keys of a name, however it is written; see LineFormat.NameFact.</summary>
    public IReadOnlyList<T> Named(string name) =>
        _byName.TryGetValue(name, out List<LineEntry<T>>? named) ? [.. named.Distinct().Select(Value).OfType<T>()] : [];

    /// <summary>What is known under the keys that are chosen by their heads alone.</summary>
    public IReadOnlyList<T> Where(Func<LineEntry<T>, bool> isWanted)
    {
        List<LineEntry<T>> wanted = _entries.FindAll(e => !e.IsGone && isWanted(e));
        return [.. (format.IsOrderedByLast ? wanted.OrderBy(e => e.Lines[^1].Number) : wanted.AsEnumerable()).Select(Value).OfType<T>()];
    }

    /// <summary>True where the file is the one that was read, perhaps with more behind it.</summary>
    public bool Continues(FileStream file)
    {
        long length = file.Length;
        if (length <= _length)
        {
            // Something of the same length that was written since is another text.
            return length == _length && File.GetLastWriteTimeUtc(file.SafeFileHandle) == _writtenAt;
        }

        return Raw(file, 0, _start.Length).AsSpan().SequenceEqual(_start)
            && Raw(file, _position - _end.Length, _end.Length).AsSpan().SequenceEqual(_end)
            && (!_isOpen || Raw(file, _position, 1) is [(byte)'\n']);
    }

    /// <summary>Reads what is new.</summary>
    /// <param name="file">Stays open while this is asked.</param>
    /// <param name="isQuiet">Asked where the last line has no end: false while somebody may be writing it.</param>
    public void Advance(Stream file, Func<bool> isQuiet)
    {
        _file = file;
        _writtenAt = file is FileStream own ? File.GetLastWriteTimeUtc(own.SafeFileHandle) : default;
        do
        {
            ReadOn(file);
            _isTorn = _tail is not null && isQuiet();
        }
        while (_tail is not null && file.Length != _length);
        _start = Raw(file, 0, (int)Math.Min(MarkBytes, _position));
        _end = Raw(file, _position - _start.Length, _start.Length);
    }

    /// <summary>
    /// Writes what counts: one line for each key, and the lines that were passed over as they are. One of those may be of a newer
    /// version, or the only trace of a rental that somebody can still read; there are never many of them.
    /// </summary>
    public void WriteCompacted(Stream to)
    {
        List<(int Number, LineRange? Raw, T? Line)> rows = [.. _loose.Select(l => (l.Number, (LineRange?)l, (T?)null))];
        foreach (LineEntry<T> entry in _entries.Where(e => !e.IsGone))
        {
            LineRange place = format.IsOrderedByLast ? entry.Lines[^1] : entry.Lines[0];
            if (entry.Lines.Count > 1 && Value(entry) is { } known)
            {
                rows.Add((place.Number, null, format.Compacted(known)));
                rows.AddRange(entry.Unsound.Select(l => (l.Number, (LineRange?)l, (T?)null)));
            }
            else
            {
                rows.AddRange(entry.Lines.Select(l => (l.Number, (LineRange?)l, (T?)null)));
            }
        }

        foreach ((int _, LineRange? raw, T? line) in rows.OrderBy(r => r.Number))
        {
            to.Write(raw is { } range ? Bytes(range) : JsonSerializer.SerializeToUtf8Bytes(line!, format.Options));
            to.WriteByte((byte)'\n');
        }
    }

    // Backwards to a line that needs none before it, then forwards again.
    private T? Value(LineEntry<T> entry)
    {
        if (entry.Folded < entry.Lines.Count)
        {
            var parsed = new Stack<T>();
            T? known = entry.Value;
            for (int i = entry.Lines.Count - 1; i >= entry.Folded; i--)
            {
                T? line = format.Parse(Bytes(entry.Lines[i]));
                if (line is null)
                {
                    entry.Unsound.Add(entry.Lines[i]);
                    _unsound.Add(entry.Lines[i]);
                    continue;
                }

                parsed.Push(line);
                if (format.IsWhole(line))
                {
                    known = null;
                    break;
                }
            }

            entry.Value = parsed.Aggregate(known, format.Fold);
            entry.Folded = entry.Lines.Count;
        }

        return entry.IsGone ? null : entry.Value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadOn(Stream file)
    {
        byte[] block = new byte[BlockBytes];
        int have = 0;
        _tail = null;
        file.Seek(_position, SeekOrigin.Begin);
        for (int got; (got = file.Read(block, have, block.Length - have)) > 0;)
        {
            int begin = 0;
            have += got;
            for (int length; (length = block.AsSpan(begin, have - begin).IndexOf((byte)'\n')) >= 0; begin += length + 1)
            {
                Add(block.AsSpan(begin, length), _position + begin);
            }

            have -= begin;
            _position += begin;
            block.AsSpan(begin, have).CopyTo(block);
            if (have == block.Length)
            {
                Array.Resize(ref block, 2 * block.Length);
            }
        }

        _length = _position + have;
        ReadTail(block.AsSpan(0, have));
    }

    // A last line without an end is a whole one, is just being written, or is torn.
    private void ReadTail(ReadOnlySpan<byte> tail)
    {
        if (tail.Length > 0 && format.Shape.Read(WithoutMark(tail, _position), isWhole: false) is not null)
        {
            Add(tail, _position);
            _position += tail.Length;
            _isOpen = true;
        }
        else if (!IsBlank(tail))
        {
            _tail = new LineRange(_position, tail.Length, _number + 1);
        }
    }

    private void Add(ReadOnlySpan<byte> line, long offset)
    {
        if (_isOpen)
        {
            // The end of the line that had none.
            _isOpen = false;
            return;
        }

        var range = new LineRange(offset, line.Length, ++_number);
        if (IsBlank(line))
        {
            return;
        }

        if (format.Shape.Read(WithoutMark(line, offset), isWhole: true) is not { } head)
        {
            _loose.Add(range);
            return;
        }

        if (!_byKey.TryGetValue(head.Key, out LineEntry<T>? entry))
        {
            entry = new LineEntry<T>(head.Key);
            _byKey.Add(head.Key, entry);
            _entries.Add(entry);
        }

        _lines++;
        _gone -= entry.IsGone ? 1 : 0;
        entry.Add(head, range);
        _gone += entry.IsGone ? 1 : 0;
        if (format.NameFact is { } fact && head.Facts[fact] is { } name)
        {
            if (!_byName.TryGetValue(name, out List<LineEntry<T>>? named))
            {
                _byName.Add(name, named = new List<LineEntry<T>>(1));
            }

            named.Add(entry);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0;

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line, long offset) =>
        offset == 0 && line.StartsWith(s_utf8Mark) ? line[s_utf8Mark.Length..] : line;

    private byte[] Bytes(LineRange range) => [.. WithoutMark(Raw(_file, range.Offset, range.Length), range.Offset)];

    private static byte[] Raw(Stream file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        file.Seek(offset, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return bytes;
    }
}
