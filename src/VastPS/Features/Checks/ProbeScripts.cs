using System.Globalization;
using VastPS.Basics;

namespace VastPS.Features.Checks;

/// <summary>Shell text sent to a box, with the reader of what comes back. POSIX sh and curl only.</summary>
internal static class ProbeScripts
{
    private const string Mark = "vastps-sample";

    /// <summary>
    /// Downloads from each address in turn: one short warm-up, then the samples, each cut off after
    /// <paramref name="sampleTime"/>. A slow host costs as much time as a fast one.
    /// </summary>
    public static string Download(IReadOnlyList<Uri> uris, int samples, TimeSpan warmUp, TimeSpan sampleTime)
    {
        string addresses = string.Join(' ', uris.Select(u => Kernel.Text.ShellQuote.Word(u.AbsoluteUri)));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            command -v curl >/dev/null 2>&1 || { echo '{{Mark}} - 0 0 0 127'; exit 0; }
            probe() {
                out=$(curl --silent --location --output /dev/null --connect-timeout 5 --max-time "$2" \
                    --write-out '%{size_download} %{time_starttransfer} %{time_total} %{http_code}' "$1") ; code=$?
                [ "$3" = warm ] || echo "{{Mark}} $1 $out $code"
            }
            set -- {{addresses}}
            probe "$1" {{warmUp.TotalSeconds:0.0}} warm
            n=0
            while [ "$n" -lt {{samples}} ]; do
                probe "$1" {{sampleTime.TotalSeconds:0.0}} sample
                first=$1; shift; set -- "$@" "$first"
                n=$((n + 1))
            done
            """);
    }

    /// <summary>
    /// The samples in what <see cref="Download"/> printed; a line that cannot be read is a failed sample, never a missing one.
    /// </summary>
    public static IReadOnlyList<BandwidthSample> ReadDownload(string output)
    {
        var samples = new List<BandwidthSample>();
        foreach (string line in TextLines.Filled(Kernel.Text.TerminalText.Clean(output)))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts is [Mark, string uri, ..])
            {
                samples.Add(parts.Length == 7 ? Sample(uri, parts) : new BandwidthSample(uri, 0, 0, "curl printed: " + line));
            }
        }

        return samples;
    }

    private static BandwidthSample Sample(string uri, string[] parts)
    {
        bool read = TryNumber(parts[2], out double bytes) & TryNumber(parts[3], out double first) & TryNumber(parts[4], out double total);
        string failure = (read, parts[6], parts[5]) switch
        {
            (false, _, _) => "curl printed: " + string.Join(' ', parts),
            (_, "127", _) => "curl is not installed on the box",
            (_, "0" or "28", ['2', ..]) => "", // 28: cut off at the time limit, which is the plan
            (_, "0" or "28", "000") => "no answer in time",
            (_, "0" or "28", string code) => "the server answered " + code,
            (_, "6", _) => "the name could not be resolved",
            (_, "7", _) => "the connection was refused",
            (_, string code, _) => "curl ended with code " + code,
        };
        return new BandwidthSample(uri, (long)bytes, total - first, failure);
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
