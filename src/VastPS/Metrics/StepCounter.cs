using System.Text.RegularExpressions;

namespace VastPS.Metrics;

/// <summary>
/// Counts the steps of a training while its lines arrive, and times them. Steps come from the numbers in the log, from
/// the bar of a trainer, else each record counts as one.
/// </summary>
internal sealed partial class StepCounter
{
    // Compiling kernels, filling caches: the first steps say nothing about the rest.
    private const int LeastWarmUp = 5;
    private const int LeastTimed = 3;

    private readonly List<(long Steps, DateTimeOffset At)> _marks = [];
    private long? _firstStep;
    private long _named;
    private long _records;
    private long _bar;
    private string? _barTotal;

    /// <summary>Steps so far.</summary>
    public long Steps => Math.Max(_bar, _firstStep is null ? _records : _named);

    /// <summary>Takes what a line gave.</summary>
    public void Add(string line, IReadOnlyList<VastMetric> metrics, DateTimeOffset at)
    {
        long before = Steps;
        if (Bar().Match(line) is { Success: true } bar && (_barTotal ??= bar.Groups["total"].Value) == bar.Groups["total"].Value)
        {
            _bar = Math.Max(_bar, long.Parse(bar.Groups["done"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        }

        if (metrics.Count > 0)
        {
            Count(metrics);
        }

        if (Steps > before)
        {
            _marks.Add((Steps, at));
        }
    }

    /// <summary>Median and 95th percentile of a step; null where too few were timed.</summary>
    public (TimeSpan Median, TimeSpan P95)? Times()
    {
        long warmUp = Math.Max(LeastWarmUp, Steps / 10);
        (long Steps, DateTimeOffset At)[] timed = [.. _marks.Where(m => m.Steps >= warmUp)];
        if (timed.Length <= LeastTimed)
        {
            return null;
        }

        double[] each = [.. timed.Zip(timed.Skip(1), (a, b) => (b.At - a.At).TotalSeconds / (b.Steps - a.Steps))];
        double mean = (timed[^1].At - timed[0].At).TotalSeconds / (timed[^1].Steps - timed[0].Steps);
        double median = Trend.Median(each);

        // Output that was held back arrives in blocks: then only the whole stretch tells the pace.
        bool isInBlocks = median < mean / 10;
        return (TimeSpan.FromSeconds(isInBlocks ? mean : median), TimeSpan.FromSeconds(isInBlocks ? mean : Trend.Quantile(each, 0.95)));
    }

    private void Count(IReadOnlyList<VastMetric> metrics)
    {
        if (metrics[0].Step is { } step)
        {
            // A log that begins at 0 has made one step then; one that begins later resumes, or logs every n steps.
            _firstStep ??= step;
            _named = Math.Max(_named, _firstStep == 0 ? step + 1 : step);
        }
        else
        {
            _records++;
        }
    }

    // Only a bar without a title is the trainer's own: loading and tokenizing have one.
    [GeneratedRegex(@"^\s*\d{1,3}%\|[^|]*\|\s*(?<done>\d+)/(?<total>\d+)\s*\[", RegexOptions.CultureInvariant)]
    private static partial Regex Bar();
}
