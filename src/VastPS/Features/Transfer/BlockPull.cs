using System.Collections.Concurrent;
using System.Text;

namespace VastPS.Features.Transfer;

/// <summary>
/// Asks a box for a file block by block and takes what comes. Some blocks are always on their way, and no more than
/// that: whatever the disk here cannot take yet is not in memory.
/// </summary>
internal sealed class BlockPull : IDisposable
{
    private const int Block = 4 << 20;
    private const int Ahead = 2;

    private readonly BlockingCollection<byte[]> _asked = [];
    private readonly long _end;
    private long _next;
    private long _due;

    /// <param name="to">Takes the bytes.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="end">Where the file ends.</param>
    public BlockPull(Stream to, long offset, long end)
    {
        _next = _due = offset;
        _end = end;
        Input = new Questions(this);
        Output = new Answers(this, to);
        for (int i = 0; i < Ahead; i++)
        {
            Ask();
        }
    }

    /// <summary>What the box reads: lines with an offset and a length.</summary>
    public Stream Input { get; }

    /// <summary>What the box prints.</summary>
    public Stream Output { get; }

    /// <summary>Ends the questions; what still comes goes nowhere.</summary>
    public void Dispose()
    {
        Output.Dispose();
        if (!_asked.IsAddingCompleted)
        {
            _asked.CompleteAdding();
        }

        _asked.Dispose();
    }

    private void Ask()
    {
        if (_asked.IsAddingCompleted)
        {
            return;
        }

        long count = Math.Min(Block, _end - _next);
        if (count > 0)
        {
            _asked.Add(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{_next} {count}\n")));
            _next += count;
        }

        if (_next >= _end)
        {
            _asked.CompleteAdding();
        }
    }

    private void Took(int bytes)
    {
        _due += bytes;
        while (!_asked.IsAddingCompleted && _next - _due <= (Ahead - 1) * Block)
        {
            Ask();
        }
    }

    private sealed class Questions(BlockPull pull) : OneWayStream
    {
        public override bool CanRead => true;

        public override bool CanWrite => false;

        // A line is far shorter than any buffer.
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (!pull._asked.TryTake(out byte[]? line, Timeout.Infinite))
            {
                return 0;
            }

            line.CopyTo(buffer, offset);
            return line.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class Answers(BlockPull pull, Stream to) : OneWayStream
    {
        private readonly object _lock = new();
        private bool _isClosed;

        public override bool CanRead => false;

        public override bool CanWrite => true;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_lock)
            {
                if (!_isClosed)
                {
                    to.Write(buffer, offset, count);
                    pull.Took(count);
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            lock (_lock)
            {
                _isClosed = true;
            }

            base.Dispose(disposing);
        }
    }
}
