using VastPS.Features.Money;
using VastPS.Kernel.Connections;

namespace VastPS.Tests.Features.Money;

public sealed class IdleRuleTests
{
    private const string QuietBox = """
        vastps-begin gpu
        0, 1
        0, 1
        0, 1
        0, 1

        vastps-end gpu 0
        vastps-begin apps

        vastps-end apps 0
        vastps-begin cpu
        100 101 5000 5300

        vastps-end cpu 0
        vastps-begin process
        7200.5    sshd

        vastps-end process 0
        vastps-begin file
        10800 /root/out/checkpoint 50/model.bin

        vastps-end file 0
        vastps-begin load
        14.20 13.90 12.00 3/4000 991

        vastps-end load 0

        """;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(15);

    [Fact]
    public void A_box_where_everything_was_looked_at_and_nothing_found_is_idle_and_says_why()
    {
        IdleVerdict verdict = Judge(QuietBox);
        Assert.True(verdict is { IsIdle: true, WasSeen: true });
        Assert.Equal(TimeSpan.FromSeconds(7200.5), verdict.QuietFor);
        Assert.Contains(verdict.Reasons, r => r.Contains("/root/out/checkpoint 50/model.bin", StringComparison.Ordinal));
        // the neighbours' load decides nothing
        Assert.Contains(verdict.Reasons, r => r.Contains("14.20 13.90 12.00", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0, 1\n0, 1\n0, 1\n0, 1", "0, 1\n97, 1\n0, 1\n0, 1", "busy")] // one sample is enough
    [InlineData("0, 1\n0, 1\n0, 1\n0, 1", "0, 18141\n0, 1\n0, 1\n0, 1", "in use on a GPU")]
    [InlineData("vastps-begin apps\n", "vastps-begin apps\n4711, python, 18100", "python")]
    [InlineData("100 101 5000", "100 401 5000", "CPU cores")]
    [InlineData("7200.5    sshd", "60.5    python", "started")]
    [InlineData("10800 /root", "899 /root", "written")]
    public void Any_sign_of_life_is_enough(string quiet, string alive, string reason)
    {
        Assert.Contains(quiet, QuietBox, StringComparison.Ordinal);
        IdleVerdict verdict = Judge(QuietBox.Replace(quiet, alive, StringComparison.Ordinal));
        Assert.True(verdict is { IsIdle: false, WasSeen: true });
        Assert.Contains(reason, Assert.Single(verdict.Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0, 1\n0, 1\n0, 1\n0, 1", "[N/A], 1\n0, 1\n0, 1\n0, 1")]
    [InlineData("vastps-end gpu 0", "vastps-end gpu 127")]
    [InlineData("vastps-end apps 0", "vastps-end apps 9")]
    [InlineData("100 101 5000 5300", "100 101 5000 5000")] // no time passed
    [InlineData("vastps-end file 0", "vastps-end file 1")] // too many files to look at in time
    [InlineData("7200.5    sshd", "sh: awk: not found")]
    public void What_could_not_be_looked_at_is_never_idle(string seen, string unseen)
    {
        Assert.Contains(seen, QuietBox, StringComparison.Ordinal);
        IdleVerdict verdict = Judge(QuietBox.Replace(seen, unseen, StringComparison.Ordinal));
        Assert.True(verdict is { IsIdle: false, WasSeen: false });
    }

    [Fact]
    public void A_cut_anywhere_before_the_last_question_is_never_idle()
    {
        int decided = QuietBox.IndexOf("vastps-end file 0\n", StringComparison.Ordinal);
        for (int cut = 0; cut <= decided; cut++)
        {
            Assert.False(Judge(QuietBox[..cut]).IsIdle, $"cut at {cut}");
        }
    }

    // The limits themselves are still quiet: a card may show a little, and daemons of an image do a little.
    [Theory]
    [InlineData(3.0, 300.0, 0.2, 15, 15, null)]
    [InlineData(3.1, 300.0, 0.2, 15, 15, "busy")]
    [InlineData(3.0, 300.5, 0.2, 15, 15, "MiB are in use")]
    [InlineData(3.0, 300.0, 0.21, 15, 15, "CPU cores")]
    [InlineData(3.0, 300.0, 0.2, 14, 15, "started")]
    [InlineData(3.0, 300.0, 0.2, 15, 14, "written")]
    public void A_limit_is_quiet_and_the_next_step_is_life(
        double use, double memory, double cores, int started, int written, string? sign)
    {
        IdleVerdict verdict = IdleRule.Judge(Box(use, memory, cores, started, written), s_window);
        Assert.Equal((sign is null, true), (verdict.IsIdle, verdict.WasSeen));
        Assert.Equal(TimeSpan.FromMinutes(Math.Min(started, written)), verdict.QuietFor);
        Assert.True(sign is null || Assert.Single(verdict.Reasons).Contains(sign, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_thing_that_could_not_be_looked_at_is_named()
    {
        BoxActivity whole = Box(0, 0, 0, 60, 60);
        foreach ((BoxActivity box, string what) in new[]
        {
            (whole with { GpuUse = null }, "GPU use"), (whole with { GpuUse = [] }, "GPU use"),
            (whole with { GpuMemoryMiB = null }, "GPU use"),
            (whole with { GpuProcesses = null }, "processes on the GPUs"), (whole with { BusyCores = null }, "CPU use"),
            (whole with { YoungestProcess = null }, "processes could"), (whole with { NewestFile = null }, "files"),
        })
        {
            IdleVerdict verdict = IdleRule.Judge(box, s_window);
            Assert.Equal((false, false, (TimeSpan?)null), (verdict.IsIdle, verdict.WasSeen, verdict.QuietFor));
            Assert.Contains(what, Assert.Single(verdict.Reasons), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_box_without_any_process_or_file_of_the_user_is_idle_and_says_that_none_was_seen()
    {
        IdleVerdict verdict = IdleRule.Judge(
            Box(0, 0, 0, 60, 60) with { YoungestProcess = new(null, ""), NewestFile = new(null, "") }, s_window);
        Assert.Equal((true, true, (TimeSpan?)null), (verdict.IsIdle, verdict.WasSeen, verdict.QuietFor));
        Assert.Equal(["last process started: none seen", "last file written: none seen"], verdict.Reasons.Skip(2));
    }

    private static BoxActivity Box(double use, double memory, double cores, int started, int written) => new()
    {
        GpuUse = [0, use, 0],
        GpuMemoryMiB = memory,
        GpuProcesses = [],
        BusyCores = cores,
        YoungestProcess = new(TimeSpan.FromMinutes(started), "python"),
        NewestFile = new(TimeSpan.FromMinutes(written), "/root/a"),
    };

    private static IdleVerdict Judge(string output) => IdleRule.Judge(IdleScript.Read(ProbeText.Read(output)), s_window);
}
