using VastPS.Features.Checks;
using VastPS.Features.Estimation;
using VastPS.Tests.Features.Estimation;

namespace VastPS.Tests.Features.Checks;

public sealed class MemoryAndDiskRuleTests
{
    private const double GiB = 1L << 30;

    private static readonly VastInstance s_rented = new() { InstanceId = 7, GpuCount = 1, UsableRamGiB = 64, DiskGB = 100 };

    [Theory]
    [InlineData(64.0, VastCheckStatus.Pass, 64.0)]
    [InlineData(600.0, VastCheckStatus.Pass, 64.0)] // the machine has more, but only a share was rented
    [InlineData(59.0, VastCheckStatus.Warn, 59.0)]
    [InlineData(null, VastCheckStatus.Unknown, null)]
    public void Usable_memory_is_the_smaller_of_limit_and_share(double? limitGiB, VastCheckStatus expected, double? measured)
    {
        VastCheckResult result =
            MemoryRule.Judge(s_rented, new MemoryReport(limitGiB is { } l ? [l * GiB] : [], null, null, null), null).First();
        Assert.Equal((expected, measured), (result.Status, result.Measured));
    }

    [Theory]
    [InlineData(64.0 / 1024, VastCheckStatus.Warn)] // the default of containers
    [InlineData(8.0, VastCheckStatus.Pass)]
    [InlineData(null, VastCheckStatus.Unknown)]
    public void Shared_memory_of_64_MiB_is_too_small_for_loaders(double? sharedGiB, VastCheckStatus expected) =>
        Assert.Equal(expected, MemoryRule.Judge(s_rented, new MemoryReport([], null, sharedGiB * GiB, null), null).Last().Status);

    [Theory]
    [InlineData(50.0, null, VastCheckStatus.Pass)]
    [InlineData(19.0, null, VastCheckStatus.Warn)] // of the 100 GB rented, whatever the host's own file system has
    [InlineData(14.0, null, VastCheckStatus.Fail)]
    [InlineData(14.0, 10.0, VastCheckStatus.Pass)]
    [InlineData(50.0, 60.0, VastCheckStatus.Fail)]
    [InlineData(null, 60.0, VastCheckStatus.Unknown)]
    public void Free_space_is_held_against_the_demand_or_the_rented_size(double? freeGB, double? minFreeGB, VastCheckStatus expected)
    {
        VastCheckResult result = DiskRule.JudgeSpace(s_rented, new DiskSpace("/", 4e12, freeGB * 1e9, 0, 0), minFreeGB, null).First();
        Assert.Equal(expected, result.Status);
        Assert.Equal(freeGB, result.Measured);
    }

    [Theory]
    [InlineData(1000.0, 500.0, VastCheckStatus.Pass)]
    [InlineData(1000.0, 190.0, VastCheckStatus.Warn)]
    [InlineData(1000.0, 100.0, VastCheckStatus.Fail)]
    [InlineData(0.0, 0.0, VastCheckStatus.Unknown)] // btrfs and zfs count none
    public void Inodes_run_out_too(double inodes, double free, VastCheckStatus expected) =>
        Assert.Equal(expected, DiskRule.JudgeSpace(s_rented, new DiskSpace("/", 4e12, 1e12, inodes, free), null, null).Last().Status);

    [Theory]
    [InlineData(100e6, 0.2, VastCheckStatus.Pass)]
    [InlineData(100e6, 2.0, VastCheckStatus.Warn)]
    [InlineData(100e6, 6.0, VastCheckStatus.Fail)]
    public void Slow_disks_are_named(double bytes, double seconds, VastCheckStatus expected) =>
        Assert.Equal(expected, DiskRule.JudgeWrites(s_rented, new DiskWrites([(bytes, seconds)], "", false), null).Status);

    [Fact]
    public void Two_writes_that_disagree_are_judged_by_their_middle() =>
        Assert.Equal(108, new DiskWrites([(203e6, 1), (13e6, 1)], "", false).MedianMBps);

    [Fact]
    public void A_write_that_never_ended_fails_and_one_that_was_not_made_is_unknown()
    {
        Assert.Equal(VastCheckStatus.Fail, DiskRule.JudgeWrites(s_rented, new DiskWrites([], "stuck", true), null).Status);
        Assert.Equal(VastCheckStatus.Unknown, DiskRule.JudgeWrites(s_rented, new DiskWrites([], "read-only", false), null).Status);
    }

    [Theory]
    [InlineData(59.53, VastCheckStatus.Pass)] // 93 % of what was rented
    [InlineData(59.51, VastCheckStatus.Warn)]
    public void A_limit_may_be_seven_percent_below_the_share(double limitGiB, VastCheckStatus expected)
    {
        var report = new MemoryReport([limitGiB * GiB, 900 * GiB], 800 * GiB, null, null);
        VastCheckResult result = MemoryRule.Judge(s_rented, report, null).First();
        Assert.Equal((expected, 64.0), (result.Status, result.Expected));
        Assert.Equal(limitGiB, result.Measured!.Value, 9);
    }

    [Fact]
    public void Memory_is_held_against_what_the_run_needs_and_kills_are_told()
    {
        VastWorkload work = Work();
        VastInstance large = new() { InstanceId = 7, GpuCount = 1, UsableRamGiB = 2000 };
        VastCheckResult Of(double limitGiB, double? kills) =>
            MemoryRule.Judge(large, new MemoryReport([limitGiB * GiB], null, null, kills), work).First();
        VastCheckResult fits = Of(1900, 0);
        Assert.Equal(VastCheckStatus.Pass, fits.Status);
        Assert.Equal(4, fits.Evidence.Count);
        Assert.InRange(fits.Expected!.Value, 1, 1000);

        VastCheckResult small = Of(1, 3);
        Assert.Equal((VastCheckStatus.Fail, fits.Expected), (small.Status, small.Expected));
        Assert.Contains("killed for want of memory here before: 3", small.Evidence);
        Assert.Contains("Remove-VastInstance", small.Fix, StringComparison.Ordinal);
        VastCheckResult silent = MemoryRule.Judge(s_rented, new MemoryReport([], null, null, null), null).First();
        Assert.Contains("memory.max", silent.Fix, StringComparison.Ordinal);
        Assert.Equal("limits of the container: none seen", silent.Evidence[0]);
        Assert.Equal("limits of the container: 1.0 GiB", small.Evidence[0]);
    }

    [Fact]
    public void Free_space_is_held_against_the_larger_of_the_demand_and_what_the_run_needs()
    {
        VastWorkload work = Work();
        VastInstance large = new() { InstanceId = 7, GpuCount = 1, DiskGB = 1000 };
        VastCheckResult Of(double freeGB, double? minFreeGB, VastWorkload? run) =>
            DiskRule.JudgeSpace(large, new DiskSpace("/", 4e12, freeGB * 1e9, 0, 0), minFreeGB, run).First();
        double needed = Of(900, null, work).Expected!.Value;
        Assert.InRange(needed, 10, 800);
        Assert.Equal(needed, Of(900, 5, work).Expected);
        Assert.Equal(850, Of(900, 850, work).Expected);
        Assert.Equal(60, Of(900, 60, null).Expected);
        Assert.Contains("du -xh", Of(5, null, null).Fix, StringComparison.Ordinal);
        Assert.Contains(
            "df -h", DiskRule.JudgeSpace(large, new DiskSpace("/", null, null, 0, 0), null, null).First().Fix, StringComparison.Ordinal);
        Assert.Equal(200, Of(900, null, null).Expected); // a fifth of the disk stays free
        Assert.Equal(VastCheckStatus.Fail, Of(5, null, work).Status);
        Assert.Equal(VastCheckStatus.Pass, Of(900, null, work).Status);
        Assert.Contains(Of(900, null, work).Evidence, e => e.StartsWith("the run needs", StringComparison.Ordinal));
        Assert.Single(Of(900, null, null).Evidence);
    }

    [Theory]
    [InlineData(20.0, VastCheckStatus.Pass)] // of the 100 GB rented
    [InlineData(19.9, VastCheckStatus.Warn)]
    [InlineData(15.0, VastCheckStatus.Warn)]
    [InlineData(14.9, VastCheckStatus.Fail)]
    public void A_fifth_of_the_disk_stays_free(double freeGB, VastCheckStatus expected)
    {
        Assert.Equal(
            expected, DiskRule.JudgeSpace(s_rented, new DiskSpace("/", 4e12, freeGB * 1e9, 0, 0), null, null).First().Status);
        Assert.Equal(
            expected, DiskRule.JudgeSpace(s_rented, new DiskSpace("/", 4e12, 1e12, 1000, freeGB * 10), null, null).Last().Status);
    }

    [Theory]
    [InlineData(60.0, VastCheckStatus.Pass)]
    [InlineData(59.9, VastCheckStatus.Fail)]
    public void A_demand_is_met_to_the_gigabyte(double freeGB, VastCheckStatus expected) => Assert.Equal(
        expected, DiskRule.JudgeSpace(s_rented, new DiskSpace("/", 4e12, freeGB * 1e9, 0, 0), 60, null).First().Status);

    [Theory]
    [InlineData(100.0, VastCheckStatus.Pass)]
    [InlineData(99.0, VastCheckStatus.Warn)]
    [InlineData(20.0, VastCheckStatus.Warn)]
    [InlineData(19.0, VastCheckStatus.Fail)]
    public void A_disk_is_slow_below_100_MB_per_second_and_dead_below_20(double rate, VastCheckStatus expected)
    {
        VastCheckResult result = DiskRule.JudgeWrites(s_rented, new DiskWrites([(rate * 1e6, 1), (5, 0)], "", false), null);
        Assert.Equal((expected, rate, 100.0), (result.Status, result.Measured, result.Expected));
        Assert.Equal(2, result.Evidence.Count);
        Assert.Equal(expected != VastCheckStatus.Pass, result.Fix.Contains("Remove-VastInstance", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_that_stops_the_run_for_more_than_a_minute_is_a_warning()
    {
        VastWorkload work = Work();
        double checkpointGB = new DiskModel(work).CheckpointBytes() / 1e9;
        VastCheckResult Of(double seconds) =>
            DiskRule.JudgeWrites(s_rented, new DiskWrites([(checkpointGB * 1e9 / seconds, 1)], "", false), work);
        Assert.True(checkpointGB / 61 * 1000 > 100, "the disk itself is not slow here");
        Assert.Equal(VastCheckStatus.Pass, Of(59).Status);
        Assert.Equal(VastCheckStatus.Warn, Of(61).Status);
        Assert.Contains(Of(61).Evidence, e => e.EndsWith("takes 61 s", StringComparison.Ordinal));
    }

    [Fact]
    public void What_could_not_be_written_is_looked_at_and_its_trouble_is_told()
    {
        VastCheckResult result = DiskRule.JudgeWrites(s_rented, new DiskWrites([], "read-only", false), null);
        Assert.Equal(["read-only"], result.Evidence);
        Assert.Contains("touch", result.Fix, StringComparison.Ordinal);
    }

    private static VastWorkload Work() => Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d => d.Steps = 100);

    [Fact]
    public void One_fail_fails_all_and_an_optional_unknown_decides_nothing()
    {
        var factory = new CheckResultFactory(s_rented);
        VastCheckResult pass = Of(VastCheckStatus.Pass), warn = Of(VastCheckStatus.Warn), fail = Of(VastCheckStatus.Fail);
        Assert.Equal(VastCheckStatus.Unknown, CheckResultFactory.Overall([]));
        Assert.Equal(VastCheckStatus.Pass, CheckResultFactory.Overall([pass, Of(VastCheckStatus.Unknown, optional: true)]));
        Assert.Equal(VastCheckStatus.Unknown, CheckResultFactory.Overall([pass, warn, Of(VastCheckStatus.Unknown)]));
        Assert.Equal(VastCheckStatus.Warn, CheckResultFactory.Overall([pass, warn]));
        Assert.Equal(VastCheckStatus.Fail, CheckResultFactory.Overall([fail, Of(VastCheckStatus.Unknown)]));

        VastCheckResult Of(VastCheckStatus status, bool optional = false) =>
            factory.Say("x", status, new Measurement(null, null, ""), [], "y", optional);
    }
}
