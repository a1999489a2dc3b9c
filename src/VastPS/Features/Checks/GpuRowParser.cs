using System.Globalization;
using System.Text.RegularExpressions;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>
/// The lines of nvidia-smi. Where a number should be, a driver writes that it does not tell ([N/A]), or what is wrong with
/// the card ([GPU is lost], ERR!): the first is unknown, the second is a fault.
/// </summary>
internal static partial class GpuRowParser
{
    /// <summary>One GPU of the question for index, uuid, name, driver, memory, use and heat; null for a line that is none.</summary>
    public static GpuReading? Row(string line)
    {
        if (Cells(line) is not [string index, string uuid, string name, string driver, string total, string used, string busy, string heat]
            || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int at))
        {
            return null;
        }

        string[] cells = [uuid, name, driver, total, used, busy, heat];
        return new GpuReading(
            at,
            Word(uuid),
            Word(name),
            Word(driver),
            ProbeText.Number(total),
            ProbeText.Number(used),
            ProbeText.Number(busy),
            ProbeText.Number(heat))
        {
            Faults = [.. cells.Select(Fault).OfType<string>().Distinct()],
        };
    }

    /// <summary>The cells of a line of CSV without quotes.</summary>
    public static string[] Cells(string line) => line.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>What a cell says is wrong with the card; null for a value, and for what the driver does not tell.</summary>
    public static string? Fault(string cell) => Words().IsMatch(cell) && !Untold().IsMatch(cell) ? TerminalText.Clean(cell) : null;

    /// <summary>True for a line that nvidia-smi prints beside good rows, such as the one on a damaged infoROM.</summary>
    public static bool IsWarning(string line) => line.StartsWith("WARNING:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The memory in GiB of a MIG slice, from its line in the list ("MIG 3g.40gb Device 0: ..."); null for another line.</summary>
    public static double? SliceGiB(string line) => Slice().Match(line) is { Success: true } match
        && double.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out double gib) ? gib : null;

    private static string? Word(string cell) =>
        cell.Length == 0 || Words().IsMatch(cell) || Untold().IsMatch(cell) ? null : TerminalText.Clean(cell);

    // Names of cards and versions have no brackets and are not these words.
    [GeneratedRegex(@"^\[.*\]$|^ERR!?$|^Unknown Error$|\bis lost\b|\brequires reset\b", RegexOptions.IgnoreCase)]
    private static partial Regex Words();

    [GeneratedRegex(@"^\[?(N/A|Not \w+|.*permission.*|.*deprecated.*)\]?$", RegexOptions.IgnoreCase)]
    private static partial Regex Untold();

    // A compute instance has its share of a slice before the dot: "1c.3g.20gb"; "+me" and the like may follow.
    [GeneratedRegex(@"^MIG (?:[0-9]+c\.)?[0-9]+g\.([0-9]+)gb\S*\s+Device\b", RegexOptions.IgnoreCase)]
    private static partial Regex Slice();
}
