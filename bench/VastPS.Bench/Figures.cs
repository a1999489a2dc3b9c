namespace VastPS.Bench;

/// <summary>How well a set of points was estimated.</summary>
internal sealed class Figures
{
    public Figures(IReadOnlyCollection<Point> points)
    {
        Count = points.Count;
        MedianError = Quantile(points.Select(p => p.Error), 0.5);
        Error90 = Quantile(points.Select(p => p.Error), 0.9);
        Within20 = Share(points, p => p.Error <= 0.20);
        Beyond = Share(points, p => p.IsBeyond);
        Inside =
            Share(points, p => p.Measured >= Math.Min(p.Optimistic, p.Pessimistic) && p.Measured <= Math.Max(p.Optimistic, p.Pessimistic));
        MedianWidth = Quantile(points.Select(p => p.Width), 0.5);
        Width90 = Quantile(points.Select(p => p.Width), 0.9);
        double[] naive = [.. points.Select(p => p.NaiveError).OfType<double>()];
        NaiveMedianError = naive.Length > 0 ? Quantile(naive, 0.5) : null;
        NaiveError90 = naive.Length > 0 ? Quantile(naive, 0.9) : null;
    }

    public int Count { get; }

    public double MedianError { get; }

    public double Error90 { get; }

    /// <summary>Share of the points that Base meets to 20 %.</summary>
    public double Within20 { get; }

    /// <summary>Share of the points beyond Pessimistic: of memory the ones that would not have fitted.</summary>
    public double Beyond { get; }

    /// <summary>Share of the points within the range.</summary>
    public double Inside { get; }

    public double MedianWidth { get; }

    public double Width90 { get; }

    public double? NaiveMedianError { get; }

    public double? NaiveError90 { get; }

    // Of an even number of points the upper of the two in the middle: never the kinder one.
    private static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    private static double Share(IReadOnlyCollection<Point> points, Func<Point, bool> condition) =>
        points.Count == 0 ? double.NaN : points.Count(condition) / (double)points.Count;
}
