using System.Buffers;
using System.Text;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Logs;

/// <summary>One line of a log.</summary>
/// <param name="Text">Without its end and without escape sequences.</param>
/// <param name="OffsetBytes">Where it begins in the log; null where nobody knows.</param>
internal readonly record struct LogLine(string Text, long? OffsetBytes);

/// <summary>
/// Cuts the bytes of a log, as they come, into whole lines. LF, CR LF and a lone CR (progress bars) end a line. What
/// has no end yet is held back: half a number is a wrong number. Bytes that are no UTF-8 are shown as such, never an error;
/// a log that begins with the mark of UTF-16, as Windows PowerShell writes it, is read as that, and so is one whose second byte is zero.
/// </summary>
/// <param name="offset">Where in the log the first byte lies.</param>
/// <param name="isMidLine">True where it lies inside a line, which is then passed over.</param>
internal sealed class LineReader(long offset = 0, bool isMidLine = false)
{
    // A longer line is no record: its beginning is kept, the rest is passed over.
    private const int MostBytes = 64 * 1024;

    // Everything but printable ASCII and the tab: such a line may need decoding or cleaning.
    private static readonly SearchValues<byte> s_special =
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => b is (< 32 and not '\t') or > 126).Select(b => (byte)b)]);

    private readonly ArrayBufferWriter<byte> _line = new();
    private Encoding? _wide;
    private byte? _half;
    private bool _isBegun = offset > 0 || isMidLine;
    private long _begin = offset;
    private long _at = offset;
    private bool _skips = isMidLine;

    /// <summary>Where the first byte of the line that is not whole yet lies: reading may go on there.</summary>
    public long WholeBytes => _begin;

    /// <summary>The lines that these bytes complete.</summary>
    public IReadOnlyList<LogLine> Add(ReadOnlySpan<byte> bytes)
    {
        var whole = new List<LogLine>();
        if (!_isBegun)
        {
            Begin(ref bytes);
        }

        if (_wide is not null)
        {
            AddWide(bytes, whole);
            return whole;
        }

        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            if (end < 0 || _line.WrittenCount > 0)
            {
                Keep(part);
                part = _line.WrittenSpan;
            }

            if (end < 0)
            {
                _at += bytes.Length;
                break;
            }

            _at += end + 1;
            Take(part, whole);
            bytes = bytes[(end + 1)..];
        }

        return whole;
    }

    /// <summary>The last line where it has no end. Only for a log that nobody writes to any more.</summary>
    public IReadOnlyList<LogLine> Finish()
    {
        var last = new List<LogLine>();
        Take(_line.WrittenSpan, last);
        return last;
    }

    // The mark may come in two pieces: a first byte of it waits for the second.
    private void Begin(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (_line.WrittenCount == 0 && bytes.Length == 1 && bytes[0] is 0xff or 0xfe or (>= 32 and < 127))
        {
            _line.Write(bytes);
            bytes = [];
            _at++;
            return;
        }

        byte first = _line.WrittenCount > 0 ? _line.WrittenSpan[0] : bytes[0];
        byte second = _line.WrittenCount > 0 ? bytes[0] : bytes.Length > 1 ? bytes[1] : (byte)0;
        _wide = (first, second) switch
        {
            (0xff, 0xfe) => Encoding.Unicode,
            (0xfe, 0xff) => Encoding.BigEndianUnicode,

            // No text of another kind has a zero as its second character.
            (>= 32 and < 127, 0) => Encoding.Unicode,
            _ => null,
        };
        _isBegun = true;
        if (_wide is not null && first is 0xff or 0xfe)
        {
            bytes = bytes[(_line.WrittenCount > 0 ? 1 : 2)..];
            _line.ResetWrittenCount();
            (_begin, _at) = (2, 2);
        }
        else if (_wide is not null && _line.WrittenCount > 0)
        {
            _half = first;
            _line.ResetWrittenCount();
        }
    }

    private void AddWide(ReadOnlySpan<byte> bytes, List<LogLine> whole)
    {
        foreach (byte b in bytes)
        {
            _at++;
            if (_half is not { } first)
            {
                _half = b;
                continue;
            }

            _half = null;
            int unit = _wide == Encoding.Unicode ? first | (b << 8) : (first << 8) | b;
            if (unit is '\n' or '\r')
            {
                Take(_line.WrittenSpan, whole);
            }
            else
            {
                Keep([first, b]);
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        int room = MostBytes - _line.WrittenCount;
        if (!_skips && room > 0)
        {
            _line.Write(part[..Math.Min(part.Length, room)]);
        }
    }

    private void Take(ReadOnlySpan<byte> line, List<LogLine> whole)
    {
        if (!line.IsEmpty && !_skips)
        {
            string text = Text(line.Length > MostBytes ? line[..MostBytes] : line);
            if (!text.AsSpan().IsWhiteSpace())
            {
                whole.Add(new LogLine(text, _begin));
            }
        }

        _line.ResetWrittenCount();
        _begin = _at;
        _skips = false;
    }

    private string Text(ReadOnlySpan<byte> line) =>
        _wide is null && line.IndexOfAny(s_special) < 0
            ? Encoding.ASCII.GetString(line)
            : TerminalText.Clean((_wide ?? Encoding.UTF8).GetString(line));
}
