using System.Globalization;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;

namespace VastPS.Features.Money;

/// <summary>Looks for signs of life on a box for a few seconds, and reads what was seen.</summary>
internal static class IdleScript
{
    /// <summary>
    /// POSIX sh, awk and find; sections gpu (one line for each GPU and sample), apps, cpu, process, file and load.
    /// The look's own session and the processes it descends from are left out.
    /// </summary>
    public const string Body = """
        ticks=$(getconf CLK_TCK 2>/dev/null || echo 100)
        own=" "
        p=$$
        while [ "${p:-0}" -gt 1 ]; do
            own="$own$p "
            p=$(sed 's/.*) //' "/proc/$p/stat" 2>/dev/null | cut -d' ' -f2)
        done
        session=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f4)

        # pid, started and used (ticks), name; of everything that is not ours and not a pause.
        processes() {
            cat /proc/[0-9]*/stat 2>/dev/null | awk -v own="$own" -v session="$session" '{
                pid = $1; name = $0; sub(/^[^(]*\(/, "", name); rest = name; sub(/\)[^)]*$/, "", name); sub(/.*\) /, "", rest)
                split(rest, f, " ")
                if (f[4] != session && index(own, " " pid " ") == 0 && name != "sleep") print pid, f[20], f[12] + f[13], name
            }'
        }
        sum_cpu() { processes | awk '{ used[$1] = $3; total += $3 } END { print total + 0 }'; }
        now_ticks() { awk -v t="$ticks" '{ print int($1 * t) }' /proc/uptime; }
        cpu() { echo "$before $after $begin $end"; }
        youngest() { processes | sort -k2,2n | tail -n 1 | awk -v now="$(now_ticks)" -v t="$ticks" '{ age = (now - $2) / t; $1 = $2 = $3 = ""; print age, $0 }'; }
        newest() {
            set -- "$HOME"
            [ -d /workspace ] && set -- "$HOME" /workspace
            { timeout 15 find "$@" -xdev -type f -exec stat -c '%Y %n' {} + 2>/dev/null; echo "end $?"; } | awk -v now="$(date +%s)" '
                $1 == "end" { code = $2; next }
                $1 > last { last = $1; name = $0; sub(/^[0-9]+ /, "", name) }
                END { if (code == 124) exit 1; if (last > 0) print now - last, name }'
        }
        samples() {
            command -v nvidia-smi >/dev/null 2>&1 || return 127
            for n in 1 2 3 4; do
                timeout 10 nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader,nounits || return $?
                [ "$n" = 4 ] || sleep 1
            done
        }
        before=$(sum_cpu) begin=$(now_ticks)
        section gpu samples
        after=$(sum_cpu) end=$(now_ticks)
        section apps timeout 10 nvidia-smi --query-compute-apps=pid,process_name,used_gpu_memory --format=csv,noheader,nounits
        section cpu cpu
        section process youngest
        section file newest
        section load cat /proc/loadavg

        """;

    public static BoxActivity Read(IReadOnlyList<ProbeSection> sections)
    {
        (double Use, double MiB)?[] gpus = [.. sections.LinesOf("gpu").Select(Gpu)];
        bool told = gpus.Length > 0 && gpus.All(g => g is not null);
        double?[] cpu = [.. sections.LinesOf("cpu").SelectMany(l => l.Split(' ')).Select(ProbeText.Number)];
        double ticks = cpu is [_, _, { } begin, { } end] ? end - begin : 0;
        return new BoxActivity
        {
            GpuUse = told ? [.. gpus.Select(g => g!.Value.Use)] : null,
            GpuMemoryMiB = told ? gpus.Max(g => g!.Value.MiB) : null,
            GpuProcesses = sections.Find("apps") is { ExitCode: 0 } apps ? [.. apps.Lines.Select(TerminalText.Clean)] : null,
            // Processes that ended in between take their share away; what is left is no less than zero.
            BusyCores = ticks > 0 && cpu is [{ } before, { } after, ..] ? Math.Max(0, (after - before) / ticks) : null,
            YoungestProcess = Latest(sections, "process"),
            NewestFile = Latest(sections, "file"),
            Load = sections.LinesOf("load") is [string load] ? string.Join(' ', load.Split(' ').Take(3)) : "",
        };
    }

    private static (double Use, double MiB)? Gpu(string line) =>
        line.Split(',', StringSplitOptions.TrimEntries) is [string use, string memory]
            && ProbeText.Number(use) is { } percent
            && ProbeText.Number(memory) is { } mib
            ? (percent, mib)
            : null;

    // A section without a line saw nothing; one that did not end, or says something else, did not look.
    private static LastActivity? Latest(IReadOnlyList<ProbeSection> sections, string name) => sections.Find(name) switch
    {
        { ExitCode: 0, Lines: [] } => new LastActivity(null, ""),
        { ExitCode: 0, Lines: [string line] } when line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at
            && double.TryParse(line[..at], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            => new LastActivity(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)), TerminalText.Clean(line[at..].Trim())),
        _ => null,
    };
}
