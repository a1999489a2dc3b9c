using VastPS.Basics;

namespace VastPS.Features.Runs;

/// <summary>Reads the time of a step from what was logged.</summary>
internal static class LogPaceRule
{
    // Fewer steps say nothing about speed; the first ones compile kernels and fill caches.
    private const int LeastSteps = 10;
    private const int LeastWarmUp = 5;
    private const int Pieces = 9;

    // Of a normal distribution: its standard deviation over the median of deviations; the error of a quartile over that of a mean.
    private const double NormalSpread = 1.4826;
    private const double QuartileError = 1.3626;
    private const double LeastNoise = 0.15;

    private static readonly TimeSpan s_leastSpan = TimeSpan.FromSeconds(30);

    /// <summary>The last step of some metrics; null where none names its step.</summary>
    public static long? Reached(IReadOnlyList<VastMetric> metrics) => metrics.Select(m => m.Step).LastOrDefault(s => s is not null);

    /// <summary>
    /// The step time by the best that there is: steps that passed between two looks, the times of the lines, else the whole time
    /// over all steps, which holds the start as well. Null where too few steps were seen.
    /// </summary>
    /// <param name="metrics">Of the log until the second look.</param>
    /// <param name="first">The step that the first look saw.</param>
    /// <param name="between">Between the looks.</param>
    /// <param name="elapsed">Since the start of the run.</param>
    public static MeasuredStep? Measure(IReadOnlyList<VastMetric> metrics, long? first, TimeSpan between, TimeSpan elapsed)
    {
        long? last = Reached(metrics);
        return last - first is >= LeastSteps and var passed
            ? new MeasuredStep(between / passed, FormattableString.Invariant($"{passed} steps in {Duration.Format(between)}"))
            {
                AtLeast = between / (passed + 1),
            }
            : OfLines(metrics) ?? (last is >= LeastSteps and var all
                ? new MeasuredStep(elapsed / all, FormattableString.Invariant($"{all} steps in {Duration.Format(elapsed)}"), IsAtMost: true)
                : null);
    }

    /// <summary>
    /// What a step takes at least by some windows. The first quartile, because pauses spoil the slower windows, less three of its
    /// standard errors; few windows may agree by chance, so each is taken to be off by some percent.
    /// </summary>
    public static TimeSpan AtLeast(IReadOnlyList<TimeSpan> windows)
    {
        double[] seconds = [.. windows.Select(w => w.TotalSeconds)];
        double median = Statistics.Median(seconds);
        double spread = Math.Max(
            NormalSpread * Statistics.Median(seconds.Select(s => Math.Abs(s - median))), LeastNoise * median);
        double quartile = Statistics.Quantile(seconds, 0.25);
        return TimeSpan.FromSeconds(Math.Max(0, quartile - (3 * QuartileError * spread / Math.Sqrt(seconds.Length))));
    }

    // Pieces, so that neither seconds that are cut off nor a stall moves the median.
    private static MeasuredStep? OfLines(IReadOnlyList<VastMetric> metrics)
    {
        (long Step, DateTimeOffset At)[] marks =
        [
            .. metrics.Where(m => m is { Step: not null, Time: not null })
                .Select(m => (Step: m.Step!.Value, At: m.Time!.Value)).DistinctBy(m => m),
        ];

        // From the last number that is smaller than the one before on: what came earlier was another training.
        int begin = 0;
        for (int i = 1; i < marks.Length; i++)
        {
            begin = marks[i].Step < marks[i - 1].Step ? i : begin;
        }

        marks = [.. marks[begin..].DistinctBy(m => m.Step)];
        if (marks.Length < 2)
        {
            return null;
        }

        long warmUp = marks[0].Step + Math.Max(LeastWarmUp, (marks[^1].Step - marks[0].Step) / 10);
        (long Step, DateTimeOffset At)[] clean = [.. marks.Where(m => m.Step >= warmUp)];
        if (clean.Length < 2 || clean[^1].Step - clean[0].Step < LeastSteps || clean[^1].At - clean[0].At < s_leastSpan)
        {
            return null;
        }

        int pieces = Math.Min(Pieces, clean.Length - 1);
        double[] each =
        [
            .. Enumerable.Range(0, pieces)
                .Select(i => (From: clean[i * (clean.Length - 1) / pieces], To: clean[(i + 1) * (clean.Length - 1) / pieces]))
                .Select(p => (p.To.At - p.From.At).TotalSeconds / (p.To.Step - p.From.Step)),
        ];
        double median = Statistics.Median(each);
        return median > 0
            ? new MeasuredStep(TimeSpan.FromSeconds(median), FormattableString.Invariant(
                $"the times of {clean[^1].Step - clean[0].Step} steps in the log"))
            : null;
    }
}
