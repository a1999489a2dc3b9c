namespace VastPS.Bench;

/// <summary>
/// How the range does on sources that it was not fitted on: for each source the pessimistic end is set by the rows of the other
/// sources alone, class by class, and the rows of that source are judged by it.
/// </summary>
internal static class HeldOut
{
    // Of the rows that the end is set by so many may lie beyond it.
    private const double MayBeBeyond = 0.04;

    // A class that so few other sources have measured is set by all classes, and wider.
    private const int FewSources = 4;
    private const double FewSourcesWider = 1.10;

    /// <summary>The points, each with the range that the other sources give it.</summary>
    public static IReadOnlyList<Point> Points(IReadOnlyList<Point> points) =>
    [
        .. from source in points.GroupBy(p => p.Row["source"])
           let others = points.Where(p => p.Row["source"] != source.Key).ToArray()
           from kind in source.GroupBy(p => p.Group)
           let factor = Factor(others, kind.Key)
           from point in kind
           select Widened(point, factor),
    ];

    private static double Factor(Point[] others, string kind)
    {
        Point[] alike = [.. others.Where(p => p.Group == kind)];
        return alike.Select(p => p.Row["source"]).Distinct().Count() >= FewSources ? Smallest(alike) : FewSourcesWider * Smallest(others);
    }

    // The least factor on the pessimistic end that leaves so few beyond it.
    private static double Smallest(Point[] points)
    {
        double[] needed = [.. points.Select(Needed).Order()];
        return needed.Length == 0 ? 1 : Math.Max(1, needed[Math.Max(0, (int)Math.Ceiling((1 - MayBeBeyond) * needed.Length) - 1)]);
    }

    private static double Needed(Point point) =>
        point.Pessimistic >= point.Optimistic ? point.Measured / point.Pessimistic : point.Pessimistic / point.Measured;

    private static Point Widened(Point point, double factor) => point with
    {
        Pessimistic = point.Pessimistic >= point.Optimistic ? point.Pessimistic * factor : point.Pessimistic / factor,
        Width = point.Width * factor,
    };
}
