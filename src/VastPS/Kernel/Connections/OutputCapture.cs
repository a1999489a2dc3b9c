using System.Buffers.Text;
using System.Text;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>
/// One output stream of a command: finds the line with the session id, drops what login scripts printed before it,
/// hands lines over as they come and keeps the last part of the text.
/// </summary>
internal sealed class OutputCapture
{
    // More than this before the mark means that the mark never comes.
    private const int HeadLimit = 256 * 1024;
    private const int BlockBytes = 128 * 1024;

    private readonly TimeProvider _clock;
    private readonly byte[] _mark;
    private readonly int _keep;
    private readonly Stream? _raw;
    private readonly LineCutter? _lines;
    private readonly Decoder _decoder = new UTF8Encoding(false, false).GetDecoder();
    private readonly StringBuilder _text = new();
    private readonly char[] _chars = new char[33 * 1024];
    private readonly object _gate = new();
    private List<byte>? _head = [];
    private volatile bool _muted;
    private int _sessionId;
    private long _heardAt;

    public OutputCapture(string nonce, int keep, Action<string>? onLine, TimeProvider clock, Stream? raw = null)
    {
        _clock = clock;
        _mark = Encoding.ASCII.GetBytes(nonce + " ");
        _keep = keep;
        _raw = raw;
        _lines = onLine is null ? null : new LineCutter(line => Show(line, onLine));
    }

    /// <summary>The session id that the command reported; null until it did.</summary>
    public int? SessionId => Volatile.Read(ref _sessionId) is > 0 and var id ? id : null;

    /// <summary>Timestamp of the last bytes; 0 before the first.</summary>
    public long HeardAt => Volatile.Read(ref _heardAt);

    public long Bytes { get; private set; }

    public bool IsTruncated { get; private set; }

    /// <summary>The text so far; safe to call while the stream still runs.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>From now on nobody listens to lines.</summary>
    public void Mute() => _muted = true;

    /// <summary>Reads the stream to its end; blocks, so it has a thread of its own.</summary>
    public void Drain(Stream stream)
    {
        byte[] buffer = new byte[BlockBytes];
        for (int n = stream.Read(buffer); n > 0; n = stream.Read(buffer))
        {
            Add(buffer.AsSpan(0, n));
        }

        Finish();
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Volatile.Write(ref _heardAt, _clock.GetTimestamp());
        if (_head is null)
        {
            Take(bytes, flush: false);
            return;
        }

        _head.AddRange(bytes);
        byte[] head = [.. _head];
        if (FindMark(head, out int session) is var end and >= 0)
        {
            _head = null;
            Volatile.Write(ref _sessionId, session);
            Take(head.AsSpan(end), flush: false);
        }
        else if (head.Length > HeadLimit)
        {
            _head = null;
            Take(head, flush: false);
        }
    }

    // Without a mark the command never began, and what was printed says why.
    internal void Finish()
    {
        byte[] rest = _head is { } head ? [.. head] : [];
        _head = null;
        Take(rest, flush: true);
        _lines?.Finish();
    }

    // Where the text of the command begins; -1 while the mark, the id and the line end are not all there.
    // A shell that echoes its commands shows the nonce earlier, but never with the id.
    private int FindMark(ReadOnlySpan<byte> head, out int session)
    {
        session = 0;
        for (int from = 0; head[from..].IndexOf(_mark) is var at and >= 0; from += at + _mark.Length)
        {
            ReadOnlySpan<byte> rest = head[(from + at + _mark.Length)..];
            if (Utf8Parser.TryParse(rest, out session, out int digits) && digits < rest.Length && rest[digits] == '\n')
            {
                return head.Length - rest.Length + digits + 1;
            }
        }

        return -1;
    }

    private void Take(ReadOnlySpan<byte> bytes, bool flush)
    {
        Bytes += bytes.Length;
        if (_raw is not null)
        {
            Pass(bytes);
            return;
        }

        do
        {
            _decoder.Convert(bytes, _chars, flush, out int used, out int made, out _);
            bytes = bytes[used..];
            Keep(_chars.AsSpan(0, made));
            _lines?.Add(_chars.AsSpan(0, made));
        }
        while (!bytes.IsEmpty);
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        if (!_muted)
        {
            _raw!.Write(bytes);
        }
    }

    private void Keep(ReadOnlySpan<char> chars)
    {
        lock (_gate)
        {
            _text.Append(chars);
            if (_text.Length > 2L * _keep)
            {
                IsTruncated = true;
                _text.Remove(0, _text.Length - _keep);
            }
        }
    }

    private void Show(string line, Action<string> onLine)
    {
        string shown = TerminalText.Clean(line);
        if (!_muted && (shown.Length > 0 || line.Length == 0))
        {
            onLine(shown);
        }
    }
}
