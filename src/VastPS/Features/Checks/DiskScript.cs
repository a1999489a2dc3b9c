using System.Globalization;
using System.Text.RegularExpressions;
using VastPS.Kernel.Connections;

namespace VastPS.Features.Checks;

/// <summary>Asks a box for free space and measures what it writes, and reads what it says.</summary>
internal static partial class DiskScript
{
    // The folder that work goes to: the one Vast images have for it, else the home.
    private const string Folder = """
        dir=/workspace
        [ -d "$dir" ] && [ -w "$dir" ] || dir=$HOME

        """;

    /// <summary>POSIX sh; sections space and inodes.</summary>
    public const string Space = Folder + """
        section space df -Pk "$dir"
        section inodes df -Pi "$dir"

        """;

    /// <summary>
    /// POSIX sh; section write: up to four times 64 MiB, each forced to the disk, within about 12 s. One that does not
    /// finish in 8 s ends it. The file is removed however it ends.
    /// </summary>
    public const string Write = Folder + """
        write_samples() {
            free=$(df -Pk "$dir" | awk 'NR == 2 { print $(NF - 2) }')
            [ "${free:-0}" -gt 1048576 ] || { echo "less than 1 GiB is free, so nothing was written"; return 3; }
            file=$dir/.vastps-write-$$
            trap 'rm -f "$file"' EXIT
            trap 'exit 143' HUP INT TERM
            begin=$(date +%s)
            for _ in 1 2 3 4; do
                [ $(($(date +%s) - begin)) -lt 4 ] || break
                timeout -k 1 8 dd if=/dev/zero of="$file" bs=1048576 count=64 conv=fsync || return $?
            done
        }
        section write write_samples

        """;

    public static DiskSpace ReadSpace(IReadOnlyList<ProbeSection> sections)
    {
        Table? space = ReadTable(sections.LinesOf("space")), inodes = ReadTable(sections.LinesOf("inodes"));
        return new DiskSpace(space?.Path ?? "?", space?.Size * 1024, space?.Free * 1024, inodes?.Size, inodes?.Free);
    }

    public static DiskWrites ReadWrites(IReadOnlyList<ProbeSection> sections)
    {
        ProbeSection? write = sections.Find("write");
        (double, double)[] samples =
        [
            .. (write?.Lines ?? []).Select(l => Summary().Match(l)).Where(m => m.Success)
                .Select(m => (ProbeText.Number(m.Groups[1].Value) ?? 0, ProbeText.Number(m.Groups[2].Value) ?? 0)),
        ];
        string trouble = write switch
        {
            null => "the writing did not end in time",
            { ExitCode: 0 } => "",
            { ExitCode: 124 } => "64 MiB were not on the disk after 8 s: less than 9 MB/s",
            { Lines: [.., string last] } => Kernel.Text.TerminalText.Clean(last),
            _ => FormattableString.Invariant($"writing ended with code {write.ExitCode}"),
        };
        return new DiskWrites(samples, trouble, IsStuck: write?.ExitCode == 124);
    }

    /// <summary>The one row of <c>df -P</c>; names of devices and folders may contain blanks. Null where it is no such table.</summary>
    internal static Table? ReadTable(IReadOnlyList<string> lines) =>
        lines is [string head, string row] && Heading().IsMatch(head) && Row().Match(row) is { Success: true } cells
            ? new Table(Number(cells, 1), Number(cells, 2), cells.Groups[3].Value)
            : null;

    private static double Number(Match cells, int group) => double.Parse(cells.Groups[group].Value, CultureInfo.InvariantCulture);

    /// <summary>Size and free, in the unit of the table, and where it is mounted.</summary>
    internal sealed record Table(double Size, double Free, string Path);

    [GeneratedRegex(@"^Filesystem\s+(?:1024-blocks|1K-blocks|Inodes)\s")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^.+?\s+([0-9]+)\s+[0-9]+\s+([0-9]+)\s+(?:[0-9]+%|-)\s+(/.*)$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^([0-9]+) bytes\b.* copied, ([0-9.]+(?:e[-+]?[0-9]+)?) s")]
    private static partial Regex Summary();
}
