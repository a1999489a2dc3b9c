using VastPS.Kernel.State;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Wait-VastRun: each outcome by its real cause on a real box.</summary>
public sealed class WaitVastRunTests : IAsyncLifetime
{
    // Looks as close as a test likes.
    private const string Close = "-PollInterval 200ms";

    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Theory]
    [InlineData("echo working; sleep 1; echo done", "", VastRunOutcome.Completed, 0)]
    [InlineData("echo oops >&2; sleep 1; exit 3", "", VastRunOutcome.Failed, 3)]
    [InlineData("sleep 1; kill -9 $$", "", VastRunOutcome.Killed, 137)]
    [InlineData("sleep 1; echo 'RuntimeError: CUDA out of memory. Tried to allocate 2 GiB' >&2; exit 1", "", VastRunOutcome.OutOfMemory, 1)]
    [InlineData("echo begin; sleep 4801", "-StallTime 1s", VastRunOutcome.Stalled, 75)]
    [InlineData("echo \"{'loss': 11.5, 'epoch': 0.1}\"; sleep 4802", "-AbortIf 'loss > 8'", VastRunOutcome.Contradicted, 76)]
    [InlineData(
        "i=0; while sleep 0.2; do i=$((i+1)); echo \"step $i loss 1.5\"; done", "-ExpectedStepTime 50ms", VastRunOutcome.Contradicted, 76)]
    public void Each_end_has_its_name(string command, string arguments, VastRunOutcome outcome, int code)
    {
        VastRun run = _bed.Start(command);
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} {arguments}", ("run", run)).Clean<VastRun>());
        Assert.Equal(outcome, ended.Outcome);
        Assert.Equal(code, ended.ExitCode);
        Assert.Equal(run.RunId, ended.RunId);
        Assert.NotEmpty(ended.Evidence);
    }

    [Fact]
    public async Task A_driver_that_hangs_hides_neither_the_end_nor_the_log()
    {
        VastRun run = _bed.Start("echo step 1 loss 2; exit 3");
        using IDisposable hung = await _bed.ReplaceAsync("nvidia-smi", "exec sleep 4899");
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal((VastRunOutcome.Failed, 3), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Equal(["step 1 loss 2"], _bed.Run("$run | Receive-VastRunLog", ("run", run)).Clean<string>());
    }

    [Fact]
    public async Task A_run_that_is_three_times_slower_than_its_smoke_test_contradicts_without_being_told_what_to_expect()
    {
        await _bed.NoteAsync(EvidenceKind.Smoke, new RunPace { StepTime = TimeSpan.FromMilliseconds(65) });
        VastRun run = _bed.Start("i=0; while sleep 0.2; do i=$((i+1)); echo \"step $i loss 1.5\"; done");
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Contradicted, ended.Outcome);
        Assert.Contains("times the expected 65ms", ended.Evidence[0], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMilliseconds(65), ended.ExpectedStepTime);
        Assert.True(ended.StepTime > ended.ExpectedStepTime * 2, $"{ended.StepTime}");
    }

    [Theory]
    [InlineData("{'loss': nan}", "Any", "loss is not a finite number")]
    [InlineData("{'reward': 0.0, 'reward_std': 0.0}", "Reinforcement", "no reward is above 0")]
    public void A_run_gone_wrong_contradicts_by_the_rules_of_its_kind(string line, string kind, string evidence)
    {
        VastRun run = _bed.Start($"while sleep 0.02; do echo \"{line}\"; done", $"-MaxRuntime 10m -Kind {kind}");
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Contradicted, ended.Outcome);
        Assert.Contains(evidence, ended.Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_of_the_box_is_TimedOut()
    {
        VastRun run = _bed.Start("echo begin; sleep 4803", "-MaxRuntime 2s");
        VastRun ended = Assert.Single(_bed.Run($"Wait-VastRun $run.Name {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.TimedOut, ended.Outcome);
        Assert.False(Processes.Any("sleep 4803"));
    }

    [Fact]
    public void An_instance_that_is_gone_is_Removed()
    {
        VastRun run = _bed.Start("sleep 4804");
        _bed.Run("$box | Remove-VastInstance -Confirm:$false").Clean<object>();
        Assert.Equal(
            VastRunOutcome.Removed, Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>()).Outcome);
    }

    [Fact]
    public async Task A_box_whose_sshd_is_gone_is_LostContact_and_can_be_watched_again()
    {
        VastRun run = _bed.Start("sleep 4806");
        _bed.Vast.Server.Faults.Set(SimFault.SshRefused, true);
        await _bed.Vast.Server.SettleAsync();
        VastRun lost = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} -LostAfter 1s", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.LostContact, lost.Outcome);
        Assert.Equal(78, lost.ExitCode);
        _bed.Vast.Server.Faults.Set(SimFault.SshRefused, false);
        await _bed.Vast.Server.SettleAsync();

        // A box of the simulator goes down with its sshd and takes the run with it: the second answer is the true one.
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} -LostAfter 1h", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Killed, ended.Outcome);
        Assert.Contains(ended.Evidence, e => e.Contains("no exit code was written", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_process_watches_on_by_name_and_comes_to_the_same_answer()
    {
        VastRun run = _bed.Start("sleep 3; exit 5");
        var shown = new CaptureHost("Yes");
        using CmdletHost first = _bed.Vast.Host(shown);
        int before = _bed.Vast.Requests.Count;
        (Ran _, TimeSpan took) =
            first.RunAndStop($"Wait-VastRun $run.Name {Close}", () => _bed.Vast.Requests.Count > before + 1, ("run", run));
        Promptly.Back(took);
        Assert.Contains("Wait-VastRun " + run.Name, shown.Shown, StringComparison.Ordinal);
        using CmdletHost other = _bed.Vast.Host();
        VastRun ended = Assert.Single(other.Run($"Wait-VastRun $run.Name {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal((VastRunOutcome.Failed, 5), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Equal(
            VastRunOutcome.Failed, Assert.Single(other.Run($"Wait-VastRun $run.Name {Close}", ("run", run)).Clean<VastRun>()).Outcome);
    }

    // Preference training of a small model: no other test measures that kind, and notes are kept for the whole computer.
    [Fact]
    public void What_a_run_took_to_its_completion_is_what_the_next_estimate_rests_on()
    {
        VastRunEstimate table = Assert.Single(_bed.Run(
            "$work = New-VastWorkload gpt2 DPO -SequenceLength 1024 -BatchSize 8 -Steps 20; $box | Measure-VastRun $work")
                .Clean<VastRunEstimate>());
        Assert.Equal("table of GPU speeds", table.Source);
        string seconds = table.StepTime.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
        VastRun run = Assert.Single(_bed.Run(
            "$box | Start-VastRun $train -MaxRuntime 10m -Force -Estimate $table",
            ("train", $"for i in $(seq 20); do sleep {seconds}; echo \"step $i loss 1.5\"; done"), ("table", table)).Clean<VastRun>());

        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>());

        VastRunEstimate next = Assert.Single(_bed.Run("$box | Measure-VastRun $work").Clean<VastRunEstimate>());
        Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
        Assert.EndsWith("noted on this computer", next.Source, StringComparison.Ordinal);
        Assert.Equal(ended.StepTime!.Value.TotalSeconds, next.StepTime.TotalSeconds, 1e-5);
        Assert.Equal(
            "table of GPU speeds", Assert.Single(_bed.Run("$box | Measure-VastRun $work -NoLocalHistory").Clean<VastRunEstimate>()).Source);
    }

    [Theory]
    [InlineData("Wait-VastRun x -AbortIf 'loss is bad'", "AbortIf")]
    [InlineData("Wait-VastRun x -PollInterval 0s", "PollInterval")]
    [InlineData("Wait-VastRun x -LostAfter 0s", "LostAfter")]
    [InlineData("Wait-VastRun x -Destination .", "Destination")]
    [InlineData("Wait-VastRun x -ReceivePath \"a`nb\"", "ReceivePath")]
    [InlineData("Receive-VastRunLog x -Tail -1", "Tail")]
    public void Bad_input_is_one_error(string script, string parameter) =>
        Assert.Contains("-" + parameter, _bed.Run(script).OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
}
