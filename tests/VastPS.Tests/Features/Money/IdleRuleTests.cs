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

    private static IdleVerdict Judge(string output) => IdleRule.Judge(IdleScript.Read(ProbeText.Read(output)), s_window);
}
