using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>The download probe of a box, download.sh, with the reader of what comes back.</summary>
internal static class ProbeScripts
{
    private const string Mark = "vastps-sample";

    /// <summary>
    /// Downloads from each address in turn: one short warm-up, then the samples, each cut off after
    /// <paramref name="sampleTime"/>. A slow host costs as much time as a fast one. curl, wget, Python or bash alone will do.
    /// </summary>
    public static string Download(IReadOnlyList<Uri> uris, int samples, TimeSpan warmUp, TimeSpan sampleTime) =>
        $"exec sh -c {ShellQuote.Word(EmbeddedText.Read("download.sh"))} vastps "
        + string.Create(CultureInfo.InvariantCulture, $"{warmUp.TotalSeconds:0.0} {sampleTime.TotalSeconds:0.0} {samples} ")
        + ShellQuote.Join(uris.Select(u => u.AbsoluteUri));

    /// <summary>
    /// The samples in what <see cref="Download"/> printed; a line that cannot be read is a failed sample, never a missing one.
    /// </summary>
    public static IReadOnlyList<BandwidthSample> ReadDownload(string output)
    {
        var samples = new List<BandwidthSample>();
        foreach (string line in TextLines.Filled(TerminalText.Clean(output)))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts is [Mark, string tool, string uri, ..])
            {
                samples.Add(parts.Length == 8
                    ? Sample(tool, uri, parts[3..])
                    : new BandwidthSample(uri, 0, 0, $"{tool} printed: {line}"));
            }
        }

        return samples;
    }

    private static BandwidthSample Sample(string tool, string uri, string[] parts)
    {
        bool read = TryNumber(parts[0], out double bytes) & TryNumber(parts[1], out double first) & TryNumber(parts[2], out double total);
        string failure = (read, parts[4], parts[3]) switch
        {
            (false, _, _) => $"{tool} printed: {string.Join(' ', parts)}",
            (_, "127", _) => "the box has neither curl nor wget, Python or bash; curl is not installed",
            (_, "0" or "28", ['2', ..]) => "", // 28: cut off at the time limit, which is the plan
            (_, "0" or "28", "000") => "no answer in time",
            (_, _, [not '0', ..] code) when !code.StartsWith('2') => "the server answered " + code,
            (_, "2", _) when tool == "bash" => "bash alone speaks no https, and curl is not installed",
            (_, "6", _) => "the name could not be resolved",
            (_, "7", _) => tool == "bash" ? "no connection" : "the connection was refused",
            (_, "4", _) when tool == "wget" => "no connection",
            (_, string code, _) => $"{tool} ended with code {code}",
        };
        return new BandwidthSample(uri, (long)bytes, total - first, failure);
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
