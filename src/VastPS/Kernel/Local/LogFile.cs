using System.Text.RegularExpressions;
using VastPS.Kernel.Logs;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Local;

/// <summary>A training log on this computer: lines of text, or an event file of TensorBoard.</summary>
internal sealed class LogFile(string path)
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Lines that were read.</summary>
    public long Lines { get; private set; }

    /// <summary>How far a bar without metrics came; null where there was none.</summary>
    public LogBar? Bar { get; private set; }

    /// <summary>Where an event file is damaged; null where it is whole.</summary>
    public long? DamagedAt { get; private set; }

    /// <summary>True for an event file of TensorBoard.</summary>
    public bool IsEvents { get; private set; }

    /// <summary>The last line that was read.</summary>
    public string? LastLine { get; private set; }

    /// <summary>Its metrics, the last line also without an end; InvalidValue where it cannot be read, or is no log.</summary>
    public IEnumerable<VastMetric> Read(Regex? pattern)
    {
        using FileStream file = Open();
        byte[] piece = new byte[PieceBytes];
        int count = file.ReadAtLeast(piece, PieceBytes, throwOnEndOfStream: false);
        var kind = FileKind.Of(piece.AsSpan(0, Math.Min(count, FileKind.HeadBytes)));
        if (!kind.IsText && !kind.IsEvents)
        {
            throw new VastException(
                VastReason.InvalidValue, path, "-Path", $"it is no log but {kind.Name}", "Get-ChildItem -Filter *.log");
        }

        IsEvents = kind.IsEvents;
        var events = new EventReader();
        var lines = new LineReader();
        var parser = new MetricParser(pattern);
        for (; count > 0; count = file.Read(piece))
        {
            Memory<byte> read = piece.AsMemory(0, count);
            foreach (VastMetric metric in kind.IsEvents ? events.Add(read.Span) : OfLines(parser, lines.Add(read.Span)))
            {
                yield return metric;
            }
        }

        DamagedAt = events.DamagedAt;
        foreach (VastMetric metric in OfLines(parser, lines.Finish()).Concat(parser.Finish()))
        {
            yield return metric;
        }
    }

    private IEnumerable<VastMetric> OfLines(MetricParser parser, IReadOnlyList<LogLine> lines)
    {
        foreach (LogLine line in lines)
        {
            IReadOnlyList<VastMetric> read = parser.Read(line);
            Lines++;
            LastLine = line.Text;
            Bar = parser.Bar ?? Bar;
            foreach (VastMetric metric in read)
            {
                yield return metric;
            }
        }
    }

    private FileStream Open()
    {
        if (Directory.Exists(path))
        {
            throw new VastException(
                VastReason.InvalidValue, path, "-Path", "it is a folder", $"Get-ChildItem {PowerShellQuote.Word(path)}");
        }

        try
        {
            // A run may still write to it.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(
                e, VastReason.InvalidValue, path, "-Path", "it cannot be read: " + e.Message.TrimEnd('.'), "Get-ChildItem");
        }
    }
}
