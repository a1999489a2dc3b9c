using VastPS.Features.Checks;
using VastPS.Kernel.Connections;

namespace VastPS.Tests.Features.Checks;

/// <summary>What df, dd and the control groups print, whole and cut.</summary>
public sealed class SystemScriptTests
{
    [Theory]
    [InlineData("103079215104", "MemTotal:       792000000 kB", 96.0)] // version 2, limited
    [InlineData("max", "MemTotal:       25165824 kB", 24.0)] // version 2, not limited: the machine
    [InlineData("9223372036854771712", "MemTotal:       25165824 kB", 24.0)] // version 1, not limited
    [InlineData("123456789", "MemTotal:       25165824 kB", 0.115)] // version 1, limited
    [InlineData("", "MemTotal:       25165824 kB", 24.0)]
    [InlineData("max", "", null)]
    [InlineData("12x", "nothing", null)]
    public void The_smallest_limit_holds(string limit, string meminfo, double? expectedGiB)
    {
        MemoryReport report = MemoryScript.Read(ProbeText.Read(
            $"vastps-begin limits\n{limit}\n\nvastps-end limits 0\nvastps-begin meminfo\n{meminfo}\n\nvastps-end meminfo 0\n"));
        Assert.Equal(expectedGiB is null, report.UsableBytes is null);
        Assert.Equal(expectedGiB ?? 0, (report.UsableBytes ?? 0) / (1L << 30), 3);
    }

    [Theory]
    [InlineData(
        "Filesystem     1024-blocks     Used Available Capacity Mounted on",
        "/dev/vda1        164923768 28978660 129193152      19% /",
        129193152.0,
        "/")]
    [InlineData(
        "Filesystem     1024-blocks     Used Available Capacity Mounted on",
        "overlay on a disk 75085112 60313636 14755092 81% /my work",
        14755092.0,
        "/my work")]
    [InlineData("Filesystem     1024-blocks     Used Available Capacity Mounted on", "tmpfs 0 0 0 - /dev/shm", 0.0, "/dev/shm")]
    // another unit
    [InlineData("Filesystem 512-blocks Used Available Capacity Mounted on", "/dev/disk1s1 976490576 302197928 660310352 32% /", null, "")]
    [InlineData("df: /nowhere: No such file or directory", "", null, "")]
    public void Free_space_is_read_from_the_posix_table(string head, string row, double? free, string path)
    {
        DiskScript.Table? table = DiskScript.ReadTable(row.Length == 0 ? [head] : [head, row]);
        Assert.Equal(free, table?.Free);
        Assert.Equal(path, table?.Path ?? "");
    }

    [Theory]
    [InlineData("67108864 bytes (67 MB, 64 MiB) copied, 0.134217728 s, 500 MB/s", 0, 500.0, "")]
    [InlineData("67108864 bytes (64.0MB) copied, 0.671089 seconds, 95.4MB/s", 0, 100.0, "")] // busybox
    [InlineData("less than 1 GiB is free, so nothing was written", 3, null, "less than 1 GiB")]
    [InlineData("dd: failed to open '/workspace/x': Read-only file system", 1, null, "Read-only")]
    [InlineData("", 124, null, "8 s")]
    public void Written_bytes_and_seconds_make_the_rate(string line, int code, double? rate, string trouble)
    {
        DiskWrites writes = DiskScript.ReadWrites(
            ProbeText.Read($"vastps-begin write\n64+0 records in\n64+0 records out\n{line}\n\nvastps-end write {code}\n"));
        Assert.Equal(rate ?? -1, writes.MedianMBps ?? -1, 1);
        Assert.Contains(trouble, writes.Trouble, StringComparison.Ordinal);
        Assert.Equal(code == 124, writes.IsStuck);
    }

    [Fact]
    public void A_cut_at_any_character_tells_less_and_never_something_else()
    {
        const string Whole =
            "vastps-begin limits\n103079215104\n\nvastps-end limits 0\nvastps-begin meminfo\nMemTotal:       25165824 kB\n\nvastps-end "
            + "meminfo 0\n"
            + "vastps-begin shm\nFilesystem     1024-blocks  Used Available Capacity Mounted on\ntmpfs 24601344 0 24601344 0% "
            + "/dev/shm\n\nvastps-end shm 0\n";
        MemoryReport whole = MemoryScript.Read(ProbeText.Read(Whole));
        Assert.NotNull(whole.SharedBytes);
        for (int cut = 0; cut < Whole.Length; cut++)
        {
            MemoryReport part = MemoryScript.Read(ProbeText.Read(Whole[..cut]));
            Assert.True(part.Limits.Count == 0 || part.Limits.SequenceEqual(whole.Limits), $"cut at {cut}");
            Assert.True(part.MachineBytes is null || part.MachineBytes == whole.MachineBytes, $"cut at {cut}");
            Assert.True(part.SharedBytes is null || part.SharedBytes == whole.SharedBytes, $"cut at {cut}");
        }
    }
}
