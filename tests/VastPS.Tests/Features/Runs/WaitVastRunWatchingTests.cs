using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Wait-VastRun: what it shows, notes and leaves alone while runs go on.</summary>
public sealed class WaitVastRunWatchingTests : IAsyncLifetime
{
    // Looks as close as a test likes.
    private const string Close = "-PollInterval 200ms";

    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Fact]
    public void A_timeout_ends_the_watching_and_neither_the_run_nor_its_box()
    {
        VastRun run = _bed.Start("echo step 1 loss 2; sleep 4821");
        Ran ran = _bed.Run($"$run | Wait-VastRun {Close} -Timeout 6s -OnFinish Remove -Confirm:$false", ("run", run));
        Assert.Empty(ran.Errors);
        VastRun left = Assert.IsType<VastRun>(Assert.Single(ran.Output));
        Assert.Equal((VastRunState.Running, null, 80), (left.State, left.Outcome, left.ExitCode!.Value));
        Assert.Contains("the watching ended after 6s (-Timeout); the run was not ended", left.Evidence);
        Assert.Contains(left.Evidence, e => e.Contains("is kept, and nothing was fetched", StringComparison.Ordinal));
        Assert.Contains(ran.Warnings, w => w.StartsWith("No longer watched after 6s", StringComparison.Ordinal)
            && Regex.IsMatch(w, @"\d\.\d{4} USD/h") && w.EndsWith("Wait-VastRun " + run.Name, StringComparison.Ordinal));
        Assert.True(Processes.Any("sleep 4821"));
        Assert.Equal(VastMeters.Gpu | VastMeters.Disk, Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>()).Meters);
    }

    [Fact]
    public void What_ends_before_the_timeout_has_its_outcome()
    {
        _bed.Start("sleep 1; exit 3", "-MaxRuntime 10m -Name quick");
        _bed.Start("sleep 4822", "-MaxRuntime 10m -Name slow");
        VastRun[] all = [.. _bed.Run($"Wait-VastRun quick, slow {Close} -Timeout 10s").Clean<VastRun>().OrderBy(r => r.Name)];
        Assert.Equal([VastRunOutcome.Failed, null], all.Select(r => r.Outcome));
        Assert.Equal([3, 80], all.Select(r => r.ExitCode!.Value));
    }

    [Theory]
    [InlineData("-Timeout 500ms -PollInterval 200ms", "VastInvalidValue")]
    [InlineData("-Timeout 4s -PollInterval 5s", "VastInvalidValue")]
    [InlineData("-Timeout 9s", "VastInvalidValue")]
    [InlineData("-Timeout 0s", "VastInvalidValue")]
    [InlineData("-Timeout 30d", "VastInvalidValue")]
    [InlineData("-LogPath /proc/none/watch.log", "VastLocalItemNotFound")]
    [InlineData("-LogPath /", "VastLocalItemUnusable")]
    public void What_cannot_be_is_one_error_before_anything_is_asked(string arguments, string id)
    {
        VastRun run = _bed.Start("true");
        int before = _bed.Vast.Requests.Count;
        string error = _bed.Run($"$run | Wait-VastRun {arguments}", ("run", run)).OneError(id).Exception.Message;
        Assert.Contains(id == "VastInvalidValue" ? "-Timeout" : "/", error, StringComparison.Ordinal);
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Fact]
    public void The_watch_shows_how_far_the_run_is_what_it_costs_and_when_it_ends()
    {
        VastRun run = Assert.Single(_bed.Run(
            "$plan = $box | Measure-VastRun -StepTime 200ms -Steps 40 -WarningAction Ignore; "
            + "$box | Start-VastRun $train -MaxRuntime 10m -Force -Estimate $plan",
            ("train", "for i in $(seq 40); do sleep 0.2; echo \"step $i loss 1.5\"; done")).Clean<VastRun>());
        Ran ran = _bed.Run($"$run | Wait-VastRun {Close} -ExpectedStepTime 1m", ("run", run));
        ProgressRecord[] shown = [.. ran.Progress.Where(p => p.RecordType == ProgressRecordType.Processing)];
        Assert.All(shown, p => Assert.InRange(p.StatusDescription.Length, 1, 100));
        Assert.All(shown, p => Assert.StartsWith(run.Name, p.StatusDescription, StringComparison.Ordinal));
        Assert.Contains(shown, p => Regex.IsMatch(
            p.StatusDescription, @"  step \d+/40  loss 1\.5  [\d.]+m?s/step  ETA \d.*  0\.\d{4} of 0\.\d{4} USD  looked now$"));
        Assert.Contains(shown, p => p.PercentComplete is > 0 and < 100);
        Assert.Contains(shown, p => p.SecondsRemaining >= 0);
    }

    [Fact]
    public void Looks_at_several_runs_are_noted_in_one_file()
    {
        _bed.Start("echo step 1 loss 2.5; sleep 2", "-MaxRuntime 10m -Name one");
        _bed.Start("sleep 3; exit 2", "-MaxRuntime 10m -Name two");
        string file = Here();
        File.WriteAllText(file, "before\n");
        using (var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            _bed.Run($"Wait-VastRun one, two {Close} -LogPath $file", ("file", file)).Clean<VastRun>();
        }

        string[] lines = File.ReadAllLines(file);
        Assert.Equal("before", lines[0]);
        Assert.All(lines[1..], l => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ run=(one|two) state=(Running|Ended) .*spent_usd=0\.\d{4}", l));
        Assert.Contains(lines, l => l.Contains("run=one state=Running step=1 loss=2.5", StringComparison.Ordinal));
        Assert.Single(lines, l => l.Contains("run=one state=Ended outcome=Completed exit=0", StringComparison.Ordinal));
        Assert.Single(lines, l => l.Contains("run=two state=Ended outcome=Failed exit=2", StringComparison.Ordinal));
        Assert.DoesNotContain(_bed.Vast.Server.ApiKey, File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_a_look_got_no_answer_is_noted_and_shown()
    {
        VastRun run = _bed.Start("sleep 4823");
        _bed.Vast.Server.Faults.Set(SimFault.SshRefused, true);
        await _bed.Vast.Server.SettleAsync();
        string file = Here();
        Ran ran = _bed.Run($"$run | Wait-VastRun {Close} -LostAfter 1s -LogPath $file", ("run", run), ("file", file));
        Assert.Contains(
            File.ReadAllLines(file), l => Regex.IsMatch(l, $"run={run.Name} state=Unknown .*why=\".*{_bed.Box.InstanceId}.*\"$"));
        Assert.Contains(ran.Progress, p => p.StatusDescription.StartsWith(run.Name + "  no answer", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_boxes_are_asked_for_in_one_list()
    {
        VastInstance other = Assert.Single(_bed.Run(
            "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance")
            .Clean<VastInstance>());
        _bed.Start("sleep 3", "-MaxRuntime 10m -Name one");
        _bed.Run("$other | Start-VastRun 'sleep 4' -MaxRuntime 10m -Name two -Force", ("other", other)).Clean<VastRun>();
        int before = _bed.Vast.Requests.Count;
        Assert.Equal(2, _bed.Run($"Wait-VastRun one, two {Close}").Clean<VastRun>().Count);
        SimRequest[] asked = [.. _bed.Vast.Requests.Skip(before)];
        Assert.NotEmpty(asked);
        Assert.All(asked, r => Assert.Equal("/api/v1/instances/", r.Path.Split('?')[0]));
    }

    [Fact]
    public async Task A_foreign_box_is_one_error_before_the_watch_unless_forced()
    {
        VastRun run = _bed.Start("sleep 2");
        await _bed.Host.Services.Api.SetLabelAsync(_bed.Box.InstanceId, "somebody else's", default);
        Ran refused = _bed.Run($"$run | Wait-VastRun {Close} -OnFinish Remove -Confirm:$false", ("run", run));
        refused.OneError("VastInstanceForeign");
        Assert.Empty(refused.Output);
        Assert.Empty(refused.Warnings);
        VastRun kept = Assert.Single(_bed.Run($"$run | Wait-VastRun {Close}", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Completed, kept.Outcome);
        VastRun forced = Assert.Single(
            _bed.Run($"$run | Wait-VastRun {Close} -OnFinish Remove -Force -Confirm:$false", ("run", run)).Clean<VastRun>());
        Assert.EndsWith("was removed", forced.Evidence[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_neither_this_computer_nor_a_box_knows_is_one_error()
    {
        Ran ran = _bed.Run($"Wait-VastRun -RunId run-0a1b2c3d {Close} -OnFinish Remove -ReceivePath out -Confirm:$false");
        Assert.Contains("run-0a1b2c3d", ran.OneError("VastRunNotFound").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
        Assert.Empty(ran.Warnings);
        Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>());
    }

    // A place that is not there yet.
    private static string Here() => Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
}
