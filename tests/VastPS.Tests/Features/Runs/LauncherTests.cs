using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Start-VastRun -Launcher, with the real torchrun and two ranks.</summary>
public sealed class LauncherTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private const string Training = """
        import os, sys, time
        import torch, torch.distributed as dist
        dist.init_process_group("gloo")
        w = torch.zeros(1, requires_grad=True)
        for step in range(1, 13):
            loss = ((w - 3) ** 2).sum()
            loss.backward()
            dist.all_reduce(w.grad)
            with torch.no_grad():
                w -= 0.05 * w.grad
                w.grad.zero_()
            if dist.get_rank() == 0: print(f"step {step}/12 loss {loss.item():.4f}")
            if dist.get_rank() == 1 and step == 7 and sys.argv[1] == "raise": raise ValueError("bad batch")
            if dist.get_rank() == 1 and step == 7 and sys.argv[1] == "kill": os.kill(os.getpid(), 9)
            time.sleep(0.02)
        """;

    private readonly RunBed _bed = shared.Bed;

    [Theory]
    [Needs("python3-torch", "torchrun")]
    [InlineData("go", VastRunOutcome.Completed, "exit code 0")]
    [InlineData("raise", VastRunOutcome.Failed, ", rank 1: [default1]:ValueError: bad batch")]
    [InlineData("kill", VastRunOutcome.Killed, ", rank 1: ")]
    public void Each_GPU_has_a_rank_and_the_one_that_failed_is_named_with_its_line(string what, VastRunOutcome outcome, string evidence)
    {
        // Debian's package belongs to the Python of the system.
        const string Script = """
            $two = Get-VastOffer -GpuCount 2 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance
            $two | Invoke-VastCommand 'cat >train.py' -InputText $text | Out-Null
            $run = $two | Start-VastRun "python3 train.py $what" -Launcher Torchrun -MaxRuntime 5m -Force -Environment @{ PATH = '/usr/bin:/bin' }
            $run | Wait-VastRun -PollInterval 500ms -WarningAction Ignore
            $run | Receive-VastRunLog
            """;
        Ran ran = _bed.Run(Script, ("text", Training), ("what", what));
        IReadOnlyList<object> output = ran.Clean<object>();
        VastRun run = Assert.IsType<VastRun>(output[0]);
        Assert.True(outcome == run.Outcome, string.Join('\n', run.Evidence));
        Assert.Contains(run.Evidence, e => e.Contains(evidence, StringComparison.Ordinal));
        Assert.Equal(outcome != VastRunOutcome.Completed, run.Evidence.Any(e => e.StartsWith("log line ", StringComparison.Ordinal)));
        Assert.Contains(output.OfType<string>(), l => l.StartsWith("[default0]:step 6/12 loss ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-NodeCount 2", "one instance")]
    [InlineData("-Launcher Torchrun -NodeCount 0", "one instance")]
    public void More_than_one_box_is_one_clear_error_before_anything_is_asked(string arguments, string why)
    {
        int before = _bed.Vast.Requests.Count;
        string said = _bed.Run($"$box | Start-VastRun 'train.py' -MaxRuntime 1h {arguments}").OneError("VastInvalidValue").Exception.Message;
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Fact]
    public void A_command_that_a_launcher_cannot_start_is_one_clear_error() => _bed.Run(
        "$box | Start-VastRun 'cd x && python train.py' -MaxRuntime 1h -Launcher Ray").OneError("VastInvalidValue");
}
