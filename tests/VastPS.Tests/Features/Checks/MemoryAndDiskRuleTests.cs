using VastPS.Features.Checks;

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
