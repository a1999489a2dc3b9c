using VastPS.Features.Estimation;
using VastPS.Features.Runs;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Invoke-VastSmokeTest on real boxes, with trainings that learn and trainings that do not.</summary>
public sealed class InvokeVastSmokeTestTests(SharedBed shared) : IClassFixture<SharedBed>, IAsyncLifetime
{
    private readonly RunBed _bed = shared.Bed;

    public async ValueTask InitializeAsync() => await _bed.Vast.Server.SetGpuAsync(_bed.Box.InstanceId, 0, 97, 8192);

    private IReadOnlyList<Evidence> Noted => _bed.Vast.Services().Evidence.All(_bed.Box.InstanceId);

    // What a training saved is no business of the next one.
    public ValueTask DisposeAsync()
    {
        _bed.Run("$box | Invoke-VastCommand 'rm -rf ~/out ~/old'").Clean<VastCommandResult>();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_training_that_learns_passes_and_is_measured()
    {
        Ran ran = Test(Trainings.Line(), "-Kind Supervised -Expect 'loss falls', 'grad_norm < 100' -TotalSteps 1000 -Verbose");
        VastSmokeResult result = Assert.Single(ran.Clean<VastSmokeResult>());
        Assert.Empty(result.Reasons);
        Assert.True(result.Passed);
        Assert.Equal(_bed.Box.InstanceId, result.InstanceId);
        Assert.Equal(50, result.Steps);
        Assert.True(result.LastLoss < result.FirstLoss / 10, result.ToString());
        Assert.Equal(VastTrend.Falls, result.LossTrend);
        Assert.True(result.StepTimeMedian > TimeSpan.Zero);
        Assert.Equal(result.StepTimeMedian * 1000, result.ProjectedTime);
        Assert.Equal(8, result.PeakVramGiB);
        Assert.Null(result.ExitCode);
        Assert.Equal(100, result.Metrics.Count);
        Assert.Contains(ran.Verbose, v => v.StartsWith("step 1 loss", StringComparison.Ordinal));
        Wait.Until(() => !Processes.Any("srand(7)"), TimeSpan.FromSeconds(5), "the training to end");

        Assert.Equal((EvidenceKind.Smoke, true, result.ToString()), (Noted[^1].Kind, Noted[^1].Passed, Noted[^1].Detail));
    }

    [Theory]
    // three values, none named step
    [InlineData("{\\047loss\\047: %2.0f.5, \\047grad_norm\\047: %.6g, \\047reward\\047: %.4g}", "-Expect 'grad_norm falls'")]
    [InlineData("E%d L=%.6g G=%.4g", @"-Kind Supervised -Pattern 'E(?<step>\d+) L=(?<loss>\S+)'")]
    public void Other_forms_of_a_log_are_read_too(string format, string arguments)
    {
        VastSmokeResult result = Assert.Single(Test(Trainings.Line(format: format), $"-Steps 30 {arguments}").Clean<VastSmokeResult>());
        Assert.Empty(result.Reasons);
        Assert.Equal(30, result.Steps);
    }

    public static TheoryData<string, string, string> Bad => new()
    {
        { Trainings.Line(rate: "1e30"), "", "is infinite: step " },
        { Trainings.Line(rate: "5"), "-Kind Supervised -Steps 20", "the loss diverges" },
        { Trainings.Line(rate: "0"), "-Kind Supervised", "expected 'loss falls', but loss went from" },
        { Trainings.Line(), "-Expect 'reward > 0' -Steps 10", "the log has no reward; it has loss, grad_norm" },
        { Trainings.Steps(9, "0.0", ""), "-Steps 9", "exactly 0 3 times in a row" },
        { Trainings.Steps(9, "nan", "sleep 60"), "", "loss is NaN: step 1 loss nan" },
        { Trainings.Steps(3, "2", "sleep 60"), "-Timeout 3s", " of 50 steps: step " },
        { Trainings.Steps(3, "2", "echo 'RuntimeError: boom' >&2; sleep 0.2; exit 3"), "", "ended with exit code 3: RuntimeError: boom" },
        { Trainings.Steps(3, "2", ""), "", "3 of 50 steps were seen: step 3 loss 2" },
        { "echo hello", "", "no metric could be read" },
        { Banner("exit 1"), "", "ended with exit code 1: torch.OutOfMemoryError: CUDA out of memory" },
        { Banner("true") + " | cat", "", "exit code 0, but its output ends with an error: " },
        { Banner("sleep 60"), "-Timeout 3s", "its time was up after 0 of 50 steps" },
        {
            Trainings.Steps(9, "2", "").Replace(" loss ", ": size=", StringComparison.Ordinal),
            "-Steps 9",
            "nothing that was logged is a loss or a reward, it is size"
        },
        { "echo 'resumed: step 900 loss 2'", "", "one line alone tells of 900 steps" },
        { "echo step 1 loss 2", "-Steps 1 -WorkingDirectory '/no such folder'", "ended with exit code" },
        { Trainings.Bandit(pay: "0"), "-Kind Reinforcement", "every reward is 0, " },
        { Trainings.Bandit(pay: "0"), "-Kind Reinforcement -Expect 'reward > 0'", "expected 'reward > 0', but reward is 0" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_wrong_is_the_first_reason_and_noted(string command, string arguments, string reason)
    {
        VastSmokeResult result = Assert.Single(Test(command, arguments).Clean<VastSmokeResult>());
        Assert.False(result.Passed);
        Assert.Contains(reason, result.Reasons[0], StringComparison.Ordinal);
        Assert.False(Noted[^1].Passed);
        Assert.True(result.Duration < TimeSpan.FromSeconds(20), $"took {result.Duration}");
    }

    // What a trainer prints before its first step, and what then happens.
    private static string Banner(string then) =>
        "{ echo '[INFO|trainer.py:1812] 2024-03-01 08:00:00,001 >>   Gradient Accumulation steps = 4'; "
        + "echo '[INFO|trainer.py:1813] 2024-03-01 08:00:00,001 >>   Total optimization steps = 1,250'; sleep 0.3; "
        + $"echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.00 GiB.' >&2; sleep 0.2; {then}; }} 2>&1";

    [Fact]
    public async Task A_training_on_the_CPU_of_a_rented_GPU_does_not_pass()
    {
        const string Warning = "UserWarning: CUDA initialization: The NVIDIA driver on your system is too old (found version 11040).";
        const string Train = $"echo '  {Warning}' >&2; i=0; while sleep 0.01; do i=$((i+1)); echo \"step $i loss $((99 - i))\"; done";
        await _bed.Vast.Server.SetGpuAsync(_bed.Box.InstanceId, 0, 0, 1);
        VastSmokeResult idle = Assert.Single(Test(Train, "-Steps 50").Clean<VastSmokeResult>());
        Assert.Equal(
            "it trains on the CPU: no GPU was used, nvidia-smi showed at most 1 MiB and 0 %; its log says: " + Warning,
            Assert.Single(idle.Reasons));
        Assert.Equal(50, idle.Steps);
        await _bed.Vast.Server.SetGpuAsync(_bed.Box.InstanceId, 0, 0, 600);
        Assert.Empty(Assert.Single(Test(Train, "-Steps 50").Clean<VastSmokeResult>()).Reasons);
    }

    [Fact]
    public void A_bar_alone_passes_where_the_command_ends_well_and_a_GPU_works()
    {
        const string Bar = "for i in 1 2 3 4; do printf '\\r %d%%|##  | %d/4 [00:01<00:03, 1.0it/s]' $((i*25)) $i; sleep 0.3; done; echo";
        VastSmokeResult bar = Assert.Single(Test(Bar, "-Steps 4").Clean<VastSmokeResult>());
        Assert.Empty(bar.Reasons);
        Assert.Equal(4, bar.Steps);
        Assert.Contains(
            "no metric could be read",
            Assert.Single(Test(Bar, "-Steps 4 -Kind Supervised").Clean<VastSmokeResult>()).Reasons[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_reward_that_rises_passes_although_the_loss_is_nothing()
    {
        VastSmokeResult result =
            Assert.Single(Test(Trainings.Bandit(), "-Kind Reinforcement -Expect 'reward > 0.3'").Clean<VastSmokeResult>());
        Assert.Empty(result.Reasons);
        Assert.InRange(result.Reward!.Value, 0.5, 1);
    }

    [Fact]
    public void The_pace_is_held_against_an_estimate_and_the_estimate_is_noted()
    {
        const string Train = "i=0; while sleep 0.15; do i=$((i+1)); echo \"step $i loss $((99 - i))\"; done";
        VastSmokeResult first =
            Assert.Single(Test(Train, "-Steps 12 -Estimate ($box | Measure-VastRun -StepTime 40ms -Steps 1000)").Clean<VastSmokeResult>());
        Assert.Equal(VastPaceVerdict.Contradicted, first.EstimateVerdict);
        Assert.StartsWith("it contradicts the estimate: a step takes ", Assert.Single(first.Reasons), StringComparison.Ordinal);
        Assert.Equal(first.EstimatedTime + ((first.StepTimeMedian - TimeSpan.FromMilliseconds(40)) * 1000), first.ProjectedTime);
        Assert.Equal(first.ProjectedTime / first.EstimatedTime, first.EstimateRatio);
        Assert.Equal([(EvidenceKind.Estimate, true), (EvidenceKind.Smoke, false)], Noted.TakeLast(2).Select(e => (e.Kind, e.Passed)));

        var typed = TimeSpan.FromMilliseconds(Math.Ceiling(first.StepTimeMedian!.Value.TotalMilliseconds));
        VastSmokeResult second = Assert.Single(
            Test(Train, $"-Steps 12 -Estimate ($box | Measure-VastRun -StepTime {typed.TotalMilliseconds}ms -Steps 1000)")
                .Clean<VastSmokeResult>());

        // How fast a busy computer was the second time nobody knows: what follows from what was measured is the rule's.
        Evidence assumed = Noted[^2];
        Assert.Equal(typed, assumed.Pace!.StepTime);
        Assert.Equal(PaceRule.Judge(assumed.Pace, second.StepTimeMedian!.Value)!.Verdict, second.EstimateVerdict);
        Assert.Equal(second.EstimateVerdict == VastPaceVerdict.Contradicted, second.Reasons.Count > 0);
        Assert.Equal(second.ProjectedTime / second.EstimatedTime, second.EstimateRatio);
        Assert.Equal(
            [(EvidenceKind.Estimate, true), (EvidenceKind.Smoke, second.Passed)], Noted.TakeLast(2).Select(e => (e.Kind, e.Passed)));
    }

    // Rented with an estimate, tested without a word about it: the next estimate for such a GPU rests on what was measured.
    [Fact]
    public void The_pace_is_noted_with_the_workload_of_the_estimate_and_the_next_estimate_rests_on_it()
    {
        const string Train = "i=0; while sleep 0.1; do i=$((i+1)); echo \"step $i loss $((99 - i))\"; done";
        _bed.Run("$work = New-VastWorkload gpt2 Full -SequenceLength 1024 -BatchSize 8 -Steps 1000").Clean<object>();
        Assert.Single(Test("echo step 1 loss 2", "-Steps 1 -Estimate ($box | Measure-VastRun $work -NoLocalHistory)").Output);
        VastSmokeResult result = Assert.Single(Test(Train, "-Steps 12").Clean<VastSmokeResult>());

        MeasuredRun measured = Noted[^1].Measured!;
        Assert.Equal(
            (result.StepTimeMedian!.Value, "openai-community/gpt2", _bed.Box.GpuName),
            (measured.StepTime, measured.Workload.Model, measured.GpuName));
        VastRunEstimate next = Assert.Single(_bed.Run("$box | Measure-VastRun $work").Clean<VastRunEstimate>());
        Assert.Contains("noted on this computer", next.Source, StringComparison.Ordinal);
        Assert.Equal(measured.StepTime.TotalSeconds, next.StepTime.TotalSeconds, 0.5 * measured.StepTime.TotalSeconds);
    }

    [Theory]
    [InlineData("", true, null)]
    [InlineData("-ResumeCommand $command", true, null)]
    [InlineData("-ResumeCommand \"rm -r out; $command\"", false, "the resumed command begins anew instead of going on after step")]
    [InlineData(
        "-ResumeCommand 'echo there is no checkpoint; exit 4'",
        false,
        "the resumed command ended with exit code 4: there is no checkpoint")]
    public void A_checkpoint_is_waited_for_and_resumed(string resume, bool passes, string? reason)
    {
        // Saves once, three quarters of a second after the steps that are asked for.
        const string Train = """
            cd; i=$(cat out/step 2>/dev/null || echo 0)
            while sleep 0.05; do
              i=$((i+1)); echo "step $i loss $((200 - i))"
              if [ $i = 25 ]; then mkdir -p out; echo $i >out/step; fi
            done
            """;
        VastSmokeResult result =
            Assert.Single(Test(Train, $"-Steps 10 -Timeout 40s -CheckpointPath out {resume}").Clean<VastSmokeResult>());
        Assert.Equal(passes, result.Passed);
        Assert.True(result.CheckpointSaved);
        Assert.Equal(resume.Length == 0 ? null : passes, result.Resumed);
        Assert.Equal(resume == "-ResumeCommand $command" ? 174 : null, passes ? result.ResumedLoss : null);
        Assert.Equal(10, result.Steps);
        Assert.Contains(reason ?? "", string.Join("; ", result.Reasons), StringComparison.Ordinal);
        Wait.Until(() => !Processes.Any("out/step"), TimeSpan.FromSeconds(5), "the training to end");
    }

    // Logs, events and settings lie beside checkpoints, and some are written all the time.
    [Theory]
    [InlineData("echo w >out/checkpoint-25/model.bin", true)]
    [InlineData("echo w >out/state", true)]
    [InlineData("echo w >out/checkpoint-25/model.bin.tmp", false)]
    [InlineData(":", false)]
    public void What_lies_beside_a_checkpoint_is_none(string save, bool isSaved)
    {
        string train = $$"""
            cd; mkdir -p out/runs out/checkpoint-25; echo '{}' >out/config.json; echo e >out/runs/events.out.tfevents.1; i=0
            while [ $i -lt 60 ] && sleep 0.05; do
              i=$((i+1)); echo "step $i loss $((200 - i))" | tee -a out/train.log
              if [ $i = 25 ]; then {{save}}; fi
            done
            """;
        VastSmokeResult result = Assert.Single(Test(train, "-Steps 10 -CheckpointPath out").Clean<VastSmokeResult>());
        Assert.Equal((isSaved, isSaved), (result.CheckpointSaved, result.Passed));
        Assert.Equal(isSaved, Assert.Single(Test(train, "-Steps 10 -CheckpointPath 'out/check*'").Clean<VastSmokeResult>()).CheckpointSaved == true
            || save.Contains("out/state", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_saved_before_is_no_checkpoint_of_this_test()
    {
        VastSmokeResult result = Assert.Single(Test(
            "cd; mkdir -p old; " + Trainings.Steps(20, "2", "echo saved nothing"),
            "-Steps 10 -CheckpointPath old").Clean<VastSmokeResult>());
        Assert.Equal((false, "no checkpoint was saved at old: saved nothing"), (result.CheckpointSaved, Assert.Single(result.Reasons)));
        _bed.Run("$box | Invoke-VastCommand 'cd; echo 1 >old/model'").Clean<VastCommandResult>();
        Assert.False(Assert.Single(Test(
            Trainings.Steps(20, "2", ""), "-Steps 10 -CheckpointPath old -ResumeCommand true").Clean<VastSmokeResult>()).CheckpointSaved);
        Assert.True(Assert.Single(
            Test(Trainings.Steps(20, "2", "echo 2 >old/model"), "-Steps 10 -CheckpointPath old").Clean<VastSmokeResult>()).CheckpointSaved);
    }

    [Fact]
    public void Each_instance_is_tested_and_one_that_is_missing_is_told()
    {
        Ran ran = _bed.Run(
            "999999, $box.InstanceId | ForEach-Object { Invoke-VastSmokeTest -InstanceId $_ -Command 'echo step 1 loss 2' -Steps 1 }");
        ran.OneError("VastInstanceNotFound");
        Assert.True(Assert.IsType<VastSmokeResult>(Assert.Single(ran.Output)).Passed);
    }

    [Theory]
    [InlineData("-Expect 'loss sinks'", "Expect")]
    [InlineData("-Pattern '(?<loss'", "Pattern")]
    [InlineData("-Steps 0", "Steps")]
    [InlineData("-Timeout 0s", "Timeout")]
    [InlineData("-TotalSteps -1", "TotalSteps")]
    [InlineData("-ResumeCommand true", "ResumeCommand")]
    [InlineData("-Estimate 5", "Estimate")]
    public void Bad_input_is_one_error_before_anything_is_sent(string arguments, string parameter)
    {
        int before = _bed.Vast.Requests.Count;
        Assert.Contains("-" + parameter, Test("true", arguments).OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Fact]
    public void A_stop_ends_the_training_and_proves_nothing()
    {
        DateTimeOffset[] before = [.. Noted.Select(e => e.At)];
        _bed.Stops("$box | Invoke-VastSmokeTest 'echo step 1 loss 2; sleep 3151'", "sleep 3151");
        Assert.Equal(before, Noted.Select(e => e.At));
    }

    private Ran Test(string command, string arguments) =>
        _bed.Run($"$box | Invoke-VastSmokeTest $command {arguments}", ("command", command));
}
