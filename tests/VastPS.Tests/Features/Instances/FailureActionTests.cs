using System.Globalization;
using System.Management.Automation;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>What Wait-, Remove- and Stop-VastInstance do to boxes when something fails, and that an error never cuts it short.</summary>
public sealed class FailureActionTests : IAsyncLifetime
{
    private const string Rent = "New-VastInstance -Image pytorch/pytorch -MaxRuntime 2h -DiskGB 20 -Confirm:$false";
    private const string Cheap = "Get-VastOffer -GpuCount 1 -OrderBy PricePerHour";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        // Many removals at once make the quick clock run faster still.
        _vast = await SimulatedVast.StartAsync(new SimOptions
            {
            BootTime = TimeSpan.FromMilliseconds(200),
            RestartTime = TimeSpan.FromMilliseconds(200),
            EndTime = TimeSpan.FromMilliseconds(20)
        });
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Theory]
    [InlineData(SimFault.OciFailure, 8)]
    [InlineData(SimFault.PullLimit, 1)]
    public async Task An_error_that_ends_the_script_comes_after_the_removal_of_all(SimFault fault, int rounds)
    {
        // Eight removals at once would let the quick clock run through their limit.
        using CmdletHost host = _vast.HostInRealTime();
        _vast.Server.Faults.Set(fault, true);
        for (int round = 0; round < rounds; round++)
        {
            VastInstance[] boxes = Boxes(8);
            Ran ran = host.Run("$boxes | Wait-VastInstance -OnFailure Remove -ErrorAction Stop", ("boxes", boxes));
            string said = ran.OneError("VastInstancesFailed").Exception.Message;
            Assert.All(boxes, b => Assert.Contains($"Instance {b.InstanceId} will not run: ", said, StringComparison.Ordinal));
            Assert.Equal(8, said.Split("It was removed; nothing is charged").Length - 1);
            Assert.Empty(await _vast.Server.GetInstancesAsync());
        }
    }

    [Fact]
    public async Task The_preference_of_the_script_is_the_same_as_the_parameter()
    {
        _vast.Server.Faults.Set(SimFault.OciFailure, true);
        VastInstance box = Boxes(1)[0];
        Ran ran =
            _host.Run(
                "$ErrorActionPreference = 'Stop'; try { $box | Wait-VastInstance -OnFailure Remove } finally { $ErrorActionPreference = "
                + "'Continue' }",
                ("box", box));
        Assert.Contains("It was removed", ran.OneError("VastInstanceWillNotRun").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(await _vast.Server.GetInstancesAsync());
    }

    [Fact]
    public async Task A_stop_comes_before_the_error_too_and_the_disk_is_named()
    {
        _vast.Server.Faults.Set(SimFault.OciFailure, true);
        VastInstance[] boxes = Boxes(3);
        Ran ran = _host.Run("$boxes | Wait-VastInstance -OnFailure Stop -ErrorAction Stop", ("boxes", boxes));
        string said = ran.OneError("VastInstancesFailed").Exception.Message;
        Assert.Equal(3, said.Split("It was stopped; its disk goes on costing 0.").Length - 1);
        Assert.All(await _vast.Server.GetInstancesAsync(), i => Assert.Equal("exited", i.Status));
    }

    [Fact]
    public void A_removal_that_is_ignored_is_said_with_what_the_box_costs()
    {
        VastInstance[] boxes = Boxes(2, SimFault.OciFailure, SimFault.DestroyIgnored);
        Ran ran = _host.Run("$boxes | Wait-VastInstance -OnFailure Remove -ErrorAction Stop", ("boxes", boxes));
        string said = ran.OneError("VastInstancesFailed").Exception.Message;
        Assert.All(boxes, b => Assert.Contains($"Instance {b.InstanceId} was to be removed", said, StringComparison.Ordinal));
        Assert.Equal(2, said.Split("It was NOT removed").Length - 1);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{boxes[0].PricePerHour:0.0000} USD/h"), said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Boxes_that_arrived_are_named_where_the_error_swallows_them()
    {
        VastInstance good = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        VastInstance bad = Boxes(1, SimFault.OciFailure)[0];
        Ran ran = _host.Run("$all = $good, $bad | Wait-VastInstance -OnFailure Remove -ErrorAction Stop", ("good", good), ("bad", bad));
        string said = ran.OneError("VastInstancesFailed").Exception.Message;
        Assert.Contains($"Also rented, and arrived: {good.InstanceId}.", said, StringComparison.Ordinal);
        Assert.Equal(good.InstanceId, Assert.Single(await _vast.Server.GetInstancesAsync()).InstanceId);
    }

    [Fact]
    public void Kept_ones_are_named_in_the_error_that_ends_the_wait()
    {
        VastInstance[] boxes = Boxes(3, SimFault.OciFailure);
        Ran ran = _host.Run("$boxes | Wait-VastInstance -ErrorAction Stop", ("boxes", boxes));
        ErrorRecord error = Assert.Single([.. ran.Errors, .. ran.Thrown is null ? Array.Empty<ErrorRecord>() : [ran.Thrown]]);
        Assert.All(
            boxes, b => Assert.Contains(
                b.InstanceId.ToString(CultureInfo.InvariantCulture), error.Exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Remove")]
    [InlineData("Stop")]
    public async Task What_others_rented_is_kept_and_named(string action)
    {
        VastInstance box = Foreign();
        Ran ran = _host.Run($"$box | Wait-VastInstance -OnFailure {action}", ("box", box));
        ErrorRecord error = ran.OneError("VastInstanceWillNotRun");
        Assert.Matches(
            @"It was NOT (removed|stopped), because VastPS did not create it\. It costs up to \d\.\d{4} USD/h", error.Exception.Message);
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(_vast.Writes.Where(w => w.Contains($"/instances/{box.InstanceId}/", StringComparison.Ordinal)).Skip(1)); // the label
        Assert.Equal("created", Assert.Single(await _vast.Server.GetInstancesAsync()).Status);
    }

    [Fact]
    public async Task Force_acts_on_what_others_rented_and_spares_a_disk_of_unknown_past()
    {
        VastInstance box = Foreign();
        Ran ran = _host.Run("$box | Wait-VastInstance -OnFailure Stop -Force", ("box", box));
        Assert.Contains("It was stopped", ran.OneError("VastInstanceWillNotRun").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("exited", Assert.Single(await _vast.Server.GetInstancesAsync()).Status);
    }

    [Fact]
    public async Task A_box_that_had_run_is_stopped_instead_of_removed()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        Ran ran = _host.Run("$box | Wait-VastInstance -State Gone -Timeout 1s -OnFailure Remove", ("box", box));
        Assert.Contains(
            "stopped and not removed, because it had run before", ran.OneError("VastWaitTimedOut").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("exited", Assert.Single(await _vast.Server.GetInstancesAsync()).Status);
    }

    [Fact]
    public async Task A_started_box_stays_exited_for_a_while_and_arrives()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions
            {
            BootTime = TimeSpan.FromMilliseconds(200),
            EndTime = TimeSpan.FromMilliseconds(100),
            RestartTime = TimeSpan.FromSeconds(3)
        });
        using CmdletHost host = vast.Host();
        VastInstance box = Assert.Single(host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        VastInstance halted =
            Assert.Single(host.Run("$box | Stop-VastInstance -PassThru -WarningAction Ignore", ("box", box)).Clean<VastInstance>());
        Assert.Equal((VastInstanceState.Stopped, "exited", VastMeters.Disk), (halted.State, halted.StateText, halted.Meters));

        VastInstance started = Assert.Single(host.Run("$box | Start-VastInstance -Confirm:$false", ("box", box)).Clean<VastInstance>());
        Assert.Equal((VastInstanceState.Starting, "exited"), (started.State, started.StateText));
        VastInstance up = Assert.Single(host.Run("$box | Wait-VastInstance -OnFailure Remove", ("box", box)).Clean<VastInstance>());
        Assert.Equal(VastInstanceState.Running, up.State);
    }

    [Fact]
    public async Task A_started_box_that_fails_is_never_removed()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        _host.Run("$box | Stop-VastInstance -WarningAction Ignore", ("box", box)).Clean<object>();
        _vast.Server.Faults.Set(SimFault.OciFailure, true);
        Ran ran =
            _host.Run("$box | Start-VastInstance -Confirm:$false | Wait-VastInstance -OnFailure Remove -ErrorAction Stop", ("box", box));
        Assert.Contains("not removed", ran.OneError("VastInstanceWillNotRun").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("exited", Assert.Single(await _vast.Server.GetInstancesAsync()).Status);
    }

    [Theory]
    [InlineData(SimFault.ExitedEarly, "its container ")]
    [InlineData(SimFault.Offline, "offline for 5m")]
    public void Minutes_tell_what_will_not_come_up_from_what_is_on_its_way(SimFault fault, string cause)
    {
        using CmdletHost host = _vast.HurriedHost();
        VastInstance box = Boxes(1, fault == SimFault.Offline ? [fault] : [])[0];
        _vast.Server.Faults.Set(fault, true);
        Ran ran = host.Run("$box | Wait-VastInstance", ("box", box));
        Assert.Contains(cause, ran.OneError("VastInstanceWillNotRun").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_lacks_the_instance_once_ends_no_wait()
    {
        VastInstance box = Boxes(1)[0];
        _vast.Server.Faults.Set("ListForgets:2", true);
        Assert.Equal(
            VastInstanceState.Running, Assert.Single(_host.Run("$box | Wait-VastInstance", ("box", box)).Clean<VastInstance>()).State);
        _vast.Server.Faults.Set("ListForgets:1", true);
        _host.Run("$box | Wait-VastInstance -State Gone -Timeout 1s", ("box", box)).OneError("VastWaitTimedOut");
        _vast.Server.Faults.Set("ListForgets:1", true);
        Assert.False(Assert.Single(_host.Run("$box | Get-VastCost", ("box", box)).Clean<VastCost>()).IsClosed);
    }

    [Fact]
    public void Ignored_removals_are_all_named()
    {
        VastInstance[] boxes = Boxes(5, SimFault.DestroyIgnored);
        foreach (string how in new[] { "-ErrorAction Stop", "-ErrorAction Continue" })
        {
            Ran ran = _host.Run($"$boxes | Remove-VastInstance -Confirm:$false {how}", ("boxes", boxes));
            string said = ran.OneError("VastInstancesFailed").Exception.Message;
            Assert.All(boxes, b => Assert.Matches($@"Instance {b.InstanceId} was to be removed.*USD/h", said));
        }
    }

    [Fact]
    public async Task One_that_cannot_be_removed_keeps_none_of_the_others_and_is_named()
    {
        VastInstance[] boxes = Boxes(4);
        await _vast.Services().Api.SetLabelAsync(boxes[0].InstanceId, "somebody else's", default);
        Ran ran =
            _host.Run(
                "$boxes[0].InstanceId, 7, $boxes[1].InstanceId, $boxes[2].InstanceId, $boxes[3].InstanceId | Remove-VastInstance "
                + "-InstanceId { $_ } -Confirm:$false -ErrorAction Stop",
                ("boxes", boxes));
        string said = ran.OneError("VastInstancesFailed").Exception.Message;
        Assert.Contains($"Instance {boxes[0].InstanceId} ", said, StringComparison.Ordinal);
        Assert.Contains("no instance 7", said, StringComparison.Ordinal);
        Assert.Equal(boxes[0].InstanceId, Assert.Single(await _vast.Server.GetInstancesAsync()).InstanceId);
    }

    [Fact]
    public async Task A_removal_goes_on_when_the_pipeline_breaks_elsewhere()
    {
        VastInstance[] boxes = Boxes(2);
        _host.Run("& { $boxes[0]; $boxes[1]; throw 'upstream' } | Remove-VastInstance -Confirm:$false", ("boxes", boxes));
        Assert.Empty(await _vast.Server.GetInstancesAsync());
    }

    [Fact]
    public async Task One_that_cannot_be_stopped_keeps_none_of_the_others_running()
    {
        VastInstance[] boxes = Boxes(2);
        Ran ran = _host.Run(
            "7, $boxes[0].InstanceId, $boxes[1].InstanceId | Stop-VastInstance -InstanceId { $_ } -ErrorAction Stop -WarningAction Ignore",
            ("boxes", boxes));
        Assert.Equal(7L, ran.OneError("VastInstanceNotFound").TargetObject);
        Assert.All(await _vast.Server.GetInstancesAsync(), i => Assert.Equal("exited", i.Status));
    }

    [Fact]
    public void An_offer_that_is_gone_names_what_was_rented_before_where_it_ends_the_script()
    {
        Ran ran = _host.Run($"$boxes = {Cheap} -First 1; $got = $boxes.OfferId, 999999999 | {Rent} -ErrorAction Stop");
        VastInstance left = Assert.Single(_host.Run("Get-VastInstance").Clean<VastInstance>());
        Assert.Contains(
            left.InstanceId.ToString(CultureInfo.InvariantCulture), ran
                .OneError("VastRentingBroken").Exception.Message, StringComparison.Ordinal);
    }

    private VastInstance[] Boxes(int count, params SimFault[] faults)
    {
        foreach (SimFault fault in faults)
        {
            _vast.Server.Faults.Set(fault, true);
        }

        VastInstance[] boxes = new VastInstance[count];
        for (int i = 0; i < count; i++)
        {
            boxes[i] = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());
        }

        return boxes;
    }

    private VastInstance Foreign()
    {
        VastInstance box = Boxes(1, SimFault.OciFailure)[0];
        _vast.Services().Api.SetLabelAsync(box.InstanceId, "somebody else's", default).GetAwaiter().GetResult();
        return box;
    }
}
