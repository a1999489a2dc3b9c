using System.Management.Automation;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

/// <summary>Initialize-VastInstance on real boxes, with real repositories.</summary>
public sealed class InitializeVastInstanceTests : IAsyncLifetime
{
    private readonly GitRepository _repository = new();
    private RunBed _bed = null!;
    private string _home = "";

    public async ValueTask InitializeAsync()
    {
        _bed = await RunBed.StartAsync(isProven: false);
        _home = Assert.Single(await _bed.Vast.Server.GetInstancesAsync()).Home!;
    }

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public void A_repository_is_cloned_at_the_commit_and_set_up()
    {
        using var server = new GitServer(_repository);
        VastSetupResult result = SetUp(server.Uri, _repository.First, "-SetupCommand 'echo building; cat train.py > built'");
        Assert.Equal(
            (_bed.Box.InstanceId, server.Uri, _repository.First, true, true, 0, 1),
            (
                result.InstanceId,
                result.Repository,
                result.Commit,
                result.IsFetched,
                result.IsSetupRun,
                result.SetupExitCode,
                result.AttemptCount));
        Assert.Equal(OnBox("cd train && pwd -P"), result.Path);
        Assert.True(result.Duration > TimeSpan.Zero);
        Assert.Equal("print(1)", OnBox("cat train/built"));
        Assert.Contains("\nbuilding", OnBox($"cat {result.LogPath}"), StringComparison.Ordinal);
        Assert.Equal(server.Uri, OnBox("git -C train remote get-url origin"));
        Assert.Equal(_repository.First, OnBox("git -C train rev-parse HEAD"));
        Assert.Equal("", OnBox("ls -d .vastps-* 2>/dev/null; git -C train status --porcelain --untracked-files=no"));
    }

    [Fact]
    public void The_next_commands_work_in_the_folder()
    {
        VastSetupResult result = SetUp(_repository.Uri, _repository.First, "-Path a/b");
        Assert.Equal(
            "next",
            Assert.Single(_bed.Run("$setup | Invoke-VastCommand 'echo next'", ("setup", result)).Clean<VastCommandResult>()).Stdout);
        VastSmokeResult smoke = Assert.Single(_bed.Run(
            "$setup | Invoke-VastSmokeTest 'test -e train.py && echo step 1 loss 2' -Steps 1", ("setup", result)).Clean<VastSmokeResult>());
        Assert.Empty(smoke.Reasons);
        VastRun run =
            Assert.Single(_bed.Run("$setup | Start-VastRun 'test -e train.py' -MaxRuntime 1m -Force", ("setup", result)).Clean<VastRun>());
        Assert.Equal(0, _bed.Ended(run).ExitCode);
    }

    [Fact]
    public void The_second_call_does_nothing_again_unless_asked()
    {
        using var server = new GitServer(_repository);
        const string Count = "-SetupCommand 'echo x >> ../count'";
        VastSetupResult first = SetUp(server.Uri, _repository.Second[..8], Count);
        int requests = server.Requests;
        VastSetupResult second = SetUp(server.Uri, _repository.Second[..10], Count);
        Assert.Equal((false, false, 0), (second.IsFetched, second.IsSetupRun, second.SetupExitCode));
        Assert.Equal((first.Commit, first.Path, first.LogPath), (second.Commit, second.Path, second.LogPath));
        Assert.Equal(_repository.Second, second.Commit);
        Assert.Equal("x", OnBox("cat count"));

        Assert.True(SetUp(server.Uri, _repository.Second, Count + " -RepeatSetup").IsSetupRun);
        Assert.True(SetUp(server.Uri, _repository.Second, "-SetupCommand 'echo y >> ../count'").IsSetupRun);
        Assert.Equal("x\nx\ny", OnBox("cat count"));
        Assert.Equal(requests, server.Requests);
    }

    [Fact]
    public void A_copy_of_ours_moves_to_another_commit_and_keeps_what_git_does_not_follow()
    {
        SetUp(_repository.Uri, _repository.First, "-SetupCommand 'echo weights > model.bin'");
        string third = _repository.Commit("eval.py", "print(3)\n");
        VastSetupResult moved = SetUp(_repository.Uri, third, "-SetupCommand 'cp train.py seen'");
        Assert.Equal((third, true, true), (moved.Commit, moved.IsFetched, moved.IsSetupRun));
        Assert.Equal("weights\nprint(2)\nprint(3)", OnBox("cd train && cat model.bin seen eval.py"));

        OnBox("echo changed > train/train.py");
        ErrorRecord refused = Run(_repository.Uri, _repository.First, "").OneError("VastFolderTaken");
        Assert.Contains("changed since", refused.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("changed", OnBox("cat train/train.py"));
        Assert.Contains("differ from the commit", Assert.Single(Run(_repository.Uri, third, "").Warnings), StringComparison.Ordinal);

        OnBox("cd train && git checkout --quiet train.py && git checkout --quiet --detach HEAD~2 && echo mine > eval.py");
        Assert.Contains(
            "eval.py",
            Run(_repository.Uri, third, "").OneError("VastFolderTaken").Exception.Message + OnBox("cat train/eval.py"),
            StringComparison.OrdinalIgnoreCase);
        Assert.Equal("mine", OnBox("cat train/eval.py"));
    }

    [Theory]
    [InlineData("mkdir train; echo mine > train/notes.txt", "cat train/notes.txt")]
    [InlineData("echo mine > train", "cat train")]
    [InlineData(
        "git init --quiet train; cd train; echo mine > a; git add a; git -c user.name=a -c user.email=a@b commit -qm x", "cat train/a")]
    public void What_VastPS_did_not_bring_is_not_overwritten(string before, string look)
    {
        OnBox(before);
        string said = Run(_repository.Uri, _repository.First, "").OneError("VastFolderTaken").Exception.Message;
        Assert.Contains("Initialize-VastInstance", said, StringComparison.Ordinal);
        Assert.Equal("mine", OnBox(look));
        VastSetupResult beside = SetUp(_repository.Uri, _repository.First, "-Path '~/it''s work/train-2'");
        Assert.EndsWith("/it's work/train-2", beside.Path, StringComparison.Ordinal);
        Assert.Equal(_repository.First, OnBox("git -C \"it's work/train-2\" rev-parse HEAD"));
    }

    [Fact]
    public void A_working_copy_of_this_computer_travels_as_a_bundle()
    {
        Directory.CreateDirectory(Path.Combine(_repository.Folder, "sub"));
        File.WriteAllText(Path.Combine(_repository.Folder, "new.txt"), "not committed");
        Ran ran = Run(_repository.Folder, _repository.First[..7], "-SetupCommand 'cp train.py built'");
        VastSetupResult result = Assert.Single(ran.Clean<VastSetupResult>());
        Assert.Equal((_repository.First, _repository.Folder, true), (result.Commit, result.Repository, result.IsFetched));
        Assert.Contains(_repository.Folder, Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Assert.Equal("print(1)", OnBox("cat train/built"));
        Assert.Equal("", OnBox($"ls -d train/new.txt .vastps-* 2>/dev/null; grep -rF '{_repository.Folder}' train/.git"));

        VastSetupResult moved = SetUp(Path.Combine(_repository.Folder, "sub"), _repository.Second, "-Path train-2");
        Assert.Equal(_repository.Second, moved.Commit);
        Assert.Equal(_repository.Second, SetUp(_repository.Folder, _repository.Second, "").Commit);
        Assert.Equal("print(2)", OnBox("cat train/train.py"));
        Assert.Empty(_repository.Git("for-each-ref", "refs/heads/vastps"));
        Assert.DoesNotContain(
            Directory.EnumerateDirectories(Path.GetTempPath(), "vastps-git-*")
                .Select(d => Path.Combine(d, "git", "objects", "info", "alternates")),
            f => File.Exists(f) && File.ReadAllText(f).StartsWith(_repository.Folder, StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_can_be_fetched_here_and_sent_as_a_bundle()
    {
        using var server = new GitServer(_repository, cuts: 1);
        Ran ran = Run(server.Uri, _repository.First[..12], "-Bundle");
        VastSetupResult result = Assert.Single(ran.Clean<VastSetupResult>());
        Assert.Equal((_repository.First, server.Uri, 2), (result.Commit, result.Repository, result.AttemptCount));
        Assert.Contains("The network failed", Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Assert.Equal((null, null), (result.SetupExitCode, result.LogPath));
        Assert.Equal(server.Uri, OnBox("git -C train remote get-url origin"));
    }

    [Fact]
    public void A_connection_that_is_cut_is_tried_again()
    {
        using var server = new GitServer(_repository, cuts: 1);
        Ran ran = Run(server.Uri, _repository.First, "");
        Assert.Equal(2, Assert.Single(ran.Clean<VastSetupResult>()).AttemptCount);
        Assert.Contains("The network failed", Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Assert.Equal(_repository.First, OnBox("git -C train rev-parse HEAD"));
    }

    [Fact]
    public void A_set_up_that_lost_the_network_is_run_again_and_both_logs_are_kept()
    {
        string command = $"test -e ../once || {{ touch ../once; curl -s -S http://127.0.0.1:{SshBox.FreePort()}/; }}";
        VastSetupResult result = Assert.Single(
            _bed.Run(
                "$box | Initialize-VastInstance $from $commit $command",
                ("from", _repository.Uri),
                ("commit", _repository.First),
                ("command", command)).Clean<VastSetupResult>());
        Assert.Equal(2, result.AttemptCount);
        string log = OnBox($"cat {result.LogPath}");
        Assert.Contains("--- attempt 1", log, StringComparison.Ordinal);
        Assert.Contains("curl: (7)", log, StringComparison.Ordinal);
        Assert.Contains("--- attempt 2", log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_up_that_fails_is_one_error_with_the_end_of_its_log_and_runs_again_next_time()
    {
        const string Fails =
            "-SetupCommand 'echo x >> ../count; echo first; echo \"No matching distribution\" >&2; test -e ../good || exit 3'";
        Ran ran = Run(_repository.Uri, _repository.First, Fails + " -Verbose");
        string said = ran.OneError("VastSetupFailed").Exception.Message;
        Assert.Contains("exit code 3", said, StringComparison.Ordinal);
        Assert.Contains("\n    first\n    No matching distribution\n", said, StringComparison.Ordinal);
        Assert.Contains("train/.git/vastps/setup.log", said, StringComparison.Ordinal);
        Assert.Contains("first", ran.Verbose);
        Assert.Equal("x", OnBox("cat count"));
        Assert.Empty(ran.Output);

        OnBox("touch good");
        VastSetupResult again = SetUp(_repository.Uri, _repository.First, Fails);
        Assert.Equal((false, true), (again.IsFetched, again.IsSetupRun));
        Assert.False(SetUp(_repository.Uri, _repository.First, Fails).IsSetupRun);
    }

    [Fact]
    public void What_the_set_up_leaves_running_is_not_waited_for()
    {
        SetUp(_repository.Uri, _repository.First, "-SetupCommand 'sleep 3161 & echo started'");
        Assert.True(Processes.Any("sleep 3161"));
    }

    [Fact]
    public void The_time_limit_ends_all_that_was_started()
    {
        // A hasty clock would not wait for the answer that all has ended.
        var address = new ApiEndpoint(_bed.Vast.Server.Address, _bed.Vast.Server.ApiKey, VastKeySource.Parameter, "the test");
        using var host = new CmdletHost(new RunspaceServices(() => address, TimeProvider.System));
        string said = host.Run(
            $"$box | Initialize-VastInstance $from {_repository.First} -Timeout 6s -SetupCommand 'echo begin; (sleep 3171; true) & sleep "
            + $"3172'",
            ("box", _bed.Box), ("from", _repository.Uri)).OneError("VastSetupTimeout").Exception.Message;
        Assert.Contains("All it had started was ended", said, StringComparison.Ordinal);
        Assert.Contains("\n    begin\n", said, StringComparison.Ordinal);
        Assert.False(Processes.Any("sleep 317"));
    }

    [Fact]
    public void A_commit_that_is_not_there_leaves_nothing_behind()
    {
        _repository.Git("tag", "abcdef1", _repository.First);
        string[] sources = [_repository.Uri, _repository.Folder];
        foreach (string from in sources)
        {
            Assert.Contains("abcdef1", Run(from, "abcdef1", "").OneError("VastCommitNotFound").Exception.Message, StringComparison.Ordinal);
            Run(from, string.Concat(Enumerable.Repeat("01", 20)), "").OneError("VastCommitNotFound");
        }

        Assert.Equal("", OnBox("ls -d train .vastps-* 2>/dev/null; true"));
    }

    [Fact]
    public void A_private_repository_names_the_way_by_bundle()
    {
        using var server = new GitServer(_repository, status: 401);
        string said = Run(server.Uri, _repository.First, "").OneError("VastRepositoryUnreadable").Exception.Message;
        Assert.Contains("could not read Username", said, StringComparison.Ordinal);
        Assert.Contains("-Bundle", said, StringComparison.Ordinal);
        Assert.Contains(
            "git ls-remote",
            Run(server.Uri, _repository.First, "-Bundle").OneError("VastRepositoryUnreadable").Exception.Message,
            StringComparison.Ordinal);
        Assert.Equal("", OnBox("ls -d train .vastps-* 2>/dev/null; true"));
    }

    [Fact]
    public void Folders_that_are_no_repository_are_one_error()
    {
        Run("/nowhere/train", _repository.First, "").OneError("VastLocalItemNotFound");
        Run(TestEnvironment.Folder, _repository.First, "-Path t").OneError("VastRepositoryUnreadable");
        string shallow = Path.Combine(Path.GetDirectoryName(_repository.Folder)!, "shallow");
        _repository.Git("clone", "--quiet", "--depth", "1", _repository.Uri, shallow);
        Assert.Contains(
            "--unshallow", Run(shallow, _repository.Second, "").OneError("VastRepositoryUnreadable").Exception.Message, StringComparison.Ordinal);
        Run(_repository.Uri, _repository.First, "-Path '~'").OneError("VastWholeFolderRefused");
        Run(_repository.Uri, _repository.First, "-Path /proc/nowhere").OneError("VastRemoteItemUnusable");
    }

    [Fact]
    public void A_box_without_git_is_told_with_the_cure()
    {
        string programs = Path.Combine(_home, "..", "programs");
        Directory.CreateDirectory(programs);
        foreach (string program in new[] { "/usr/bin", "/bin" }.SelectMany(Directory.GetFiles)
            .Where(f => Path.GetFileName(f) is not ['g', 'i', 't', ..]).DistinctBy(Path.GetFileName))
        {
            File.CreateSymbolicLink(Path.Combine(programs, Path.GetFileName(program)), program);
        }

        File.AppendAllText(Path.Combine(_home, "..", "env.sh"), $"PATH='{Path.GetFullPath(programs)}'\n");
        Assert.Contains(
            "apt-get install -y git",
            Run(_repository.Uri, _repository.First, "").OneError("VastGitMissing").Exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_does_nothing_on_the_box()
    {
        Assert.Empty(Run(_repository.Folder, _repository.First, "-SetupCommand 'touch ~/ran' -WhatIf").Clean<object>());
        Assert.Equal("", OnBox("ls -d train ran 2>/dev/null; true"));
    }

    [Fact]
    public void A_missing_instance_is_told_and_the_next_is_set_up()
    {
        Ran ran = _bed.Run(
            "Initialize-VastInstance $from $commit -InstanceId 999999, $box.InstanceId",
            ("from", _repository.Uri),
            ("commit", _repository.First));
        ran.OneError("VastInstanceNotFound");
        Assert.Equal(_bed.Box.InstanceId, Assert.IsType<VastSetupResult>(Assert.Single(ran.Output)).InstanceId);
    }

    [Fact]
    public void A_stop_ends_the_set_up()
    {
        (Ran _, TimeSpan took) =
            Stop(_repository.Uri, "-SetupCommand 'trap \"\" TERM; (sleep 3181; sleep 3182) & wait'", () => Processes.Any("sleep 3181"));
        Promptly.Back(took);
        Wait.Until(() => !Processes.Any("sleep 318"), TimeSpan.FromSeconds(5), "the set-up to end");
        Wait.Until(() => _bed.Box.SshAddresses.All(a => Sockets.To(a.Port) == 0), TimeSpan.FromSeconds(5), "the ssh connections to close");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Bundle")]
    public void A_stop_while_fetching_leaves_no_half_copy_and_no_process(string arguments)
    {
        using var mute = new MuteServer();
        string address = $"http://127.0.0.1:{mute.Port}/me/train";
        (Ran _, TimeSpan took) = Stop(address, arguments, () => Processes.Any(address) && Sockets.To(mute.Port) > 0);
        Promptly.Back(took);
        Wait.Until(() => !Processes.Any(address), TimeSpan.FromSeconds(5), "git to end");
        Wait.Until(
            () => !Directory.EnumerateFileSystemEntries(_home)
                .Any(e => Path.GetFileName(e) is "train" || Path.GetFileName(e).StartsWith(".vastps-", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(5),
            "the half copy to go");
    }

    private VastSetupResult SetUp(string from, string commit, string arguments) =>
        Assert.Single(Run(from, commit, arguments).Clean<VastSetupResult>());

    private Ran Run(string from, string commit, string arguments) =>
        _bed.Run($"$box | Initialize-VastInstance $from -Commit {commit} {arguments}", ("from", from));

    private (Ran Ran, TimeSpan StopTook) Stop(string from, string arguments, Func<bool> ready) =>
        _bed.Host.RunAndStop(
            $"$box | Initialize-VastInstance $from -Commit {_repository.First} {arguments}", ready, ("box", _bed.Box), ("from", from));

    private string OnBox(string command) =>
        Assert.Single(_bed.Run("$box | Invoke-VastCommand $command", ("command", command)).Clean<VastCommandResult>()).Stdout;
}
