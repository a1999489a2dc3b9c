namespace VastPS.Basics;

/// <summary>
/// Whether the GPUs of a machine are linked by more than PCIe. Vast's bw_nvlink is a measurement that is missing on about half of
/// the SXM machines; the board is a fact.
/// </summary>
internal static class Nvlink
{
    // Boards whose GPUs are soldered to their links or sold as linked pairs. B200, B300, GB200, GH200, H20, H200 and H800 come on such
    // boards alone; the MI200 and MI300 modules have AMD's links of the same kind.
    private static readonly string[] s_linked =
        ["SXM", "HGX", "NVL", "B200", "B300", "GB200", "GB300", "GH200", "H20", "H200", "H800", "MI250X", "MI300X", "MI325X", "MI355X"];

    // Cards with a connector for a bridge that is sold apart (makers' data sheets), and names that do not tell the board.
    private static readonly string[] s_bridged =
    [
        "A100",
        "A800", "H100", "A30", "A40", "A4500", "A5000", "A5500", "A6000", "3090", "TITAN RTX", "Q RTX 5000", "Q RTX 6000", "Q RTX 8000",
        "2080", "2080S", "V100", "P100", "GV100", "GP100",
    ];

    /// <summary>True or false where that is certain; null where only the machine itself could tell.</summary>
    /// <param name="gpuName">As Vast spells it.</param>
    /// <param name="measuredGBps">What Vast measured; 0 says nothing.</param>
    public static bool? Of(string? gpuName, double? measuredGBps)
    {
        if (measuredGBps > 0)
        {
            return true;
        }

        string name = (gpuName ?? "").Replace('_', ' ').ToUpperInvariant();
        string[] words = name.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        return words.Any(w => s_linked.Any(l => w == l || (l == "SXM" && w.StartsWith(l, StringComparison.Ordinal)))) ? true
            : name.Length == 0 || s_bridged.Any(
                b => b.Contains(' ', StringComparison.Ordinal) ? name.Contains(b, StringComparison.Ordinal) : words.Contains(b)) ? null
            : false;
    }
}
