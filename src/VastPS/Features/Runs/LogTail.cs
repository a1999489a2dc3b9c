using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>The newest of the log, as far as it was read.</summary>
/// <param name="most">How many metrics are kept: the newest.</param>
internal sealed class LogTail(int most)
{
    /// <summary>
    /// What a look carries of the log at most; of one that has grown by more, the newest. It is thousands of steps, and little
    /// enough that a watch of days stays small.
    /// </summary>
    public const int PieceBytes = 256 * 1024;

    private readonly MetricParser _parser = new();
    private readonly List<VastMetric> _metrics = [];
    private LineReader _lines = new();

    public long Offset { get; private set; }

    public IReadOnlyList<VastMetric> Metrics => _metrics;

    /// <summary>How far its training is.</summary>
    public EndOfSteps Steps { get; } = new();

    public void Add(long from, byte[] bytes, bool isLast)
    {
        if (from > Offset)
        {
            (Offset, _lines) = (from, new LineReader(from, isMidLine: true));
        }

        Offset += bytes.Length;
        foreach (LogLine line in isLast ? [.. _lines.Add(bytes), .. _lines.Finish()] : _lines.Add(bytes))
        {
            IReadOnlyList<VastMetric> read = _parser.Read(line);
            Steps.Read(line.Text, read, _parser.Bar);
            _metrics.AddRange(read);
            Trim(2 * most);
        }

        _metrics.AddRange(isLast ? _parser.Finish() : []);
        Trim(most);
    }
    // While a piece is read, what will be dropped is dropped in steps: a piece may hold a hundred thousand metrics.
    private void Trim(int count)
    {
        if (_metrics.Count > count)
        {
            _metrics.RemoveRange(0, _metrics.Count - most);
        }
    }
}
