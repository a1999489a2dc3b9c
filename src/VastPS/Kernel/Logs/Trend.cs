using VastPS.Basics;

namespace VastPS.Kernel.Logs;

/// <summary>Where a series goes, by measures that single outliers do not move.</summary>
/// <param name="First">Median of the first fifth.</param>
/// <param name="Last">Median of the last fifth.</param>
/// <param name="Slope">Per value, after Theil and Sen: the median of the slopes between all pairs.</param>
/// <param name="Noise">Median distance from the line of that slope.</param>
internal sealed record Trend(double First, double Last, double Slope, double Noise)
{
    /// <summary>Fewer values show no trend.</summary>
    public const int LeastValues = 5;

    // All pairs of more values take long and say no more.
    private const int MostValues = 300;

    /// <summary>The verdict: a change counts where it is above 1 % and above twice the noise.</summary>
    public VastTrend Verdict
    {
        get
        {
            double change = Last - First;
            return Math.Abs(change) <= Math.Max(Math.Abs(First) * 0.01, 2 * Noise) || Math.Sign(change) != Math.Sign(Slope)
                ? VastTrend.Flat
                : change < 0 ? VastTrend.Falls : VastTrend.Rises;
        }
    }

    /// <summary>The trend of finite values; null where there are too few. Values that are not finite are left out.</summary>
    public static Trend? Of(IEnumerable<double> values)
    {
        double[] all = [.. values.Where(double.IsFinite)];
        if (all.Length < LeastValues)
        {
            return null;
        }

        int fifth = Math.Max(1, all.Length / 5);
        double[] few = Thin(all);
        double slope = SlopeOf(few);
        double middle = Statistics.Median(few.Select((y, x) => y - (slope * x)));
        double noise = Statistics.Median(few.Select((y, x) => Math.Abs(y - (slope * x) - middle)));
        return new Trend(
            Statistics.Median(all[..fifth]), Statistics.Median(all[^fifth..]), slope * (few.Length - 1) / (all.Length - 1), noise);
    }

    private static double[] Thin(double[] all) => all.Length <= MostValues
        ? all
        : [.. Enumerable.Range(0, MostValues).Select(i => all[(int)((long)i * (all.Length - 1) / (MostValues - 1))])];

    private static double SlopeOf(double[] values)
    {
        var slopes = new List<double>(values.Length * (values.Length - 1) / 2);
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
            {
                slopes.Add((values[j] - values[i]) / (j - i));
            }
        }

        return Statistics.Median(slopes);
    }
}
