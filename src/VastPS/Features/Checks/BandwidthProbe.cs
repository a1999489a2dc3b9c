using VastPS.Kernel.Connections;

namespace VastPS.Features.Checks;

/// <summary>What to measure and what to hold it against.</summary>
/// <param name="Uris">Download addresses, used in turn.</param>
/// <param name="Samples">Timed downloads after the warm-up.</param>
/// <param name="SampleTime">Each sample is cut off after this long.</param>
/// <param name="MinMbps">The demand in Mbps; null for none.</param>
/// <param name="SizeGB">What will be downloaded later, in GB; null where nobody said.</param>
internal sealed record BandwidthOptions(IReadOnlyList<Uri> Uris, int Samples, TimeSpan SampleTime, double? MinMbps, double? SizeGB);

/// <summary>Measures on the box what it can really download.</summary>
internal static class BandwidthProbe
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    // Connecting, starting curl and the way back, on top of the samples.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(15);

    /// <summary>One check result: the median of the samples against the demand and the advertised rate.</summary>
    public static async Task<VastCheckResult> RunAsync(
        VastInstance instance, ISshLink link, BandwidthOptions options, CancellationToken stop)
    {
        var command = new SshCommandSpec(ProbeScripts.Download(options.Uris, options.Samples, s_warmUp, options.SampleTime))
        {
            Timeout = s_warmUp + (options.SampleTime * options.Samples) + s_margin,
        };
        SshResult ran = await link.RunAsync(command, stop).ConfigureAwait(false);
        IReadOnlyList<BandwidthSample> samples = ProbeScripts.ReadDownload(ran.Stdout);
        double? median = BandwidthRule.Median(samples);
        VastCheckStatus status = BandwidthRule.Judge(median, options.MinMbps, instance.DownMbps);
        var measured = new Measurement(median, options.MinMbps ?? instance.DownMbps, "Mbps");
        return new VastCheckResult
        {
            InstanceId = instance.InstanceId,
            MachineId = instance.MachineId,
            Name = "Download",
            Status = status,
            Measured = measured.Value,
            Expected = measured.Expected,
            Unit = measured.Unit,
            Finding = (measured with { Expected = options.MinMbps }).Phrase,
            Note = status == VastCheckStatus.Warn
                ? FormattableString.Invariant($"below the {instance.DownMbps:0} advertised")
                : CheckResultFactory.Note(status, measured),
            Evidence = Evidence(instance, samples, ran, median, options.SizeGB),
            Fix = Fix(status, instance, samples),
        };
    }

    private static List<string> Evidence(
        VastInstance instance, IReadOnlyList<BandwidthSample> samples, SshResult ran, double? median, double? sizeGB)
    {
        List<string> lines = [.. samples.Select(s => s.ToString())];
        if (samples.Count == 0)
        {
            lines.Add($"no sample came back: {(ran.TimedOut ? "time limit" : Kernel.Text.TerminalText.Line(ran.Stderr).Trim())}");
        }

        if (instance.DownMbps is { } advertised)
        {
            lines.Add(FormattableString.Invariant($"advertised: {advertised:0} Mbps"));
        }

        if (sizeGB is { } size && median is { } rate)
        {
            lines.Add(
                FormattableString.Invariant($"{size:0.#} GB will take {Basics.Duration.Format(BandwidthRule.DownloadTime(size, rate))}"));
        }

        return lines;
    }

    private static string Fix(VastCheckStatus status, VastInstance instance, IReadOnlyList<BandwidthSample> samples) => status switch
    {
        VastCheckStatus.Pass => "",
        VastCheckStatus.Unknown when samples.Any(s => s.Failure.Contains("not installed", StringComparison.Ordinal)) =>
            $"Invoke-VastCommand -InstanceId {instance.InstanceId} -Command 'apt-get update && apt-get install -y curl'",
        VastCheckStatus.Unknown => $"Test-VastBandwidth -InstanceId {instance.InstanceId} -Uri <an address that this box can reach>",
        _ => $"Remove-VastInstance -InstanceId {instance.InstanceId}   # and rent another machine",
    };
}
