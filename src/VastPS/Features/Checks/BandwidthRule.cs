using System.Globalization;
using VastPS.Basics;

namespace VastPS.Features.Checks;

/// <summary>One timed download as the box reported it.</summary>
/// <param name="Uri">Where from.</param>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Seconds">From the first byte to the last.</param>
/// <param name="Failure">What went wrong; empty for a usable sample.</param>
internal sealed record BandwidthSample(string Uri, long Bytes, double Seconds, string Failure)
{
    /// <summary>Megabits per second.</summary>
    public double Mbps => Seconds > 0 ? Bytes * 8 / Seconds / 1e6 : 0;

    /// <summary>Too little data or time says nothing about the rate.</summary>
    public bool IsUsable => Failure.Length == 0 && Bytes >= 16_384 && Seconds >= 0.005;

    public override string ToString() => Failure.Length > 0
        ? $"{Uri}: {Failure}"
        : string.Create(CultureInfo.InvariantCulture, $"{Uri}: {Mbps:0.0} Mbps ({Bytes / 1e6:0.0} MB in {Seconds:0.00} s)");
}

/// <summary>From timed downloads to a verdict.</summary>
internal static class BandwidthRule
{
    // A host below half of what it advertises is usable but not as promised.
    private const double AdvertisedShare = 0.5;

    /// <summary>Median of the usable samples, in Mbps; null where none is usable.</summary>
    public static double? Median(IEnumerable<BandwidthSample> samples)
    {
        double[] rates = [.. samples.Where(s => s.IsUsable).Select(s => s.Mbps)];
        return rates.Length > 0 ? Statistics.Median(rates) : null;
    }

    /// <summary>The verdict: Fail below the demand, Warn below half the advertised rate, Unknown without a usable sample.</summary>
    public static VastCheckStatus Judge(double? medianMbps, double? minMbps, double? advertisedMbps) => medianMbps switch
    {
        null => VastCheckStatus.Unknown,
        double m when m < minMbps => VastCheckStatus.Fail,
        double m when m < advertisedMbps * AdvertisedShare => VastCheckStatus.Warn,
        _ => VastCheckStatus.Pass,
    };

    /// <summary>How long a download takes at this rate.</summary>
    public static TimeSpan DownloadTime(double sizeGB, double mbps) => TimeSpan.FromSeconds(sizeGB * 8000 / mbps);
}
