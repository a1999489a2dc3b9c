using System.Globalization;

namespace VastPS.Bench;

/// <summary>How well the measured runs of a file are estimated, as a table.</summary>
internal static class AccuracyReport
{
    public static int Write(TextWriter to, string path)
    {
        if (!File.Exists(path))
        {
            to.WriteLine($"There is no file {path}.");
            return 1;
        }

        IReadOnlyList<MeasuredRow> rows = MeasuredRow.Read(path);
        Table(to, "VRAM of one GPU", MemoryAccuracy.Vram(rows), rows.Where(r => r.Kind == "memory"));
        Table(to, "System RAM", MemoryAccuracy.Ram(rows), rows.Where(r => r.Kind == "host_ram"));
        Table(to, "Saved files", MemoryAccuracy.Disk(rows), rows.Where(r => r.Kind == "disk"));
        Table(to, "Training throughput", ThroughputAccuracy.Training(rows), rows.Where(r => r.Kind == "throughput"));
        to.WriteLine(
            "error = |Base / measured - 1|, beyond = share that needed more memory or time than Pessimistic, width = Pessimistic / Base; "
            + "of throughput: Optimistic / Pessimistic.");
        to.WriteLine("Rows of quality C (caps and the authors' own estimates) are left out.");
        return 0;
    }

    private static void Table(TextWriter to, string title, IReadOnlyList<Point> points, IEnumerable<MeasuredRow> rows)
    {
        if (points.Count == 0)
        {
            return;
        }

        to.WriteLine(title);
        to.WriteLine(string.Format(CultureInfo.InvariantCulture, "  {0,-12}{1,6}{2,10}{3,8}{4,11}{5,8}{6,8}{7,13}{8,8}{9,10}{10,8}",
            "", "rows", "error p50", "p90", "within 20%", "inside", "beyond", "width p50", "p90", "naive p50", "p90"));
        Lines(to, points);
        IReadOnlyList<Point> heldOut = HeldOut.Points(points);
        to.WriteLine("  each source by a range that the other sources give");
        Lines(to, heldOut);

        foreach (IGrouping<string, MeasuredRow> reason in rows.Where(r => r.Quality is "A" or "B")
            .GroupBy(Reason).Where(g => g.Key.Length > 0))
        {
            to.WriteLine($"  not described: {reason.Count()} ({reason.Key})");
        }

        to.WriteLine();
    }

    private static string Reason(MeasuredRow row)
    {
        if (row.Kind == "throughput")
        {
            return ThroughputAccuracy.Reason(row);
        }

        RowWorkload.Of(row, out string reason);
        return reason;
    }

    private static void Lines(TextWriter to, IReadOnlyList<Point> points)
    {
        Line(to, "all", points);
        foreach (IGrouping<string, Point> group in points.GroupBy(p => p.Group).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Line(to, group.Key, [.. group]);
        }
    }

    private static void Line(TextWriter to, string name, IReadOnlyCollection<Point> points)
    {
        var f = new Figures(points);
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-12}{f.Count,6}{f.MedianError,10:P1}{f.Error90,8:P0}{f.Within20,11:P0}{f.Inside,8:P0}{f.Beyond,8:P1}{f.MedianWidth,13:0.00}{f.Width90,8:0.00}{f.NaiveMedianError,10:P0}{f.NaiveError90,8:P0}"));
    }
}
