using System.Text;
using VastPS.Features.Runs;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

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
    [InlineData(0, "", 1, false, "step 40", VastRunOutcome.OutOfHostMemory, 1)] // python train.py | tee log
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

    [Theory]
    [InlineData("step 1\nValueError: bad batch", "ValueError: bad batch")]
    [InlineData("[rank0]: ValueError: bad batch\nx.ChildFailedError: \n  exitcode  : 1\n======", "[rank0]: ValueError: bad batch|exitcode  : 1")]
    [InlineData("cp: no such file", "cp: no such file")]
    [InlineData("", "")]
    public void A_failed_run_shows_its_last_error_and_its_last_words(string tail, string expected) => Assert.Equal(
        expected, string.Join('|', OutcomeRule.Judge(new EndFacts(3, "", 0, false, tail)).Evidence.Skip(1).Select(e => e["log: ".Length..])));

    // What python train.py | tee log leaves: the code of tee.
    [Theory]
    [InlineData("ValueError: bad batch", VastRunOutcome.Failed)]
    [InlineData("KeyboardInterrupt", VastRunOutcome.Failed)]
    [InlineData("AssertionError: loss: 12.5", VastRunOutcome.Failed)]
    [InlineData("RuntimeError: CUDA error: device-side assert triggered\nCUDA kernel errors might be reported elsewhere.\nFor debugging consider passing CUDA_LAUNCH_BLOCKING=1.\n", VastRunOutcome.Failed)]
    [InlineData("ValueError: x\nwandb: Run summary:\nwandb: train/loss 2.5\n", VastRunOutcome.Failed)]
    [InlineData("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\n\n  0%|   | 0/50 [00:02<?, ?it/s]", VastRunOutcome.OutOfMemory)]
    [InlineData("ChildFailedError: \n=====\ntrain.py FAILED\n  exitcode  : -9 (pid: 7)\n=====\n", VastRunOutcome.Failed)]
    [InlineData("ConnectionError: tried again\nstep 2 loss 2.9\ndone", VastRunOutcome.Completed)]
    public void A_code_of_0_hides_no_error_at_the_end_of_the_log(string error, VastRunOutcome expected) => Assert.Equal(
        expected, OfLog("step 1 loss 3\nTraceback (most recent call last):\n  File \"t.py\", line 1, in <module>\n    main()\n" + error));

    [Theory]
    [InlineData("Exception ignored in: <function Iter.__del__ at 0x7f>\nTraceback (most recent call last):\n  File \"loader.py\", line 1\nAssertionError: can only test a child process")]
    [InlineData("Exception in thread Thread-5 (_pin_memory_loop):\nTraceback (most recent call last):\n  File \"loader.py\", line 1\nConnectionResetError: x")]
    public void What_Python_could_not_raise_ends_nothing(string words) => Assert.Equal(VastRunOutcome.Completed, OfLog("step 1 loss 3\n" + words));

    // The data of the development machine; elsewhere the tables above hold the same forms.
    [Theory]
    [InlineData("gnmt-multi-rank-oom.txt", VastRunOutcome.OutOfMemory)]
    [InlineData("oumi-trl-oom.err", VastRunOutcome.OutOfMemory)]
    [InlineData("waveglow-dll-oom-16gpu.txt", VastRunOutcome.OutOfMemory)]
    [InlineData("nanogpt-oom-wandb-output.log", VastRunOutcome.OutOfMemory)]
    [InlineData("nan-then-sigkill-8gpu.txt", VastRunOutcome.Failed)]
    [InlineData("sigkill-9-torchrun.txt", VastRunOutcome.Failed)]
    [InlineData("sigsegv-torchrun-8gpu.log", VastRunOutcome.Failed)]
    [InlineData("verl-ray-assertion.log", VastRunOutcome.Failed)]
    [InlineData("lsf-deepspeed-many-failures.err", VastRunOutcome.Failed)]
    [InlineData("slurm-timelimit-attributeerror.err", VastRunOutcome.Failed)]
    [InlineData("lightning-ansi-train.out", VastRunOutcome.Completed)]
    [InlineData("nanogpt-speedrun-baseline.log", VastRunOutcome.Completed)]
    [InlineData("trl-sft-qlora.log", VastRunOutcome.Completed)]
    [InlineData("trl-grpo.log", VastRunOutcome.Completed)]
    [InlineData("paddle-rec-train.log", VastRunOutcome.Completed)]
    public void Captured_logs_that_a_pipe_wrote_end_as_they_did(string name, VastRunOutcome expected)
    {
        string? log = Repo.SharedData is { } data ? Path.Combine(data, "logs", name) : null;
        Assert.SkipUnless(File.Exists(log), "There are no captured logs on this computer.");
        byte[] bytes = File.ReadAllBytes(log);
        string tail = TerminalText.Clean(Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - 16000))).Replace('\r', '\n'));
        Assert.Equal(expected, OfLog(string.Join('\n', tail.Split('\n').TakeLast(200))));
    }

    [Fact]
    public void Only_Completed_gives_the_code_0() =>
        Assert.Equal([VastRunOutcome.Completed], Enum.GetValues<VastRunOutcome>().Where(o => OutcomeRule.ExitCode(o, 0) == 0));

    private static VastRunOutcome OfLog(string tail) => OutcomeRule.Judge(new EndFacts(0, "", 0, false, tail)).Outcome;
}
