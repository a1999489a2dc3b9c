using VastPS.Features.Transfer;
using VastPS.Kernel.Local;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Wait-VastRun: what happens to results and boxes after a run.</summary>
public sealed class WaitVastRunFinishTests : IAsyncLifetime
{
    // Looks as close as a test likes.
    private const string Close = "-PollInterval 200ms";

    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

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
        VastRun run =
            _bed.Start("mkdir -p out/deep && echo weights >out/deep/model.bin && ln -s model.bin out/deep/latest && echo note >note.txt");
        string here = Here();
        VastRun ended = Assert.Single(_bed.Run(
            $"$run | Wait-VastRun {Close} -ReceivePath out, note.txt -Destination $here -OnFinish Remove -Confirm:$false",
            ("run", run),
            ("here", here)).Clean<VastRun>());
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
        Ran ran = _bed.Run(
            $"$run | Wait-VastRun {Close} -ReceivePath {path} -Destination $here -OnFinish Remove -Confirm:$false -WarningAction Ignore",
            ("run", run),
            ("here", here));
        System.Management.Automation.ErrorRecord error = ran.OneError("VastResultsNotReceived");
        VastRun ended = Assert.IsType<VastRun>(Assert.Single(ran.Output));
        Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
        Assert.All(why, w => Assert.Contains(w, error.Exception.Message, StringComparison.Ordinal));
        Assert.All(why, w => Assert.Contains(
            ended.Evidence, e => e.StartsWith("not received: ", StringComparison.Ordinal) && e.Contains(w, StringComparison.Ordinal)));
        Assert.EndsWith("it was not removed, because its disk still has the results", ended.Evidence[^1], StringComparison.Ordinal);
        Assert.StartsWith(
            $"Start-VastInstance -InstanceId {_bed.Box.InstanceId} | Wait-VastInstance; Receive-VastItem -InstanceId "
            + $"{_bed.Box.InstanceId} -Path '{path}' -Destination '{here}'",
            error.ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);
        VastInstance box = Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>());
        Assert.Equal(VastMeters.Disk, box.Meters);
        Assert.Equal(path == "good", File.Exists(Path.Combine(here, "good", "model.bin")));
    }

    [Fact]
    public void The_next_step_after_results_that_did_not_come_brings_them()
    {
        VastRun run = _bed.Start("echo weights >model.bin");
        string here = Here();
        Ran ran =
            _bed.Run(
                $"$run | Wait-VastRun {Close} -ReceivePath model.bin, missing -Destination $here -OnFinish Remove -Confirm:$false "
                + $"-WarningAction Ignore",
                ("run", run),
                ("here", here));
        string next = ran.OneError("VastResultsNotReceived").ErrorDetails.RecommendedAction.Replace(
            ", 'missing'", "", StringComparison.Ordinal).Replace("   then   ", "; ", StringComparison.Ordinal);
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
        Ran ran = _bed.Run(
            $"$run | Wait-VastRun {Close} -ReceivePath out -Destination $here -OnFinish Remove -Confirm:$false",
            ("run", run),
            ("here", Here()));
        Assert.EndsWith(
            "is gone.", ran.OneError("VastResultsNotReceived").ErrorDetails.Message.Split(" Next: ")[0], StringComparison.Ordinal);
        Assert.Equal(VastRunOutcome.Removed, Assert.IsType<VastRun>(Assert.Single(ran.Output)).Outcome);
    }

    [Fact]
    public void Several_boxes_have_a_folder_each()
    {
        VastInstance other =
            Assert.Single(
                _bed.Run(
                    "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | "
                    + "Wait-VastInstance")
                    .Clean<VastInstance>());
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
        VastPS.Kernel.Shell.RunspaceServices services = _bed.Host.Services;
        int made = 0;
        Task<VastPS.Kernel.Connections.ISshLink> Connect(VastInstance box, string? key, CancellationToken stop) =>
            made++ < 2
                ? throw new VastException(VastReason.SshLinkLost, box.InstanceId)
                : services.Connections.ConnectAsync(box, key, stop);
        string here = Here();
        Results got = await new ResultsFlow(services.Api, Connect, FolderProbe.Try, new QuickClock()).ReceiveAsync(
            _bed.Box.InstanceId, ["model.bin", "missing"], here, null, _ => { }, default);
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
        _bed.Run(
            $"$run | Wait-VastRun {Close} -ReceivePath out -Destination $file -OnFinish Remove -Confirm:$false",
            ("run", run),
            ("file", file)).OneError("VastLocalItemUnusable");
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Fact]
    public void A_run_that_has_ended_is_not_said_to_go_on()
    {
        VastRun run = _bed.Ended(_bed.Start("true"));
        var shown = new CaptureHost();
        using CmdletHost host = new(_bed.Host.Services, shown);
        host.Run($"$run | Wait-VastRun {Close} -ReceivePath out -Destination /proc/none -Confirm:$false", ("run", run))
            .OneError("VastLocalItemNotFound");
        Assert.DoesNotContain("go on", shown.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_watches_and_fetches_nothing()
    {
        VastRun run = _bed.Start("echo weights >model.bin");
        string here = Here();
        VastRun ended = Assert.Single(_bed.Run(
            $"$run | Wait-VastRun {Close} -ReceivePath model.bin -Destination $here -OnFinish Remove -WhatIf",
            ("run", run),
            ("here", here)).Clean<VastRun>());
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
    public void A_run_that_is_over_and_that_nobody_watched_keeps_no_box()
    {
        VastRun sibling = _bed.Start("true", "-MaxRuntime 10m -Name sibling");
        Wait.Until(
            () => _bed.Shell($"ls ~/.vastps/runs/{sibling.RunId}").Contains("status", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20),
            "the sibling to end");
        _bed.Start("true", "-MaxRuntime 10m -Name main");
        Assert.EndsWith(
            "was removed", OneEnd($"Wait-VastRun main {Close} -OnFinish Remove -Confirm:$false").Evidence[^1], StringComparison.Ordinal);
        Assert.Equal(VastRunOutcome.Completed, Assert.Single(_bed.Run("Get-VastRun sibling").Clean<VastRun>()).Outcome);
    }

    [Theory]
    [InlineData("", VastMeters.Disk)]
    [InlineData("-Discard", null)]
    public void Checkpoints_that_nobody_fetches_keep_the_disk_unless_they_are_discarded(string more, VastMeters? meters)
    {
        _bed.Start("mkdir out; echo weights >out/last.pt", "-MaxRuntime 10m -Name saving -CheckpointPath out");
        Ran ran = _bed.Run($"Wait-VastRun saving {Close} -OnFinish Remove {more} -Confirm:$false");
        VastRun ended = Assert.IsType<VastRun>(Assert.Single(ran.Output));
        Assert.Empty(ran.Errors);
        Assert.Equal(meters, _bed.Run("Get-VastInstance").Clean<VastInstance>().SingleOrDefault()?.Meters);
        Assert.EndsWith(
            meters is null ? "was removed" : "because its disk still has the results", ended.Evidence[^1], StringComparison.Ordinal);
        Assert.Equal(
            meters is not null,
            ran.Warnings.Any(w => w.Contains($"Receive-VastItem -InstanceId {_bed.Box.InstanceId} -Path 'out'", StringComparison.Ordinal)));
    }

    [Fact]
    public void Checkpoints_of_an_earlier_run_keep_the_disk_too()
    {
        _bed.Start("mkdir out; echo weights >out/last.pt", "-MaxRuntime 10m -Name earlier -CheckpointPath out");
        OneEnd($"Wait-VastRun earlier {Close}");
        _bed.Start("true", "-MaxRuntime 10m -Name later");
        Assert.EndsWith(
            "because its disk still has the results",
            OneEnd($"Wait-VastRun later {Close} -OnFinish Remove -Confirm:$false").Evidence[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_living_run_whose_folder_was_removed_keeps_the_box()
    {
        VastRun lost = _bed.Start("sleep 4876", "-MaxRuntime 10m -Name lost");
        _bed.Start("sleep 1", "-MaxRuntime 10m -Name quick");
        _bed.Shell($"rm -r ~/.vastps/runs/{lost.RunId}");
        _bed.Run($"Wait-VastRun quick {Close} -OnFinish Remove -Confirm:$false").OneError("VastRunsShareBox");
        Assert.True(Processes.Any("sleep 4876"));
    }

    [Fact]
    public void Checkpoints_that_were_fetched_keep_no_box()
    {
        _bed.Start("mkdir -p work/out; echo weights >work/out/last.pt", "-MaxRuntime 10m -Name saving -CheckpointPath work/out");
        Assert.EndsWith(
            "was removed",
            OneEnd($"Wait-VastRun saving {Close} -OnFinish Remove -ReceivePath work -Destination $here -Confirm:$false").Evidence[^1],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("step $i loss 9.5", "-AbortIf 'loss > 8' -OnFinish Remove", null, "was removed")]
    [InlineData("step $i loss 9.5", "-AbortIf 'loss > 8'", VastMeters.Gpu | VastMeters.Disk, "USD/h")]
    [InlineData(
        "step $i loss nan", "-OnFinish Remove", VastMeters.Disk, "it was not removed, because a rule that nobody typed ended its run")]
    public void What_a_rule_ends_is_over_before_anything_is_done_to_its_box(string line, string arguments, VastMeters? meters, string fact)
    {
        _bed.Start($"for i in $(seq 40); do echo \"{line}\"; done; sleep 4811", "-MaxRuntime 10m -Name wrong");
        VastRun ended = OneEnd($"Wait-VastRun wrong {Close} {arguments} -Confirm:$false");
        Assert.Equal((VastRunOutcome.Contradicted, 76), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Contains(ended.Evidence, e => e.StartsWith("it was ended", StringComparison.Ordinal));
        Assert.Contains(fact, ended.Evidence[^1], StringComparison.Ordinal);
        Assert.False(Processes.Any("sleep 4811"));
        Assert.Equal(meters, _bed.Run("Get-VastInstance").Clean<VastInstance>().SingleOrDefault()?.Meters);
        Assert.Equal(VastRunOutcome.Contradicted, Assert.Single(_bed.Run("Get-VastRun wrong").Clean<VastRun>()).Outcome);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("-OnTrouble Stop -Discard", false)]
    public void What_only_a_default_rule_contradicts_goes_on_unless_trouble_stops_it(string more, bool goesOn)
    {
        _bed.Start("for i in $(seq 40); do echo \"step $i loss $i\"; done; sleep 4812", "-MaxRuntime 10m -Name wrong -Kind Supervised");
        VastRun ended = OneEnd($"Wait-VastRun wrong {Close} -OnFinish Remove {more} -Confirm:$false");
        Assert.Equal(VastRunOutcome.Contradicted, ended.Outcome);
        Assert.Equal(goesOn, ended.Evidence.Contains("the run still goes on"));
        Assert.Contains(goesOn ? "USD/h" : "a run in trouble never removes its instance", ended.Evidence[^1], StringComparison.Ordinal);
        Assert.Equal(goesOn, Processes.Any("sleep 4812"));
        Assert.Equal(
            goesOn ? VastMeters.Gpu | VastMeters.Disk : VastMeters.Disk,
            Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>()).Meters);
    }

    [Fact]
    public void A_stalled_run_stops_its_box_and_removes_nothing()
    {
        _bed.Start("echo step 1 loss 2; sleep 4813", "-MaxRuntime 10m -Name still");
        VastRun ended = OneEnd($"Wait-VastRun still {Close} -StallTime 1s -OnFinish Remove -Confirm:$false");
        Assert.Equal(VastRunOutcome.Stalled, ended.Outcome);
        Assert.Equal(VastMeters.Disk, Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>()).Meters);
    }

    // The looks are farther apart than writing down the end takes, which is no work of the run.
    [Fact]
    public void What_keeps_a_processor_busy_is_not_stalled()
    {
        VastRun run = _bed.Start("echo tokenizing; timeout 12 sh -c 'while :; do :; done'; exit 4");
        Assert.Equal(VastRunOutcome.Failed, OneEnd($"Wait-VastRun {run.Name} -PollInterval 1s -StallTime 5s").Outcome);
    }

    [Fact]
    public void An_error_about_one_box_cancels_nothing_that_was_agreed_for_another()
    {
        VastInstance other =
            Assert.Single(
                _bed.Run(
                    "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | "
                    + "Wait-VastInstance")
                    .Clean<VastInstance>());
        _bed.Start("true", "-MaxRuntime 10m -Name fruitless");
        _bed.Run("$other | Start-VastRun 'sleep 3; echo two >out.txt' -MaxRuntime 10m -Name fruitful -Force", ("other", other))
            .Clean<VastRun>();
        Ran ran = _bed.Run(
            $"try {{ Wait-VastRun fruitless, fruitful {Close} -ReceivePath out.txt -Destination $here -OnFinish Remove -Confirm:$false "
            + $"-ErrorAction Stop -WarningAction Ignore }} catch {{ 'caught' }}",
            ("here", Here()));
        Assert.Equal(["caught"], ran.Output.OfType<string>());
        Assert.Equal(2, ran.Output.OfType<VastRun>().Count());
        Assert.Equal(_bed.Box.InstanceId, Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>()).InstanceId);
    }

    [Fact]
    public void A_removal_is_asked_about_and_a_stop_is_not()
    {
        VastRun run = _bed.Start("true");
        _bed.Run($"$ConfirmPreference = 'High'; $run | Wait-VastRun {Close} -OnFinish Remove", ("run", run))
            .OneError("VastNeedsConfirmation");
        Assert.Contains(
            "was stopped",
            OneEnd($"$ConfirmPreference = 'High'; Wait-VastRun {run.Name} {Close} -OnFinish Stop").Evidence[^1],
            StringComparison.Ordinal);
    }

    // The only result of a script whose warnings do not matter here.
    private VastRun OneEnd(string script)
    {
        Ran ran = _bed.Run(script, ("here", Here()));
        Assert.Empty(ran.Errors);
        return Assert.IsType<VastRun>(Assert.Single(ran.Output));
    }

    // A place that is not there yet.
    private static string Here() => Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
}
