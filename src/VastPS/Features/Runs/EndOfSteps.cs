using System.Globalization;
using System.Text.RegularExpressions;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>
/// Whether a training has made all of its steps, as its log tells it. The last step of an epoch looks like that of the whole, and
/// an evaluation after it has no steps of its own: then only words of an end count.
/// </summary>
internal sealed partial class EndOfSteps
{
    private Point? _last;
    private long? _first;
    private long? _recordTotal;
    private bool _saysEnd;
    private bool _saysMore;
    private (long Now, long Of)? _epoch;

    /// <summary>Takes note of a line, and of what was read from it.</summary>
    public void Read(string text, IReadOnlyList<VastMetric> read, LogBar? bar)
    {
        if (Epoch().Match(text) is { Success: true } epoch)
        {
            _epoch = (Number(epoch.Groups["now"].Value), Number(epoch.Groups["of"].Value));
        }

        VastMetric[] records = [.. read.Where(m => MetricNames.IsOfTraining(m.Name))];
        _recordTotal = records.LastOrDefault()?.TotalSteps ?? _recordTotal;
        if (At(records, bar) is { } at && at.Step != _last?.Step)
        {
            _first = _last is null || at.Step < _last.Step ? at.Step : _first;
            (_last, _saysEnd, _saysMore) = (at, false, false);
            return;
        }

        bool isMore = More().IsMatch(text);
        _saysMore |= isMore;
        _saysEnd |= !isMore && (CauseTable.IsGoodEnd(text) || Summary().IsMatch(text));
    }

    // Where records have no number, the bar that they belong to has; others are drawn for files and evaluations.
    private Point? At(VastMetric[] records, LogBar? bar) =>
        records.LastOrDefault(m => m.Step is not null) is { } record
            ? new(record.Step!.Value, record.TotalSteps, record.Line)
            : bar is { Total: { } total } drawn && (drawn.HasMetrics || total == _recordTotal)
            ? new(drawn.Done, total, "%|")
            : null;

    /// <summary>True where no step is to come.</summary>
    /// <param name="planned">How many were planned; null where nobody said.</param>
    public bool IsReached(long? planned)
    {
        bool isByLog = IsAt(_last?.Total);
        return (isByLog && _saysEnd)
            || (!_saysMore && ((IsAt(planned) && (isByLog || _last?.Total is null)) || (isByLog && IsCountOfAll)));
    }

    // A bar may be that of an epoch; a count in the line itself is so only where epochs are counted, too.
    private bool IsCountOfAll => !(_epoch?.Now < _epoch?.Of)
        && !_last!.Line.Contains("%|", StringComparison.Ordinal)
        && Count().Matches(_last.Line).Any(m => Number(m.Groups["of"].Value) == _last.Total);

    private bool IsAt(long? total) => total > 0 && _last?.Step is { } step && step + (_first == 0 ? 1 : 0) >= total;

    private static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    [GeneratedRegex(@"\bepochs?\W{0,3}(?<now>\d+)\]?\s*(?:/|of)\s*\[?(?<of>\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Epoch();

    [GeneratedRegex(@"(?<![\d.])\d+\]?\s*(?:/|of)\s*\[?(?<of>\d+)(?![\d.])", RegexOptions.IgnoreCase)]
    private static partial Regex Count();

    // transformers' Trainer sums up what it did when its loop is over.
    [GeneratedRegex(@"\btrain_runtime\b")]
    private static partial Regex Summary();

    [GeneratedRegex(
        @"\b(?:epochs?|eval\w*|valid\w*|val|test\w*|generat\w*|sampling|benchmark\w*)\b(?!['""]?: ?\d+\.\d)",
        RegexOptions.IgnoreCase)]
    private static partial Regex More();

    // A step, of how many, and the line that says so.
    private sealed record Point(long Step, long? Total, string Line);
}
