using System.Security.Cryptography;

namespace VastPS.Basics;

/// <summary>Counts and hashes what passes through it, in one direction. Does not own the stream behind it.</summary>
internal sealed class TallyStream(Stream inner, Action<int> moved) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>More bytes than this are an IOException.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>Bytes so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    /// <summary>SHA-256 of everything so far, in lower-case hex.</summary>
    public string Sha256() => Convert.ToHexString(_hash.GetCurrentHash()).ToLowerInvariant();

    /// <summary>Forgets what passed so far.</summary>
    public void Restart()
    {
        _hash.GetHashAndReset();
        Count = 0;
    }

    /// <summary>Reads up to so many bytes for their hash alone; they are counted and not told.</summary>
    public void Pass(long bytes)
    {
        byte[] buffer = new byte[128 * 1024];
        for (int n; bytes > 0 && (n = inner.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length))) > 0; bytes -= n)
        {
            _hash.AppendData(buffer.AsSpan(0, n));
            Count += n;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, count);
        Tell(buffer.AsSpan(offset, read));
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        Tell(buffer.Span[..read]);
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        inner.Write(buffer, offset, count);
        Tell(buffer.AsSpan(offset, count));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken);
        Tell(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Tell(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Count += bytes.Length;
        if (Count > Most)
        {
            throw new IOException("There is more than was announced.");
        }

        moved(bytes.Length);
    }
}
