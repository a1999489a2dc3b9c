using System.Text;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Logs;

/// <summary>One line of a log.</summary>
/// <param name="Text">Without its end and without escape sequences.</param>
/// <param name="OffsetBytes">Where it begins in the log; null where nobody knows.</param>
internal sealed record LogLine(string Text, long? OffsetBytes);

/// <summary>
/// Cuts the bytes of a log, as they come, into whole lines. LF, CR LF and a lone CR (progress bars) end a line. What
/// has no end yet is held back: half a number is a wrong number. Bytes that are no UTF-8 are shown as such, never an error.
/// </summary>
/// <param name="offset">Where in the log the first byte lies.</param>
/// <param name="isMidLine">True where it lies inside a line, which is then passed over.</param>
internal sealed class LineReader(long offset = 0, bool isMidLine = false)
{
    // A longer line is no record: its beginning is kept, the rest is passed over.
    private const int MostBytes = 64 * 1024;

    private readonly List<byte> _line = [];
    private long _begin = offset;
    private long _at = offset;
    private bool _skips = isMidLine;

    /// <summary>Where the first byte of the line that is not whole yet lies: reading may go on there.</summary>
    public long WholeBytes => _begin;

    /// <summary>The lines that these bytes complete.</summary>
    public IReadOnlyList<LogLine> Add(ReadOnlySpan<byte> bytes)
    {
        var whole = new List<LogLine>();
        foreach (byte b in bytes)
        {
            _at++;
            if (b is (byte)'\n' or (byte)'\r')
            {
                Take(whole);
            }
            else if (_line.Count < MostBytes && !_skips)
            {
                _line.Add(b);
            }
        }

        return whole;
    }

    /// <summary>The last line where it has no end. Only for a log that nobody writes to any more.</summary>
    public IReadOnlyList<LogLine> Finish()
    {
        var last = new List<LogLine>();
        Take(last);
        return last;
    }

    private void Take(List<LogLine> whole)
    {
        if (_line.Count > 0)
        {
            string text = TerminalText.Clean(Encoding.UTF8.GetString([.. _line]));
            if (text.Trim().Length > 0)
            {
                whole.Add(new LogLine(text, _begin));
            }
        }

        _line.Clear();
        _begin = _at;
        _skips = false;
    }
}
