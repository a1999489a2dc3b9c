using VastPS.Rules;

namespace VastPS.Tests.Runs;

/// <summary>The name of an end, from what the box wrote down.</summary>
public sealed class OutcomeRuleTests
{
    [Theory]
    [InlineData(0, "", 0, false, "done", VastRunOutcome.Completed, 0)]
    [InlineData(0, "limit", 0, false, "saved on TERM", VastRunOutcome.TimedOut, 124)] // a script that ends well on TERM has still run out of time
    [InlineData(0, "stop", 0, false, "", VastRunOutcome.Killed, 137)]
    [InlineData(143, "stop", 0, false, "", VastRunOutcome.Killed, 143)]
    [InlineData(143, "limit", 0, false, "", VastRunOutcome.TimedOut, 124)]
    [InlineData(137, "limit", 0, false, "", VastRunOutcome.TimedOut, 124)]
    [InlineData(3, "", 0, false, "ValueError: x", VastRunOutcome.Failed, 3)]
    [InlineData(139, "", 0, false, "", VastRunOutcome.Failed, 139)]
    [InlineData(1, "", 0, false, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", VastRunOutcome.OutOfMemory, 1)]
    [InlineData(1, "", 2, false, "RuntimeError: CUDA out of memory.\nsomething after it", VastRunOutcome.OutOfMemory, 1)]
    [InlineData(137, "", 1, false, "step 40", VastRunOutcome.OutOfHostMemory, 137)]
    [InlineData(137, "", 0, false, "step 40", VastRunOutcome.Killed, 137)]
    [InlineData(137, "", null, false, "step 40", VastRunOutcome.Killed, 137)]
    [InlineData(3, "", 1, false, "a loader worker was killed", VastRunOutcome.Failed, 3)]
    [InlineData(143, "", 0, false, "", VastRunOutcome.Killed, 143)]
    [InlineData(130, "", 0, false, "", VastRunOutcome.Killed, 130)]
    [InlineData(null, "", 0, true, "", VastRunOutcome.Killed, 137)]
    [InlineData(null, "", 0, false, "", VastRunOutcome.Killed, 137)]
    [InlineData(null, "", 1, false, "", VastRunOutcome.OutOfHostMemory, 137)]
    [InlineData(null, "limit", 0, false, "", VastRunOutcome.TimedOut, 124)]
    public void An_end_has_one_name(int? code, string why, int? oomKills, bool rebooted, string tail, VastRunOutcome expected, int exitCode)
    {
        (VastRunOutcome outcome, IReadOnlyList<string> evidence) = OutcomeRule.Judge(new EndFacts(code, why, oomKills, rebooted, tail));
        Assert.Equal(expected, outcome);
        Assert.NotEmpty(evidence);
        Assert.Equal(exitCode, OutcomeRule.ExitCode(outcome, code));
    }

    [Fact]
    public void Only_Completed_gives_the_code_0() =>
        Assert.Equal([VastRunOutcome.Completed], Enum.GetValues<VastRunOutcome>().Where(o => OutcomeRule.ExitCode(o, 0) == 0));
}
