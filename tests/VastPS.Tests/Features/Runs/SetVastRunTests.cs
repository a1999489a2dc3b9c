using VastPS.Basics;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Set-VastRun: box, label and store together, or nothing.</summary>
public sealed class SetVastRunTests : IAsyncLifetime
{
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Fact]
    public void A_deadline_moves_on_the_box_in_the_label_and_in_the_store()
    {
        VastRun run = _bed.Start("sleep 4701");
        VastRun moved = Assert.Single(_bed.Run("$run | Set-VastRun -MaxRuntime 3h", ("run", run)).Clean<VastRun>());
        Assert.Equal(run.StartedAt.AddHours(3), moved.Deadline);
        Assert.Equal(run.StartedAt.AddHours(3), _bed.Look(run).Deadline);
        Assert.Equal("10800", _bed.Shell($"cat ~/.vastps/runs/{run.RunId}/heard").Trim());
        Assert.Equal(
            run.StartedAt.AddHours(3),
            InstanceLabel.TryParse(Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>()).Label)!.Deadline,
            TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_nearer_deadline_ends_the_run_also_where_its_keeper_was_killed()
    {
        VastRun run = _bed.Start("sleep 4702", "-NoMaxRuntime");
        string keeper = _bed.Shell($"sed -n 's/^pid=//p' ~/.vastps/runs/{run.RunId}/start").Trim();
        _bed.Shell($"kill -9 {keeper}");
        _bed.Run("$run | Set-VastRun -MaxRuntime 12s", ("run", run)).Clean<VastRun>();
        Wait.Until(() => !Processes.Any("sleep 4702"), TimeSpan.FromSeconds(40), "the new limit to end the run");
    }

    [Fact]
    public void A_farther_deadline_keeps_the_run_beyond_the_old_one()
    {
        VastRun run = _bed.Start("sleep 12; echo done", "-MaxRuntime 8s");
        _bed.Run("$run | Set-VastRun -Deadline $until", ("run", run), ("until", run.StartedAt.AddHours(1))).Clean<VastRun>();
        Assert.Equal(VastRunOutcome.Completed, _bed.Ended(run).Outcome);
    }

    [Fact]
    public void What_is_shorter_than_it_has_run_changes_nothing()
    {
        VastRun run = _bed.Start("sleep 4703");
        _bed.Shell("sleep 2");
        Refused(run, "-MaxRuntime 1s", "VastDeadlinePassed");
        Assert.Equal(VastRunState.Running, _bed.Look(run).State);
    }

    [Fact]
    public void A_run_that_has_ended_is_not_moved() => Refused(_bed.Ended(_bed.Start("true")), "-MaxRuntime 3h", "VastRunHasEnded");

    [Theory]
    [InlineData("")]
    [InlineData("-MaxRuntime 1h -Deadline 2099-01-01")]
    [InlineData("-Deadline 2020-01-01")]
    [InlineData("-MaxRuntime 0s")]
    public void Nonsense_is_told_before_anything_is_asked(string arguments)
    {
        int before = _bed.Vast.Requests.Count;
        _bed.Run("Set-VastRun x " + arguments).OneError("VastInvalidValue");
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    [Fact]
    public async Task A_box_that_cannot_be_reached_is_one_error_and_nothing_changes()
    {
        VastRun run = _bed.Start("sleep 4704");
        string label = Label();
        await _bed.SeverAsync(true);
        Ran ran = _bed.Run("$run | Set-VastRun -MaxRuntime 3h", ("run", run));
        await _bed.SeverAsync(false);
        Assert.Single(ran.Errors);
        Assert.Empty(ran.Output);
        Assert.Equal((label, run.Deadline), (Label(), _bed.Look(run).Deadline));
    }

    [Fact]
    public void A_label_that_cannot_be_set_takes_the_box_back()
    {
        VastRun run = _bed.Start("sleep 4705");
        string label = Label();
        _bed.Vast.Server.Faults.Set(SimFault.LabelRefused, true);
        Ran ran = _bed.Run("$run | Set-VastRun -MaxRuntime 3h", ("run", run));
        _bed.Vast.Server.Faults.Set(SimFault.LabelRefused, false);
        ran.OneError("VastDeadlineNotMoved");
        Assert.Equal((label, run.Deadline), (Label(), _bed.Look(run).Deadline));
        Assert.Equal("600", _bed.Shell($"cat ~/.vastps/runs/{run.RunId}/heard").Trim());
    }

    [Fact]
    public void What_it_will_cost_follows_the_deadline()
    {
        VastRun run = _bed.Start("sleep 4707");
        VastCost Cost() => Assert.Single(_bed.Run("$box | Get-VastCost").Clean<VastCost>());
        decimal before = Cost().CostAtDeadline!.Value;
        _bed.Run("$run | Set-VastRun -MaxRuntime 6h", ("run", run)).Clean<VastRun>();
        VastCost after = Cost();
        Assert.InRange((after.Deadline!.Value - run.StartedAt).TotalHours, 6, 6.1);
        Assert.InRange(after.CostAtDeadline!.Value - before, 4.9m * after.BurnPerHour, 5.2m * after.BurnPerHour);
    }

    [Fact]
    public void WhatIf_changes_nothing()
    {
        VastRun run = _bed.Start("sleep 4706");
        Assert.Empty(_bed.Run("$run | Set-VastRun -MaxRuntime 3h -WhatIf", ("run", run)).Clean<VastRun>());
        Assert.Equal(run.Deadline, _bed.Look(run).Deadline);
    }

    private string Label() => Assert.Single(_bed.Run("Get-VastInstance").Clean<VastInstance>()).Label;

    private void Refused(VastRun run, string arguments, string id)
    {
        string label = Label();
        _bed.Run("$run | Set-VastRun " + arguments, ("run", run)).OneError(id);
        Assert.Equal((label, run.Deadline), (Label(), _bed.Look(run).Deadline));
    }
}
