using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Ends by real causes: a box without processes, without memory, without disk; a rank that is killed.</summary>
public sealed class RealCauseTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    [Theory]
    [InlineData("")]
    [InlineData("keeper")]
    [InlineData("folder")]
    public void The_limit_holds_where_no_process_can_be_made(string lost)
    {
        VastRun run = _bed.Start("sleep 4981 & sleep 4982 & wait", "-MaxRuntime 4s");
        Wait.Until(() => Processes.Any("sleep 4981") && Processes.Any("sleep 4982"), TimeSpan.FromSeconds(20), "the run to begin");
        int keeper = Keeper(run);
        Wait.Until(() => Processes.Any($"limiter.sh {run.RunId}"), TimeSpan.FromSeconds(20), "the limit to be kept");
        using var group = ControlGroup.Of("pids");
        group.Add(Procs.Tree(keeper));
        group.Close();
        if (lost == "keeper")
        {
            Procs.Signal(keeper, "KILL");
        }
        else if (lost == "folder")
        {
            _bed.Shell($"rm -r ~/.vastps/runs/{run.RunId}");
        }

        Wait.Until(
            () => !Processes.Any("sleep 4981") && !Processes.Any("sleep 4982"), TimeSpan.FromSeconds(30), "the limit to end the run");
        group.Open();
        if (lost != "folder")
        {
            Assert.Equal(VastRunOutcome.TimedOut, _bed.Ended(run).Outcome);
        }
    }

    [Fact]
    [Needs("perl")]
    public async Task A_limit_of_memory_that_the_kernel_enforces_is_named_and_not_the_GPU()
    {
        await using RunBed bed = await RunBed.StartAsync();
        using var group = ControlGroup.Of("memory");
        group.Limit(200_000_000);
        string server = Path.Combine(bed.Vast.Server.Folder, $"{bed.Box.InstanceId}", "sshd_config");
        group.Add(Procs.WithCommandLine(server).SelectMany(Procs.Tree));
        bed.Cut();
        VastRun ended = bed.Ended(bed.Start("echo 'step 1 loss 2'; perl -e '$x = \"a\" x 500_000_000; sleep 1'"));
        Assert.Equal((VastRunOutcome.OutOfHostMemory, 137), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Contains(ended.Evidence, e => e.Contains("system memory", StringComparison.Ordinal));
    }

    [Fact]
    public void A_number_of_processes_that_the_kernel_enforces_is_the_cause()
    {
        VastRun run = _bed.Start(
            "while [ ! -e enter ]; do sleep 0.1; done; echo 'step 1 loss 2'; "
            + "perl -e 'for (1..200) { defined(my $p = fork) or die \"can not fork: $!\\n\"; if (!$p) { sleep 5; exit } }'",
            "-MaxRuntime 5m");
        int keeper = Keeper(run);
        using var group = ControlGroup.Of("pids");
        group.Add(Procs.Tree(keeper));
        group.Most(40);
        _bed.Shell("touch enter");
        VastRun ended = _bed.Ended(run);
        _bed.Shell("rm enter");
        Assert.Equal(VastRunOutcome.Failed, ended.Outcome);
        Assert.Contains(ended.Evidence, e => e.Contains("Resource temporarily unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public void A_full_disk_is_named_with_the_line_that_says_so()
    {
        _bed.Shell("mkdir -p small && mount -t tmpfs -o size=1m tmpfs small");
        VastRun ended = _bed.Ended(_bed.Start("echo 'step 1 loss 2'; dd if=/dev/zero of=small/ckpt bs=64k count=100"));
        _bed.Shell("umount small");
        Assert.Equal(VastRunOutcome.DiskFull, ended.Outcome);
        Assert.Contains(
            ended.Evidence, e => e.StartsWith("log line 2: ", StringComparison.Ordinal) && e.EndsWith("No space left on device", StringComparison.Ordinal));
    }

    private static int Keeper(VastRun run) =>
        Procs.WithCommandLine("/run.sh").First(p => Procs.CommandLine(p).Contains(run.RunId, StringComparison.Ordinal));
}
