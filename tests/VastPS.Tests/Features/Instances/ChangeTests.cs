using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>Restart-, Set- and Get-VastInstanceLog, and that nothing foreign is changed without force.</summary>
public sealed class ChangeTests : IAsyncLifetime
{
    private const string Rent = "Get-VastOffer -GpuCount 1 -OrderBy PricePerHour -First 1 | New-VastInstance -Image i -MaxRuntime 2h "
        + "-DiskGB 20 -Confirm:$false -WarningAction Ignore";

    private const string Bid = "Get-VastOffer -Type Interruptible -GpuCount 1 -First 1 | ForEach-Object { New-VastInstance $_.OfferId "
        + "-BidPerHour ($_.MinBidPerHour * 1.1) -Image i -MaxRuntime 2h -DiskGB 20 -Confirm:$false -WarningAction Ignore }";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions
        {
            Boxes = false, BootTime = TimeSpan.FromMilliseconds(200), EndTime = TimeSpan.FromMilliseconds(200),
            RestartTime = TimeSpan.FromMilliseconds(200),
        });
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Fact]
    public void What_was_outbid_goes_on_by_a_new_bid_and_the_new_price_counts()
    {
        VastInstance box = Running(Bid);
        _vast.Server.Faults.Set(SimFault.Outbid, true);
        Until(box, b => b.IsHalted);
        _vast.Server.Faults.Set(SimFault.Outbid, false);
        decimal bid = box.GpuPricePerHour!.Value * 1.5m;
        VastInstance changed = Assert.Single(
            _host.Run("$box | Set-VastInstance -BidPerHour $bid -PassThru -Confirm:$false", ("box", box), ("bid", bid)).Clean<VastInstance>());
        Assert.Equal(bid, changed.GpuPricePerHour!.Value, 4);
        VastInstance again = Until(box, b => b.State == VastInstanceState.Running);
        Assert.Equal(bid + box.DiskPricePerHour!.Value, _host.Run($"Get-VastCost {box.InstanceId}").Clean<VastCost>()[0].BurnPerHour, 4);
        Assert.Equal(box.Label, again.Label);
    }

    [Fact]
    public void A_bid_that_loses_is_told_and_one_on_demand_refused()
    {
        VastInstance box = Running(Bid);
        Ran low = _host.Run("$box | Set-VastInstance -BidPerHour 0.001 -Confirm:$false", ("box", box));
        low.Clean<object>();
        Assert.Contains("loses", Assert.Single(low.Warnings), StringComparison.Ordinal);
        VastInstance other = Running(Rent);
        int writes = _vast.Writes.Count;
        _host.Run("$box | Set-VastInstance -BidPerHour 1 -Confirm:$false", ("box", other)).OneError("VastNotInterruptible");
        Assert.Equal(writes, _vast.Writes.Count);
    }

    [Fact]
    public void A_new_name_keeps_the_mark_and_the_deadline()
    {
        VastInstance box = Running(Rent);
        VastInstance named = Assert.Single(
            _host.Run("$box | Set-VastInstance -Label llama -PassThru -Confirm:$false", ("box", box)).Clean<VastInstance>());
        Assert.Equal(("llama", true, box.Deadline), (named.Name, named.IsMine, named.Deadline));
        Assert.Equal(box.Label.Split('.')[1], named.Label.Split('.')[1]);
        Assert.Empty(_host.Run("Get-VastInstance -Orphan").Clean<VastInstance>());
    }

    [Fact]
    public void A_restart_keeps_the_gpu_and_what_is_stopped_is_to_be_started()
    {
        VastInstance box = Running(Rent);
        VastInstance restarted = Assert.Single(_host.Run("$box | Restart-VastInstance", ("box", box)).Clean<VastInstance>());
        Assert.True(restarted.Meters.HasFlag(VastMeters.Gpu));
        Until(box, b => b.State == VastInstanceState.Running);
        _host.Run("$box | Stop-VastInstance -WarningAction Ignore", ("box", box)).Clean<object>();
        Assert.Equal(
            $"Start-VastInstance -InstanceId {box.InstanceId}",
            _host.Run("$box | Restart-VastInstance", ("box", box)).OneError("VastInstanceNotRunning").ErrorDetails.RecommendedAction);
    }

    [Theory]
    [InlineData("Stop-VastInstance")]
    [InlineData("Start-VastInstance")]
    [InlineData("Restart-VastInstance")]
    [InlineData("Remove-VastInstance")]
    [InlineData("Set-VastInstance -Label x")]
    public async Task Nothing_foreign_is_changed_without_force(string command)
    {
        VastInstance box = Running(Rent);
        await _vast.Services().Api.SetLabelAsync(box.InstanceId, "a colleague's", default);
        int writes = _vast.Writes.Count;
        string next = _host.Run($"$box | {command} -Confirm:$false", ("box", box)).OneError("VastInstanceForeign").ErrorDetails.RecommendedAction;
        Assert.Equal($"{command.Split(' ')[0]} -InstanceId {box.InstanceId} -Force", next);
        Assert.Equal(writes, _vast.Writes.Count);
        _host.Run($"$box | {command} -Force -Confirm:$false -WarningAction Ignore", ("box", box)).Clean<object>();
        Assert.True(_vast.Writes.Count > writes);
    }

    [Theory]
    [InlineData("$box | Set-VastInstance -Label x -WhatIf")]
    [InlineData("$box | Set-VastInstance -BidPerHour 2 -WhatIf")]
    [InlineData("$box | Restart-VastInstance -WhatIf")]
    public void WhatIf_sends_reads_only(string script)
    {
        VastInstance box = Running(Bid);
        int writes = _vast.Writes.Count;
        _host.Run(script, ("box", box)).Clean<object>();
        Assert.Equal(writes, _vast.Writes.Count);
    }

    [Theory]
    [InlineData("Set-VastInstance 7")]
    [InlineData("Set-VastInstance 7 -Label 'not this'")]
    [InlineData("Set-VastInstance 7 -BidPerHour 0")]
    [InlineData("Get-VastInstanceLog 7 -Tail 0")]
    public void Bad_input_is_one_error_before_anything_is_sent(string script)
    {
        _host.Run(script + (script.StartsWith('S') ? " -Confirm:$false" : "")).OneError("VastInvalidValue");
        Assert.Empty(_vast.Requests);
    }

    [Fact]
    public void The_log_comes_as_lines_from_the_end_and_without_ssh()
    {
        VastInstance box = Running(Rent);
        IReadOnlyList<string> all = _host.Run("$box | Get-VastInstanceLog", ("box", box)).Clean<string>();
        Assert.True(all.Count >= 2);
        Assert.Equal([all[^1]], _host.Run("$box | Get-VastInstanceLog -Tail 1", ("box", box)).Clean<string>());
        Assert.Contains(
            "pull", string.Join(' ', _host.Run("$box | Get-VastInstanceLog -Daemon", ("box", box)).Clean<string>()), StringComparison.Ordinal);
        _host.Run("Get-VastInstanceLog 4040404").OneError("VastInstanceNotFound");
    }

    [Theory]
    [InlineData("No such container", false)]
    [InlineData("Error response from daemon: No such container: C.7\n", false)]
    [InlineData("step 1\nNo such container\n", true)]
    [InlineData("\u001b[31mred\u001b[0m\n", true)]
    public async Task Without_a_container_there_is_no_log_yet(string text, bool isLog)
    {
        await using var server = new ScriptedVast(asked => asked.Method == "PUT"
            ? Reply.Ok($$"""{"success":true,"result_url":"http://{{asked.Headers["Host"]}}/log"}""")
            : new Reply(200, text, "text/plain"));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        Ran ran = host.Run("Get-VastInstanceLog 7");
        if (isLog)
        {
            Assert.DoesNotContain(ran.Clean<string>(), l => l.Contains('\u001b', StringComparison.Ordinal));
        }
        else
        {
            ran.OneError("VastLogNotReady");
        }
    }

    private VastInstance Running(string rent) =>
        Until(Assert.Single(_host.Run(rent).Clean<VastInstance>()), b => b.State == VastInstanceState.Running);

    private VastInstance Until(VastInstance box, Func<VastInstance, bool> isThere)
    {
        VastInstance? seen = null;
        Wait.Until(
            () => isThere(seen = Assert.Single(_host.Run($"Get-VastInstance {box.InstanceId}").Clean<VastInstance>())),
            TimeSpan.FromSeconds(20),
            "the instance");
        return seen!;
    }
}
