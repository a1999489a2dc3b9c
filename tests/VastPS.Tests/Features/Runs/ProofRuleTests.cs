using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>Only then the real run.</summary>
public sealed class ProofRuleTests
{
    private const string Estimate = "Start-VastRun ... -Estimate (Get-VastInstance -InstanceId 7 | Measure-VastRun -Workload $work)";
    private const string Fit = "Get-VastInstance -InstanceId 7 | Test-VastRunFit -Workload $work";
    private const string Checks = "Test-VastInstance -InstanceId 7";
    private const string Smoke = "Invoke-VastSmokeTest -InstanceId 7 -Command '<your command, 50 steps>'";
    private const string Both = Smoke + " -Estimate (Get-VastInstance -InstanceId 7 | Measure-VastRun -Workload $work)";

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(null, true, true, Estimate)]
    [InlineData(false, true, true, Fit)]
    [InlineData(true, null, true, Checks)]
    [InlineData(true, false, true, Checks)]
    [InlineData(true, true, null, Smoke)]
    [InlineData(true, true, false, Smoke)]
    [InlineData(null, null, null, Checks, Both)]
    [InlineData(null, true, false, Both)]
    [InlineData(false, true, false, Fit, Smoke)]
    public void What_is_missing_is_listed_with_the_command_for_it(bool? estimate, bool? checks, bool? smoke, params string[] commands)
    {
        static Proof? Of(bool? passed) => passed is { } p ? new Proof(p, "because") : null;
        IReadOnlyList<Lack> lacking = ProofRule.Lacking(7, Of(estimate), Of(checks), Of(smoke));
        Assert.Equal(commands, lacking.Select(l => l.Next).OfType<string>());
        Assert.Equal(
            new[] { estimate, checks, smoke }.Count(p => p == false),
            lacking.Count(l => l.Why.Contains("because", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1.4, null)]
    [InlineData(3, "-StepTime 3s")]
    [InlineData(0.25, "-StepTime 0.25s")] // too fast is suspicious too
    public void A_smoke_test_at_another_pace_than_the_estimate_asks_for_a_new_estimate(double measured, string? next)
    {
        Proof Of(double seconds) => new(true, "") { Pace = new RunPace { StepTime = TimeSpan.FromSeconds(seconds) } };
        IReadOnlyList<Lack> lacking = ProofRule.Lacking(7, Of(1), new Proof(true, ""), Of(measured));
        Assert.Equal(next is null ? 0 : 1, lacking.Count);
        Assert.All(lacking, l => Assert.EndsWith(next + ")", l.Next, StringComparison.Ordinal));
    }
}
