using VastPS.Rules;
using VastPS.Simulator;
using VastPS.Store;
using VastPS.Tests.Kit;
using VastPS.Transfer;

namespace VastPS.Tests.Commands.Runs;

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
    [InlineData("i=0; while sleep 0.2; do i=$((i+1)); echo \"step $i loss 1.5\"; done", "-ExpectedStepTime 50ms", VastRunOutcome.Contradicted, 76)]
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
        Assert.Equal(VastRunOutcome.Removed, Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>()).Outcome);
    }

    [Fact]
    public async Task A_box_whose_sshd_is_gone_is_LostContact_and_can_be_watched_again()
    {
        VastRun run = _bed.Start("sleep 4806");
        _bed.Vast.Server.Faults.Set(SimFault.SshRefused, true);
        await _bed.Vast.Server.SettleAsync();
        VastRun lost = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} -LostAfter 2", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.LostContact, lost.Outcome);
        Assert.Equal(78, lost.ExitCode);
        _bed.Vast.Server.Faults.Set(SimFault.SshRefused, false);
        await _bed.Vast.Server.SettleAsync();

        // A box of the simulator goes down with its sshd and takes the run with it: the second answer is the true one.
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} -LostAfter 100", ("run", run)).Clean<VastRun>());
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
        (Ran _, TimeSpan took) = first.RunAndStop($"Wait-VastRun $run.Name {Close}", () => _bed.Vast.Requests.Count > before + 1, ("run", run));
        Promptly.Back(took);
        Assert.Contains("Wait-VastRun " + run.Name, shown.Shown, StringComparison.Ordinal);
        using CmdletHost other = _bed.Vast.Host();
        VastRun ended = Assert.Single(other.Run($"Wait-VastRun $run.Name {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal((VastRunOutcome.Failed, 5), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Equal(VastRunOutcome.Failed, Assert.Single(other.Run($"Wait-VastRun $run.Name {Close}", ("run", run)).Clean<VastRun>()).Outcome);
    }

    [Fact]
    public void Many_runs_are_watched_at_once_and_the_box_is_removed_after_the_last()
    {
        _bed.Start("sleep 1", "-MaxRuntime 10m -Name quick");
        _bed.Start("sleep 3; exit 2", "-MaxRuntime 10m -Name slow");
        IReadOnlyList<VastRun> ended = _bed.Run($"Wait-VastRun quick, slow {Close} -OnFinish Remove -Confirm:$false").Clean<VastRun>();
        Assert.Equal([VastRunOutcome.Completed, VastRunOutcome.Failed], ended.OrderBy(r => r.Name).Select(r => r.Outcome!.Value));
        Assert.All(ended, r => Assert.Contains(r.Evidence, e => e.EndsWith("was removed", StringComparison.Ordinal)));
        Assert.Empty(_bed.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Fact]
    public void Results_are_here_before_the_box_is_removed()
    {
        VastRun run = _bed.Start("mkdir -p out/deep && echo weights >out/deep/model.bin && ln -s model.bin out/deep/latest && echo note >note.txt");
        string here = Here();
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} -ReceivePath out, note.txt -Destination $here -OnFinish Remove -Confirm:$false", ("run", run), ("here", here)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
        Assert.Equal("weights\n", File.ReadAllText(Path.Combine(here, "out", "deep", "model.bin")));
        Assert.Equal("weights\n", File.ReadAllText(Path.Combine(here, "out", "deep", "latest")));
        Assert.Equal("note\n", File.ReadAllText(Path.Combine(here, "note.txt")));
        Assert.Contains(ended.Evidence, e => e.StartsWith("received out -> ", StringComparison.Ordinal));
        Assert.EndsWith("was removed", ended.Evidence[^1], StringComparison.Ordinal);
        Assert.Empty(_bed.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Theory]
    [InlineData("out", "There is nothing at out on instance")]
    [InlineData("good", "good/away on instance", "it is a link that leaves the folder")]
    public void A_box_whose_results_are_not_here_is_stopped_and_never_removed(string path, params string[] why)
    {
        VastRun run = _bed.Start("mkdir good && echo weights >good/model.bin && ln -s /etc/hostname good/away");
        string here = Here();
        Ran ran = _bed.Run($"$run | Wait-VastRun {Close} -ReceivePath {path} -Destination $here -OnFinish Remove -Confirm:$false -WarningAction Ignore", ("run", run), ("here", here));
        System.Management.Automation.ErrorRecord error = ran.OneError("VastResultsNotReceived");
        VastRun ended = Assert.IsType<VastRun>(Assert.Single(ran.Output));
        Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
        Assert.All(why, w => Assert.Contains(w, error.ToString(), StringComparison.Ordinal));
        Assert.All(why, w => Assert.Contains(ended.Evidence, e => e.StartsWith("not received: ", StringComparison.Ordinal) && e.Contains(w, StringComparison.Ordinal)));
        Assert.EndsWith("it was not removed, because its disk still has the results", ended.Evidence[^1], StringComparison.Ordinal);
        Assert.StartsWith($"Start-VastInstance -InstanceId {_bed.Box.InstanceId} | Wait-VastInstance; Receive-VastItem -InstanceId {_bed.Box.InstanceId} -Path '{path}' -Destination '{here}'", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        VastInstance box = Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>());
        Assert.Equal(VastMeters.Disk, box.Meters);
        Assert.Equal(path == "good", File.Exists(Path.Combine(here, "good", "model.bin")));
    }

    [Fact]
    public void The_next_step_after_results_that_did_not_come_brings_them()
    {
        VastRun run = _bed.Start("echo weights >model.bin");
        string here = Here();
        Ran ran = _bed.Run($"$run | Wait-VastRun {Close} -ReceivePath model.bin, missing -Destination $here -OnFinish Remove -Confirm:$false -WarningAction Ignore", ("run", run), ("here", here));
        string next = ran.OneError("VastResultsNotReceived").ErrorDetails.RecommendedAction.Replace(", 'missing'", "", StringComparison.Ordinal).Replace("   then   ", "; ", StringComparison.Ordinal);
        File.Delete(Path.Combine(here, "model.bin"));
        _bed.Run("$ConfirmPreference = 'None'; " + next).Clean<VastInstance>();
        Assert.Equal("weights\n", File.ReadAllText(Path.Combine(here, "model.bin")));
        Assert.Empty(_bed.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Fact]
    public void Results_of_an_instance_that_is_gone_are_an_error_and_nothing_else_is_tried()
    {
        VastRun run = _bed.Start("sleep 4807");
        _bed.Run("$box | Remove-VastInstance -Confirm:$false").Clean<object>();
        Ran ran = _bed.Run($"$run | Wait-VastRun {Close} -ReceivePath out -Destination $here -OnFinish Remove -Confirm:$false", ("run", run), ("here", Here()));
        Assert.EndsWith("is gone.", ran.OneError("VastResultsNotReceived").ErrorDetails.Message.Split(" Next: ")[0], StringComparison.Ordinal);
        Assert.Equal(VastRunOutcome.Removed, Assert.IsType<VastRun>(Assert.Single(ran.Output)).Outcome);
    }

    [Fact]
    public void Several_boxes_have_a_folder_each()
    {
        VastInstance other = Assert.Single(_bed.Run("Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance").Clean<VastInstance>());
        _bed.Start("echo one >out.txt", "-MaxRuntime 10m -Name one");
        _bed.Run("$other | Start-VastRun 'echo two >out.txt' -MaxRuntime 10m -Name two -Force", ("other", other)).Clean<VastRun>();
        string here = Here();
        _bed.Run($"Wait-VastRun one, two {Close} -ReceivePath out.txt -Destination $here", ("here", here)).Clean<VastRun>();
        Assert.Equal("one\n", File.ReadAllText(Path.Combine(here, $"{_bed.Box.InstanceId}", "out.txt")));
        Assert.Equal("two\n", File.ReadAllText(Path.Combine(here, $"{other.InstanceId}", "out.txt")));
    }

    [Fact]
    public async Task A_link_that_breaks_at_the_end_is_made_anew()
    {
        _bed.Run("$box | Invoke-VastCommand 'echo weights >model.bin'").Clean<VastCommandResult>();
        Hosting.VastWorld world = _bed.Host.World;
        int made = 0;
        Task<VastPS.Ssh.ISshLink> Connect(VastInstance box, string? key, CancellationToken stop) =>
            made++ < 2 ? throw new VastException(VastReason.SshLinkLost, box.InstanceId) : world.Boxes.ConnectAsync(box, key, stop);
        string here = Here();
        Results got = await new ResultsFlow(world.Api, Connect, new QuickClock()).ReceiveAsync(_bed.Box.InstanceId, ["model.bin", "missing"], here, null, _ => { }, default);
        Assert.Equal("model.bin", Assert.Single(got.Arrived).Path);
        Assert.Equal(VastReason.RemoteItemNotFound, Assert.Single(got.Missing).Reason);
        Assert.Equal(4, made);
    }

    [Fact]
    public void The_folder_for_the_results_is_tried_before_the_watch_begins()
    {
        VastRun run = _bed.Start("sleep 4808");
        string file = Here();
        File.WriteAllText(file, "");
        int before = _bed.Vast.Requests.Count;
        _bed.Run($"$run | Wait-VastRun {Close} -ReceivePath out -Destination $file -OnFinish Remove -Confirm:$false", ("run", run), ("file", file)).OneError("VastLocalItemUnusable");
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Fact]
    public void WhatIf_watches_and_fetches_nothing()
    {
        VastRun run = _bed.Start("echo weights >model.bin");
        string here = Here();
        VastRun ended = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close} -ReceivePath model.bin -Destination $here -OnFinish Remove -WhatIf", ("run", run), ("here", here)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
        Assert.False(Directory.Exists(here));
        Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Fact]
    public void A_box_is_not_removed_under_another_run()
    {
        _bed.Start("sleep 1", "-MaxRuntime 10m -Name quick");
        _bed.Start("sleep 4805", "-MaxRuntime 10m -Name other");
        Ran ran = _bed.Run($"Wait-VastRun quick {Close} -OnFinish Remove -Confirm:$false");
        ran.OneError("VastRunsShareBox");
        Assert.Equal(VastRunOutcome.Completed, Assert.IsType<VastRun>(Assert.Single(ran.Output)).Outcome);
        Assert.True(Processes.Any("sleep 4805"));
    }

    [Fact]
    public void The_log_comes_as_lines_and_is_followed_to_the_end()
    {
        VastRun run = _bed.Start("for i in 1 2 3 4; do echo \"step $i loss 0.$i\"; sleep 0.4; done; printf 'end \\303\\244'");
        Assert.Equal(["step 1 loss 0.1", "step 2 loss 0.2", "step 3 loss 0.3", "step 4 loss 0.4", "end ä"], _bed.Run("$run | Receive-VastRunLog -Follow", ("run", run)).Clean<string>());
        _bed.Ended(run);
        Assert.Equal(["step 4 loss 0.4", "end ä"], _bed.Run("Receive-VastRunLog $run.Name -Tail 2", ("run", run)).Clean<string>());
        Assert.Equal([0.1, 0.2, 0.3, 0.4], _bed.Run("$run | Get-VastRunMetric -Metric loss", ("run", run)).Clean<VastMetric>().Select(m => m.Value));
    }

    [Fact]
    public void Following_stops_within_a_second()
    {
        VastRun run = _bed.Start("while sleep 0.1; do echo line; done");
        int before = _bed.Vast.Requests.Count;
        _bed.Stops("$run | Receive-VastRunLog -Follow", () => _bed.Vast.Requests.Count > before, ("run", run));
    }

    [Fact]
    public void Metrics_of_a_local_log_need_no_server()
    {
        string path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N") + ".log");
        File.WriteAllText(path, "{'loss': 2.5, 'epoch': 0.1}\nnoise\n{'loss': 2.25, 'epoch': 0.2}");
        int before = _bed.Vast.Requests.Count;
        Assert.Equal([2.5, 2.25], _bed.Run("Get-VastRunMetric -Path $path -Metric loss", ("path", path)).Clean<VastMetric>().Select(m => m.Value));
        _bed.Run("Get-VastRunMetric -Path ./no/such.log").OneError("VastInvalidValue");
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Theory]
    [InlineData("Wait-VastRun x -AbortIf 'loss is bad'", "AbortIf")]
    [InlineData("Wait-VastRun x -PollInterval 0s", "PollInterval")]
    [InlineData("Wait-VastRun x -LostAfter 0", "LostAfter")]
    [InlineData("Wait-VastRun x -Destination .", "Destination")]
    [InlineData("Wait-VastRun x -ReceivePath \"a`nb\"", "ReceivePath")]
    [InlineData("Receive-VastRunLog x -Tail -1", "Tail")]
    public void Bad_input_is_one_error(string script, string parameter) =>
        Assert.Contains("-" + parameter, _bed.Run(script).OneError("VastInvalidValue").ToString(), StringComparison.Ordinal);

    // A place that is not there yet.
    private static string Here() => Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
}
