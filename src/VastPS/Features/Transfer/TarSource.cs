using System.Formats.Tar;
using System.Security.Cryptography;
using VastPS.Kernel.Local;

namespace VastPS.Features.Transfer;

/// <summary>A tar of small files, made while it is read: one file at a time is in memory.</summary>
internal sealed class TarSource : OneWayStream
{
    private readonly IReadOnlyList<LocalEntry> _files;
    private readonly Action<int> _moved;
    private readonly MemoryStream _chunk = new();
    private readonly TarWriter _tar;
    private readonly List<(long Bytes, string Sha256)> _sums = [];
    private int _at;
    private bool _isEnded;

    public TarSource(IReadOnlyList<LocalEntry> files, Action<int> moved)
    {
        _files = files;
        _moved = moved;
        _tar = new TarWriter(_chunk, TarEntryFormat.Gnu, leaveOpen: true);
    }

    /// <summary>Size and SHA-256 of each file that was packed, in their order.</summary>
    public IReadOnlyList<(long Bytes, string Sha256)> Sums => _sums;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int n = _chunk.Read(buffer);
        while (n == 0 && !_isEnded)
        {
            _chunk.SetLength(0);
            Next();
            _chunk.Position = 0;
            n = _chunk.Read(buffer);
        }

        return n;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _tar.Dispose();
        _chunk.Dispose();
        base.Dispose(disposing);
    }

    private void Next()
    {
        // As many as fill a packet or two.
        while (_chunk.Length < 128 * 1024 && _at < _files.Count)
        {
            LocalEntry file = _files[_at++];
            byte[] content = LocalTree.Read(file.Path);
            _sums.Add((content.Length, Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant()));
            _tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "./" + file.Name)
            {
                Mode = (UnixFileMode)file.Mode,
                DataStream = new MemoryStream(content, writable: false),
            });
            _moved(content.Length);
        }

        if (_chunk.Length == 0)
        {
            _isEnded = true;
            _tar.Dispose();
        }
    }
}
