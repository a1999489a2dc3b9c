using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>Which curves are drawn of the metrics of a log.</summary>
internal static class CurvePlan
{
    /// <summary>A curve for each metric that is wanted: where none is named, loss and reward, and of a log that has neither all.</summary>
    /// <param name="from">Where they were read; empty where nobody said.</param>
    /// <param name="metrics">In the order of the log.</param>
    /// <param name="wanted">What was named.</param>
    public static IReadOnlyList<Curve> Curves(string from, IReadOnlyList<VastMetric> metrics, IReadOnlyList<Func<VastMetric, bool>> wanted)
    {
        VastMetric[] meant = [.. metrics.Where(m => wanted.Any(w => w(m)))];
        if (wanted.Count == 0)
        {
            meant = [.. metrics.Where(m => m.CommonName is MetricNames.Loss or MetricNames.Reward)];
            meant = meant.Length > 0 ? meant : [.. metrics];
        }

        return
        [
            .. meant.GroupBy(m => m.CommonName ?? m.Name)
                .Select(g => (Name: g.Key, Series: MetricNames.Series([.. g], g.Key)))
                .Where(c => c.Series.Count > 0)
                .Select(c => Curve.Of(c.Name, from, c.Series)),
        ];
    }
}
