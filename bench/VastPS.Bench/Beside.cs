using System.Globalization;

namespace VastPS.Bench;

/// <summary>Our figures beside another's of the same run, with the bar for their ratio.</summary>
internal static class Beside
{
    /// <summary>The median of each side.</summary>
    public static (double Ours, double Theirs) Medians(IReadOnlyCollection<(double Ours, double Theirs)> each) =>
        (Median(each.Select(e => e.Ours)), Median(each.Select(e => e.Theirs)));

    /// <summary>The middle one; of an even number the upper of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Writes a line; false where a bar is missed.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="what">What was measured.</param>
    /// <param name="figures">Both, in the same unit.</param>
    /// <param name="limit">The most that the ratio may be; NaN for no bar.</param>
    public static bool Tell(TextWriter to, string what, (double Ours, double Theirs) figures, double limit)
    {
        double ratio = figures.Ours / figures.Theirs;
        bool met = !(ratio > limit);
        string bar = double.IsNaN(limit)
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"   {(met ? "within" : "MISSED")} {limit:0.0}");
        to.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"  {what,-58}{figures.Ours,9:0.0}{figures.Theirs,10:0.0}{ratio,8:0.00}{bar}"));
        return met;
    }
}
