namespace VastPS.Basics;

/// <summary>Measures of a set of numbers that single outliers do not move.</summary>
internal static class Statistics
{
    /// <summary>The middle value, or the mean of the two in the middle; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length switch
        {
            0 => double.NaN,
            int n when n % 2 == 1 => sorted[n / 2],
            int n => (sorted[(n / 2) - 1] + sorted[n / 2]) / 2,
        };
    }

    /// <summary>The value below which a share of all lies; NaN of nothing.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
