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

    /// <summary>POSIX sh; sections gpu, ecc, remap, slow and apps.</summary>
    public static string Body { get; } = $$"""
        ask() { section "$1" timeout -k 2 10 nvidia-smi "--query-gpu=$2" --format=csv,noheader,nounits; }
        if command -v nvidia-smi >/dev/null 2>&1; then
            ask gpu index,uuid,name,driver_version,memory.total,memory.used,utilization.gpu,temperature.gpu
            ask ecc index,ecc.errors.uncorrected.volatile.total
            ask remap index,remapped_rows.pending,remapped_rows.failure
            ask slow {{Slowdowns("clocks_event_reasons")}} || ask slow {{Slowdowns("clocks_throttle_reasons")}}
            section apps timeout -k 2 10 nvidia-smi --query-compute-apps=pid,process_name,used_gpu_memory --format=csv,noheader,nounits
        fi

        """;

    /// <summary>What the sections say. A line that is no GPU is a complaint, never a GPU.</summary>
    public static GpuReport Read(IReadOnlyList<ProbeSection> sections)
    {
        if (sections.Find("gpu") is not { } asked)
        {
            return new GpuReport([], ["nvidia-smi did not answer, or is not installed on the box"], HasAnswered: false, []);
        }

        GpuReading?[] rows = [.. asked.Lines.Select(Row)];
        List<string> complaints = [.. asked.Lines.Where((_, i) => rows[i] is null).Select(Complaint)];
        if (asked.ExitCode != 0 && complaints.Count == 0)
        {
            complaints.Add(asked.ExitCode == 124
                ? "nvidia-smi hung for 10 s"
                : FormattableString.Invariant($"nvidia-smi ended with code {asked.ExitCode}"));
        }

        ILookup<int, string[]> ecc =
            Table(sections, "ecc", 2), remap = Table(sections, "remap", 3), slow = Table(sections, "slow", 1 + s_slowdowns.Length);
        return new GpuReport(
            [.. rows.OfType<GpuReading>().Select(gpu => gpu with
            {
                UncorrectedErrors = ecc[gpu.Index].Select(c => ProbeText.Number(c[1])).FirstOrDefault(),
                HasRemapTrouble = remap[gpu.Index].Select(IsRemapTrouble).FirstOrDefault(),
                Slowdowns = slow[gpu.Index].Select(ActiveSlowdowns).FirstOrDefault(),
            })],
            complaints,
            HasAnswered: true,
            [.. sections.LinesOf("apps").Where(l => Cells(l).Length == 3).Select(TerminalText.Clean)]);
    }

    private static GpuReading? Row(string line) =>
        Cells(line) is [string index, string uuid, string name, string driver, string total, string used, string busy, string heat]
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int at)
            ? new GpuReading(
                at,
                Word(uuid),
                Word(name),
                Word(driver),
                ProbeText.Number(total),
                ProbeText.Number(used),
                ProbeText.Number(busy),
                ProbeText.Number(heat))
            : null;

    private static ILookup<int, string[]> Table(IReadOnlyList<ProbeSection> sections, string name, int columns) =>
        sections.LinesOf(name).Select(Cells)
            .Where(c => c.Length == columns && int.TryParse(c[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .ToLookup(c => int.Parse(c[0], CultureInfo.InvariantCulture));

    private static bool? IsRemapTrouble(string[] cells) =>
        cells[1] == "Yes" || cells[2] == "Yes" ? true : cells[1] == "No" && cells[2] == "No" ? false : null;

    private static IReadOnlyList<string>? ActiveSlowdowns(string[] cells) =>
        cells.Skip(1).All(c => c is "Active" or "Not Active") ? [.. s_slowdowns.Where((_, i) => cells[i + 1] == "Active")] : null;

    private static string[] Cells(string line) => line.Split(',', StringSplitOptions.TrimEntries);

    // [N/A], [Not Supported], N/A, ERR!, [Unknown Error]: the driver does not tell.
    private static string? Word(string cell) =>
        cell.Length == 0 || cell[0] == '[' || cell is "N/A" or "ERR!" ? null : TerminalText.Clean(cell);

    private static string Complaint(string line) =>
        TerminalText.Clean(line) is var clean && clean.Length > LongestComplaint ? clean[..LongestComplaint] : clean;

    private static string Slowdowns(string group) => "index," + string.Join(',', s_slowdowns.Select(s => $"{group}.{s}"));
}
