using System.Security.Cryptography;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>What VastPS does on boxes, in dash, in bash, and on a box that has BusyBox and nothing else.</summary>
[Needs("dash")]
[Needs("bash")]
[Needs("busybox")]
public sealed class OtherShellTests : IAsyncLifetime
{
    private readonly string _here = Directory.CreateTempSubdirectory("vastps-shells").FullName;
    private RunBed _bed = null!;

    public static TheoryData<string> Shells => BoxShell.Names;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        Directory.Delete(_here, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_run_is_started_followed_and_judged(string shell)
    {
        BoxShell.Use(_bed, shell);
        VastRun run = _bed.Start("mkdir -p w/out; for i in 1 2 3; do echo \"step $i loss 0.$i\"; done; echo x >w/out/a.pt; exit 3");
        VastRun ended = _bed.Ended(run);
        Assert.Equal((VastRunOutcome.Failed, 3), (ended.Outcome, ended.ExitCode));
        Assert.Equal(
            ["step 1 loss 0.1", "step 2 loss 0.2", "step 3 loss 0.3"],
            _bed.Run("$run | Receive-VastRunLog", ("run", run)).Clean<string>());
        VastRun watched = Assert.Single(_bed.Run(
            "$box | Start-VastRun 'echo step 1 loss 2; sleep 1; echo step 2 loss 1' -MaxRuntime 1m | Wait-VastRun").Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Completed, watched.Outcome);
        Assert.Equal(2, _bed.Run("$box | Get-VastRun").Clean<VastRun>().Count);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_run_is_ended_with_all_that_it_started(string shell)
    {
        BoxShell.Use(_bed, shell);
        VastRun run = _bed.Start("trap '' TERM; setsid sleep 4961 & (sleep 4962; true) & wait; wait; sleep 4963");
        Wait.Until(() => Processes.Any("sleep 4961") && Processes.Any("sleep 4962"), TimeSpan.FromSeconds(20), "the processes of the run");
        VastRun ended = Assert.Single(_bed.Run("$run | Stop-VastRun -Grace 500ms -Confirm:$false", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Killed, ended.Outcome);
        Assert.False(Processes.Any("sleep 4961") || Processes.Any("sleep 4962") || Processes.Any("sleep 4963"));

        VastRun late = _bed.Ended(_bed.Start("echo begin; sleep 4964", "-MaxRuntime 1s"));
        Assert.Equal((VastRunOutcome.TimedOut, 124), (late.Outcome, late.ExitCode));
        Assert.False(Processes.Any("sleep 4964"));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_command_is_ended_with_all_that_it_started(string shell)
    {
        BoxShell.Use(_bed, shell);
        VastCommandResult ended = Assert.Single(_bed.Run(
            "$box | Invoke-VastCommand 'trap \"\" TERM; sleep 4971 & sleep 4972' -Timeout 1s").Output.OfType<VastCommandResult>());
        Assert.True(ended.TimedOut);
        Wait.Until(() => !Processes.Any("sleep 4971") && !Processes.Any("sleep 4972"), TimeSpan.FromSeconds(10), "the command to be gone");
        Assert.Equal(
            "in", Assert.Single(_bed.Run("$box | Invoke-VastCommand cat -InputText in").Clean<VastCommandResult>()).Stdout.Trim());
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_checkpoint_is_seen_when_it_is_whole(string shell)
    {
        BoxShell.Use(_bed, shell);
        const string Smoke =
            "$box | Invoke-VastSmokeTest 'mkdir -p w; echo step 1 loss 2; echo x >w/a.pt; sleep 30' -Steps 1 -CheckpointPath w";
        VastSmokeResult smoke = Assert.Single(_bed.Run(Smoke).Clean<VastSmokeResult>());
        Assert.True(smoke.CheckpointSaved, string.Join("; ", smoke.Reasons));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_repository_is_fetched_and_set_up(string shell)
    {
        BoxShell.Use(_bed, shell, "git");
        using var repository = new GitRepository();
        Ran SetUp(string commit, string more) => _bed.Run(
            $"$box | Initialize-VastInstance -Repository $uri -Commit {commit} {more}", ("uri", repository.Uri));
        VastSetupResult first = Assert.Single(
            SetUp(repository.First, "-Path 'a/b c' -SetupCommand 'echo building; cat train.py'").Clean<VastSetupResult>());
        Assert.Equal((repository.First, true, 0), (first.Commit, first.IsFetched, first.SetupExitCode));
        Assert.EndsWith("/a/b c", first.Path, StringComparison.Ordinal);
        Assert.Contains("building\nprint(1)", _bed.Shell($"cat '{first.LogPath}'"), StringComparison.Ordinal);
        VastSetupResult second = Assert.Single(SetUp(repository.Second, "-Path 'a/b c'").Clean<VastSetupResult>());
        Assert.Equal(repository.Second, second.Commit);
        SetUp(repository.Second, "-Path 'a/b c' -RepeatSetup -SetupCommand 'echo bad luck; exit 4'").OneError("VastSetupFailed");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_tree_goes_there_and_back(string shell)
    {
        BoxShell.Use(_bed, shell);
        byte[] weights = RandomNumberGenerator.GetBytes(3_000_000);
        string tree = Path.Combine(_here, "tree");
        Directory.CreateDirectory(Path.Combine(tree, "sub", "hollow"));
        File.WriteAllBytes(Path.Combine(tree, "weights.bin"), weights);
        File.WriteAllText(Path.Combine(tree, "sub", "odd name's \n file.txt"), "odd");
        File.CreateSymbolicLink(Path.Combine(tree, "sub", "link"), "../weights.bin");
        const string Both = """
            $box | Send-VastItem $here/tree work -Recurse
            $box | Send-VastItem $here/tree work -Recurse
            $box | Receive-VastItem work/tree $here/back -Recurse
            """;
        _bed.Run(Both, ("here", _here)).Clean<object>();
        string back = Path.Combine(_here, "back", "tree");
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(back, "weights.bin")));
        Assert.Equal("odd", File.ReadAllText(Path.Combine(back, "sub", "odd name's \n file.txt")));
        Assert.Equal("../weights.bin", new FileInfo(Path.Combine(back, "sub", "link")).LinkTarget);
        Assert.True(Directory.Exists(Path.Combine(back, "sub", "hollow")));
        Assert.Equal("tree", _bed.Shell("ls -A work"));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_box_is_looked_at(string shell)
    {
        (string, VastCheckStatus, double?)[] usual = Checked();
        BoxShell.Use(_bed, shell);
        Assert.Equal(usual, Checked());
        Assert.Contains(usual, c => c is ("GpuCount", VastCheckStatus.Pass, 1));
        Ran idle = _bed.Run("$box | Get-VastIdleInstance -For 1h -Verbose");
        Assert.Empty(idle.Errors);
        Assert.Empty(idle.Warnings);
        Assert.Contains(idle.Verbose, v => v.Contains("started", StringComparison.Ordinal));
        Assert.NotEmpty(_bed.Run("$box | Test-VastDisk").Clean<VastCheckResult>());
    }

    private (string Name, VastCheckStatus Status, double? Measured)[] Checked() =>
    [
        .. _bed.Run("$box | Test-VastMemory; $box | Test-VastGpu").Clean<VastCheckResult>().Select(c => (c.Name, c.Status, c.Measured)),
    ];
}
