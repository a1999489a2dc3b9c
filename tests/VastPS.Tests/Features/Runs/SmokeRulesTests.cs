using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

public sealed class SmokeRulesTests
{
    private const string Learning = "5 4.6 4.1 3.8 3.3 2.9 2.5 2.2 2 1.8";
    private const string Flat = "5 5.1 4.9 5 5.1 5 4.9 5 5.1 5";

    [Theory]
    [InlineData(VastTrainingKind.Any, "loss", Learning, "")]
    [InlineData(VastTrainingKind.Any, "loss", Flat, "")]
    [InlineData(VastTrainingKind.Any, "loss", "5 4 nan 3 3 3 3 3 3 3", "loss is NaN: step 3 loss nan")]
    [InlineData(VastTrainingKind.Any, "loss", "5 4 inf 3 3 3 3 3 3 3", "loss is infinite")]
    [InlineData(VastTrainingKind.Any, "grad_norm", "5 4 nan 3 3 3 3 3 3 3", "grad_norm is NaN")]
    [InlineData(VastTrainingKind.Any, "mfu", "nan 1 1 1 1 1 1 1 1 1", "nothing that was logged is a loss or a reward, it is mfu")]
    [InlineData(VastTrainingKind.Any, "eval_loss", Learning, "nothing that was logged is a loss or a reward, it is eval_loss")]
    [InlineData(VastTrainingKind.Any, "grad_norm", "inf inf 3 3 3 3 3 3 3 3", "")] // fp16 finds its scale
    [InlineData(VastTrainingKind.Any, "grad_norm", "inf inf inf inf inf inf inf inf inf inf", "grad_norm is infinite: step 10")]
    [InlineData(VastTrainingKind.Any, "loss", "0.02 0.004 0.001 0 0.001 0 0 0 0.001 0", "")] // three decimals
    [InlineData(VastTrainingKind.Any, "loss", "0 0 0 0 0 0 0 0 0 0", "exactly 0")]
    [InlineData(VastTrainingKind.Reinforcement, "reward", "-0.9 -0.8 -0.7 -0.6 -0.5 -0.4 -0.3 -0.25 -0.2 -0.1", "")] // shaped rewards
    [InlineData(
        VastTrainingKind.Reinforcement, "reward", "-1210 -1180 -1420 -990 -1350 -1205 -1110 -1290 -1330 -1250", "")] // Pendulum, long
    [InlineData(VastTrainingKind.Reinforcement, "reward", "0 0 0 0.125 0 0 0 0 0.125 0", "")] // paid seldom
    [InlineData(VastTrainingKind.Reinforcement, "reward", "0 0", "")] // too few to say
    [InlineData(VastTrainingKind.Reinforcement, "reward", "1 1 1 1 1 1 1 1 1 1", "")]
    [InlineData(
        VastTrainingKind.Reinforcement, "reward", "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1", "every reward is -1, 10 times, so there is nothing to learn")]
    [InlineData(
        VastTrainingKind.Any, "loss", "5 4 0 0 0 0 0 0 0 0", "exactly 0 3 times in a row, which is how frameworks show a NaN: step 5")]
    [InlineData(VastTrainingKind.Any, "loss", "5 4 0 0 3 0 0 3 3 3", "")]
    [InlineData(VastTrainingKind.Supervised, "loss", Learning, "")]
    [InlineData(VastTrainingKind.Supervised, "loss", Flat, "expected 'loss falls', but loss went from 5")]
    [InlineData(VastTrainingKind.Supervised, "loss", "5 6 7 8 9 10 11 12 13 14", "the loss diverges, from 5.5 to 13.5")]
    [InlineData(VastTrainingKind.Supervised, "accuracy", Learning, "the log has no loss; it has accuracy")]
    [InlineData(VastTrainingKind.Reinforcement, "reward", "0 0.1 0.2 0.1 0.3 0.2 0.1 0.2 0.4 0.3", "")]
    [InlineData(VastTrainingKind.Reinforcement, "reward", "0 0 0 0 0 0 0 0 0 0", "every reward is 0, 10 times")]
    [InlineData(VastTrainingKind.Reinforcement, "loss", Learning, "no reward was logged: the log has no reward; it has loss")]
    public void A_reason_has_its_evidence(VastTrainingKind kind, string name, string values, string expected) =>
        Reasons(expected, SmokeRules.Judge(Facts(kind, Logs.Of(name, values))));

    [Fact]
    public void A_loss_of_nothing_is_normal_where_there_are_rewards()
    {
        IReadOnlyList<VastMetric> both = [.. Logs.Of("loss", "0 0 0 0 0 0 0 0 0 0"), .. Logs.Of("reward", "1 1 1 1 1 1 1 1 1 1")];
        Assert.Empty(SmokeRules.Judge(Facts(VastTrainingKind.Any, both)));
        Assert.Empty(SmokeRules.Judge(Facts(VastTrainingKind.Reinforcement, both)));
        Assert.NotEmpty(SmokeRules.Judge(Facts(VastTrainingKind.Supervised, both)));
    }

    [Theory]
    [InlineData("reward_std", "0 0 0 0 0 0 0 0 0 0", "no gradient: step 3 reward_std 0")]
    [InlineData("frac_reward_zero_std", "1 1 1 1 1 1 1 1 1 1", "no gradient")]
    [InlineData("frac_reward_zero_std", "0.9 0.9 0.9 0.9 0.9 0.9 0.9 0.9 0.9 0.9", "")]
    public void Equal_rewards_teach_nothing(string name, string values, string expected) =>
        Reasons(expected, SmokeRules.Judge(
            Facts(VastTrainingKind.Reinforcement, [.. Logs.Of("reward", "1 1 1 1 1 1 1 1 1 1"), .. Logs.Of(name, values)])));

    [Theory]
    [InlineData("1 1 1 1 1 1 50 60 70 80", "above 10 times its median 3 times in a row: step 9")]
    [InlineData("1 1 1 1 1 1 50 1 70 80", "")]
    [InlineData("90 80 70 20 10 2 1 0.5 0.2 0.1", "")] // falls from a high beginning
    public void An_exploding_gradient_is_seen_against_what_came_before(string norms, string expected) => Reasons(
        expected, SmokeRules.Judge(Facts(VastTrainingKind.Supervised, [.. Logs.Of("loss", Learning), .. Logs.Of("grad_norm", norms)])));

    [Theory]
    [InlineData(7, null, false, "7 of 10 steps were seen")]
    [InlineData(10, 1, false, "ended with exit code 1: boom")]
    [InlineData(7, null, true, "its time was up after 7 of 10 steps: step 10 loss 1.8")]
    [InlineData(10, 0, false, "")]
    [InlineData(12, null, false, "")]
    public void How_it_ended_matters(long steps, int? exitCode, bool timedOut, string expected)
    {
        IReadOnlyList<string> reasons = SmokeRules.Judge(
            Facts(VastTrainingKind.Any, Logs.Of("loss", Learning)) with { Steps = steps, ExitCode = exitCode, TimedOut = timedOut });
        Assert.Equal(expected.Length == 0, reasons.Count == 0);
        Assert.Contains(expected, string.Join("\n", reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_metrics_never_passes() =>
        Reasons("no metric could be read", SmokeRules.Judge(Facts(VastTrainingKind.Any, [])));

    [Fact]
    public void What_the_user_names_is_proof_enough()
    {
        IReadOnlyList<VastMetric> metrics = Logs.Of("accuracy", "1 2 3 4 5 6 7 8 9 10");
        Assert.Empty(SmokeRules.Judge(Facts(VastTrainingKind.Any, metrics) with { HasPattern = true }));
        Assert.Empty(
            SmokeRules.Judge(Facts(VastTrainingKind.Any, metrics) with { Expect = [MetricCondition.Parse("accuracy rises", "Expect")] }));
        Assert.NotEmpty(SmokeRules.Judge(Facts(VastTrainingKind.Any, metrics)));
    }

    [Fact]
    public void A_bar_that_moves_beside_a_busy_GPU_may_do_without_a_metric()
    {
        SmokeFacts facts = Facts(VastTrainingKind.Any, []) with { HasMovingBar = true };
        Assert.Empty(SmokeRules.Judge(facts));
        Reasons("9 of 10 steps were seen", SmokeRules.Judge(facts with { Steps = 9 }));
        Reasons("no metric could be read", SmokeRules.Judge(facts with { Kind = VastTrainingKind.Supervised }));
    }

    [Fact]
    public void One_line_alone_about_many_steps_is_no_proof() =>
        Reasons(
            "may be those of a checkpoint: step 1 loss 3",
            SmokeRules.Judge(Facts(VastTrainingKind.Any, Logs.Of("loss", "3")) with { IsOneFarLine = true }));

    [Theory]
    [InlineData("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB.", true)]
    [InlineData("ValueError: bad", true)]
    [InlineData("KeyboardInterrupt", true)]
    [InlineData("saved to out", false)]
    [InlineData("mean squared error: 0.5", false)]
    public void An_error_behind_exit_code_0_is_seen(string line, bool isBad)
    {
        SmokeFacts facts = Facts(
            VastTrainingKind.Any, Logs.Of("loss", Learning)) with { ExitCode = 0, LastLines = ["step 10 loss 1.8", line, "tee is done"] };
        Reasons(isBad ? "ends with an error: " + line : "", SmokeRules.Judge(facts));
        Assert.Empty(SmokeRules.Judge(facts with { LastLines = [line, "step 10 loss 1.8"] }));
    }

    [Fact]
    public void What_the_user_expects_of_the_reward_goes_before_the_rule()
    {
        SmokeFacts facts = Facts(VastTrainingKind.Reinforcement, Logs.Of("reward", "-5 -4 -5 -4 -5 -4 -5 -4 -5 -4"));
        Assert.Empty(SmokeRules.Judge(facts));
        Reasons(
            "expected 'reward > 0', but reward is -4.5",
            SmokeRules.Judge(facts with { Expect = [MetricCondition.Parse("reward > 0", "Expect")] }));
        Assert.Empty(SmokeRules.Judge(
            Facts(VastTrainingKind.Reinforcement, Logs.Of("reward", "0 0 0 0 0 0 0 0 0 0"))
                with { Expect = [MetricCondition.Parse("reward >= 0", "Expect")] }));
    }

    [Fact]
    public void Expectations_are_judged_for_every_kind()
    {
        IReadOnlyList<MetricCondition> expect =
            [.. new[] { "loss falls", "loss < 1", "reward > 0" }.Select(e => MetricCondition.Parse(e, "Expect"))];
        IReadOnlyList<string> reasons = SmokeRules.Judge(Facts(VastTrainingKind.Any, Logs.Of("loss", Learning)) with { Expect = expect });
        Assert.Equal(2, reasons.Count);
        Assert.Contains("expected 'loss < 1', but loss is 1.9 (step 10 loss 1.8)", reasons[0], StringComparison.Ordinal);
        Assert.Contains("expected 'reward > 0'", reasons[1], StringComparison.Ordinal);
    }

    private static void Reasons(string expected, IReadOnlyList<string> reasons)
    {
        if (expected.Length == 0)
        {
            Assert.Empty(reasons);
        }
        else
        {
            Assert.Contains(expected, Assert.Single(reasons), StringComparison.Ordinal);
        }
    }

    private static SmokeFacts Facts(VastTrainingKind kind, IReadOnlyList<VastMetric> metrics) =>
        new(metrics, kind, [], 10, 10, null, false, ["boom"]);
}
