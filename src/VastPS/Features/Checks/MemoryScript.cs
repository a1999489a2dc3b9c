using System.Globalization;
using VastPS.Kernel.Connections;

namespace VastPS.Features.Checks;

/// <summary>Asks a box what memory it may use, and reads what it says. Control groups of both versions.</summary>
internal static class MemoryScript
{
    // Unlimited is the word max in version 2 and the largest multiple of a page in version 1.
    private const double Unlimited = 1L << 60;

    /// <summary>POSIX sh; sections limits, kills, meminfo and shm.</summary>
    public const string Body = """
        memory_limits() {
            for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
                [ -r "$f" ] && head -n 1 "$f"
            done
            :
        }
        section limits memory_limits
        section kills grep -hs '^oom_kill ' /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control
        section meminfo grep '^MemTotal:' /proc/meminfo
        section shm df -Pk /dev/shm

        """;

    public static MemoryReport Read(IReadOnlyList<ProbeSection> sections) => new(
        [.. sections.LinesOf("limits").Select(Bytes).OfType<double>().Where(b => b is > 0 and < Unlimited)],
        sections.LinesOf("meminfo")
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(w => w is ["MemTotal:", _, "kB"])
            .Select(w => Bytes(w[1]) * 1024)
            .FirstOrDefault(),
        DiskScript.ReadTable(sections.LinesOf("shm"))?.Size * 1024,
        sections.LinesOf("kills").Select(l => l.Split(' ')).Where(w => w.Length == 2).Select(w => Bytes(w[1])).FirstOrDefault());

    private static double? Bytes(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
