using System.Management.Automation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Runs whose connections break at every moment: what becomes of them is the same as without.</summary>
public sealed class LostLinkTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    // Steps of a launch by the programs it uses, in their order on the box; the first sh is the command's own.
    [Theory]
    [InlineData("sh", 1)]
    [InlineData("mkdir", 1)]
    [InlineData("mv", 2)]
    [InlineData("setsid", 1)]
    [InlineData("date", 1)]
    [InlineData("setsid", 2)]
    [InlineData("mkdir", 2)]
    [InlineData("mv", 4)]
    [InlineData("grep", 1)]
    public async Task A_launch_that_is_cut_at_any_step_starts_the_run_exactly_once(string program, int use)
    {
        using var hook = new BoxHook(_bed, program, use);
        Task cutting = hook.AtAsync(async () =>
        {
            await _bed.SeverAsync(true);
            await _bed.SeverAsync(false);
        });
        VastRun run = _bed.Start($"echo once >>cut-{program}-{use}");
        await cutting;
        Assert.Equal(VastRunOutcome.Completed, _bed.Ended(run).Outcome);
        Assert.Equal("once", _bed.Shell($"cat cut-{program}-{use}"));
    }

    [Fact]
    public async Task A_launch_whose_sshd_is_killed_at_any_moment_starts_the_run_exactly_once()
    {
        for (int i = 0; i < 6; i++)
        {
            using var over = new CancellationTokenSource();
            Task cutting = Task.Run(() => CutOnce(i * 30, over.Token));
            VastRun run = _bed.Start($"echo once >>killed-{i}");
            await over.CancelAsync();
            await cutting;
            Assert.Equal(VastRunOutcome.Completed, _bed.Ended(run).Outcome);
            Assert.Equal("once", _bed.Shell($"cat killed-{i}"));
        }
    }

    [Theory]
    [InlineData("mkdir", 1, VastRunOutcome.Killed, "the box has no trace of it")]
    [InlineData("setsid", 2, VastRunOutcome.Completed, "exit code 0")]
    public async Task A_box_that_is_lost_in_the_middle_of_a_launch_is_one_error_that_names_the_run(
        string program, int use, VastRunOutcome outcome, string evidence)
    {
        string name = $"lost-{program}";
        using var hook = new BoxHook(_bed, program, use);
        Task losing = hook.AtAsync(() => _bed.SeverAsync(true), goesOn: outcome == VastRunOutcome.Completed);
        ErrorRecord error =
            _bed.Run($"$box | Start-VastRun 'echo once >>{name}' -MaxRuntime 10m -Name {name}").OneError("VastRunStartUnknown");
        Assert.Contains($"'{name}'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains($"Get-VastRun -Name '{name}'", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        await losing;
        await _bed.SeverAsync(false);
        if (outcome == VastRunOutcome.Completed)
        {
            // The clock of the test runs ahead of a slow computer: the box gets the time that it would have had.
            Wait.Until(() => _bed.Shell($"cat {name} 2>/dev/null; true") == "once", TimeSpan.FromMinutes(1), "the run to begin");
        }

        // The same name again must not become a second copy.
        ErrorRecord taken =
            _bed.Run($"$box | Start-VastRun 'echo once >>{name}' -MaxRuntime 10m -Name {name}").OneError("VastRunNameTaken");
        Assert.Contains($"Get-VastRun -Name '{name}'", taken.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        VastRun ended = Assert.Single(_bed.Run($"Wait-VastRun -Name {name} -PollInterval 4s").Clean<VastRun>());
        Assert.Equal(outcome, ended.Outcome);
        Assert.Contains(ended.Evidence, e => e.Contains(evidence, StringComparison.Ordinal));
        Assert.Equal(outcome == VastRunOutcome.Completed ? "once" : "", _bed.Shell($"cat {name} 2>/dev/null; true"));
    }

    [Fact]
    public async Task A_launch_that_is_stopped_says_how_to_find_out()
    {
        using var hook = new BoxHook(_bed, "setsid", 1);
        var shown = new CaptureHost("Yes");
        using CmdletHost host = _bed.Vast.Host(shown);
        (Ran _, TimeSpan took) =
            host.RunAndStop("$box | Start-VastRun 'sleep 1' -MaxRuntime 10m -Name stopped", () => hook.IsReached, ("box", _bed.Box));
        Promptly.Back(took);
        await hook.AtAsync(() => Task.CompletedTask);
        Assert.Contains("Get-VastRun -Name 'stopped'", shown.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_and_a_followed_log_that_are_cut_again_and_again_end_as_if_they_were_not()
    {
        const string Count =
            "i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo \"step $i loss 0.5\"; sleep 0.01; done; printf 'the end \\303\\244'; exit 3";
        VastRun run = _bed.Start(Count);
        using CmdletHost follower = _bed.Vast.Host();
        using CmdletHost watcher = _bed.Vast.Host();
        Task<Ran> following = Task.Run(() => follower.Run("$run | Receive-VastRunLog -Follow", ("run", run)));
        Task<Ran> watching = Task.Run(() => watcher.Run("$run | Wait-VastRun -PollInterval 300ms -LostAfter 1h", ("run", run)));
        for (int i = 0; i < 8; i++)
        {
            await Wait.UntilAsync(() => Task.FromResult(_bed.Sessions().Count > 0), TimeSpan.FromSeconds(20), "a connection to cut");
            _bed.Cut();
            if (i is 3 or 6)
            {
                await _bed.SeverAsync(true);
                await Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System, default);
                await _bed.SeverAsync(false);
            }
        }

        Assert.Equal([.. Enumerable.Range(1, 600).Select(i => $"step {i} loss 0.5"), "the end ä"], (await following).Clean<string>());
        VastRun ended = Assert.Single((await watching).Clean<VastRun>());
        Assert.Equal((VastRunOutcome.Failed, 3), (ended.Outcome!.Value, ended.ExitCode!.Value));
        VastRun uncut = _bed.Ended(_bed.Start(Count.Replace("600", "6", StringComparison.Ordinal)));
        Assert.Equal(uncut.Evidence, ended.Evidence.Where(e => !e.StartsWith("GPU", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_followed_log_whose_box_stays_away_ends_in_the_reason()
    {
        VastRun run = _bed.Start("echo begin; sleep 4850");
        using CmdletHost follower = _bed.Vast.Host();
        Task<Ran> following = Task.Run(() => follower.Run("$run | Receive-VastRunLog -Follow", ("run", run)));
        await Wait.UntilAsync(() => Task.FromResult(_bed.Sessions().Count > 0), TimeSpan.FromSeconds(20), "the connection");
        await _bed.SeverAsync(true);
        Ran ran = await following;
        await _bed.SeverAsync(false);
        Assert.Contains("reading goes on where it broke off", Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Assert.Single(ran.Errors);
        Assert.Equal("VastSshHandshakeFailed", ran.Errors[0].FullyQualifiedErrorId.Split(',')[0]);
        _bed.Run("$run | Stop-VastRun -Grace 0s -Confirm:$false", ("run", run)).Clean<VastRun>();
    }

    // Waits for the launch's connection, then for its moment.
    private async Task CutOnce(int afterMilliseconds, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (_bed.Sessions().Count > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(afterMilliseconds), TimeProvider.System, CancellationToken.None);
                _bed.Cut();
                return;
            }
        }
    }
}
