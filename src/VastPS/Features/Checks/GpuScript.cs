using System.Globalization;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>
/// Asks nvidia-smi, and reads what it says. Each group of fields is asked for by itself: a driver that does not know
/// one field answers with nothing at all.
/// </summary>
internal static class GpuScript
{
    private const int LongestComplaint = 200;

    private static readonly string[] s_slowdowns = ["hw_slowdown", "hw_thermal_slowdown", "sw_thermal_slowdown", "hw_power_brake_slowdown"];

    // nvidia-smi's own code for a damaged infoROM: it says so below rows that are good.
    private const int InfoRomCode = 14;

    /// <summary>POSIX sh; sections gpu, ecc, remap, slow, apps, mig and list.</summary>
    public static string Body { get; } = $$"""
        ask() { section "$1" timeout -k 2 10 nvidia-smi "--query-gpu=$2" --format=csv,noheader,nounits; }
        if command -v nvidia-smi >/dev/null 2>&1; then
            ask gpu index,uuid,name,driver_version,memory.total,memory.used,utilization.gpu,temperature.gpu
            ask ecc index,ecc.errors.uncorrected.volatile.total
            ask remap index,remapped_rows.pending,remapped_rows.failure
            ask slow {{Slowdowns("clocks_event_reasons")}} || ask slow {{Slowdowns("clocks_throttle_reasons")}}
            section apps timeout -k 2 10 nvidia-smi --query-compute-apps=pid,process_name,used_gpu_memory --format=csv,noheader,nounits
            ask mig index,mig.mode.current
            section list timeout -k 2 10 nvidia-smi -L
        fi

        """;

    /// <summary>What the sections say. A line that is no GPU is a complaint, never a GPU.</summary>
    public static GpuReport Read(IReadOnlyList<ProbeSection> sections)
    {
        if (sections.Find("gpu") is not { } asked)
        {
            return new GpuReport([], ["nvidia-smi did not answer, or is not installed on the box"], HasAnswered: false, []);
        }

        GpuReading?[] rows = [.. asked.Lines.Select(GpuRowParser.Row)];
        ILookup<bool, string> words = asked.Lines.Where((_, i) => rows[i] is null).Select(Shortened).ToLookup(GpuRowParser.IsWarning);
        ILookup<int, string[]> ecc = Table(sections, "ecc", 2), remap = Table(sections, "remap", 3);
        ILookup<int, string[]> slow = Table(sections, "slow", 1 + s_slowdowns.Length), mig = Table(sections, "mig", 2);
        return new GpuReport(
            [.. rows.OfType<GpuReading>().Select(gpu => gpu with
            {
                UncorrectedErrors = ecc[gpu.Index].Select(c => ProbeText.Number(c[1])).FirstOrDefault(),
                HasRemapTrouble = remap[gpu.Index].Select(IsRemapTrouble).FirstOrDefault(),
                Slowdowns = slow[gpu.Index].Select(ActiveSlowdowns).FirstOrDefault(),
                IsSliced = mig[gpu.Index].Any(c => c[1] == "Enabled"),
                Faults = [.. gpu.Faults.Concat(ecc[gpu.Index].Select(c => GpuRowParser.Fault(c[1])).OfType<string>()).Distinct()],
            })],
            words.Contains(false) ? [.. words[false]] : [.. OfCode(asked.ExitCode)],
            HasAnswered: true,
            [.. sections.LinesOf("apps").Where(l => GpuRowParser.Cells(l).Length == 3).Select(TerminalText.Clean)])
        {
            Warnings = asked.ExitCode == InfoRomCode && !words.Contains(true)
                ? [FormattableString.Invariant($"nvidia-smi ended with code {InfoRomCode}: the infoROM of a GPU is damaged")]
                : [.. words[true]],
            SliceGiB = [.. sections.LinesOf("list").Select(GpuRowParser.SliceGiB).OfType<double>()],
        };
    }

    private static IEnumerable<string> OfCode(int exitCode) => exitCode switch
    {
        0 or InfoRomCode => [],
        124 => ["nvidia-smi hung for 10 s"],
        _ => [FormattableString.Invariant($"nvidia-smi ended with code {exitCode}")],
    };

    private static ILookup<int, string[]> Table(IReadOnlyList<ProbeSection> sections, string name, int columns) =>
        (sections.Find(name) is { ExitCode: 0 or InfoRomCode } good ? good.Lines : []).Select(GpuRowParser.Cells)
            .Where(c => c.Length == columns && int.TryParse(c[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .ToLookup(c => int.Parse(c[0], CultureInfo.InvariantCulture));

    private static bool? IsRemapTrouble(string[] cells) =>
        cells[1] == "Yes" || cells[2] == "Yes" ? true : cells[1] == "No" && cells[2] == "No" ? false : null;

    private static IReadOnlyList<string>? ActiveSlowdowns(string[] cells) =>
        cells.Skip(1).All(c => c is "Active" or "Not Active") ? [.. s_slowdowns.Where((_, i) => cells[i + 1] == "Active")] : null;

    private static string Shortened(string line) =>
        TerminalText.Clean(line) is var clean && clean.Length > LongestComplaint ? clean[..LongestComplaint] : clean;

    private static string Slowdowns(string group) => "index," + string.Join(',', s_slowdowns.Select(s => $"{group}.{s}"));
}
