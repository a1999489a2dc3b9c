using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Commands;

/// <summary>A stop in the midst of each waiting command: back within a second, and nothing is left on either side.</summary>
public sealed class StopTests : IAsyncLifetime
{
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(SimulatedVast.Options(bytesPerSecond: 170_000));
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    // The box's sshd is root's when the tests are: it delivers no signals, so what ends the command is ours.
    [Theory]
    [InlineData("$box | Invoke-VastCommand 'echo begin; sleep 3141'", "sleep 3141")]
    [InlineData("$box | Invoke-VastCommand 'trap \"\" TERM; (sleep 2718; sleep 2719) & wait' -Stream", "sleep 2718")]
    [InlineData("$box | Test-VastBandwidth -SampleTime 30s -Uri $uri", "sim/download")]
    public void Work_on_the_box_ends_with_the_command(string script, string remote)
    {
        VastInstance box = Rent();
        (Ran _, TimeSpan took) = _host.RunAndStop(script, () => Processes.Any(remote), ("box", box), ("uri", _vast.Server.DownloadUri(box.InstanceId)));
        Promptly.Back(took);
        Wait.Until(() => !Processes.Any(remote), TimeSpan.FromSeconds(5), "the remote processes to end");
        Wait.Until(() => box.SshAddresses.All(a => Sockets.To(a.Port) == 0), TimeSpan.FromSeconds(5), "the ssh connections to close");
    }

    [Theory]
    [InlineData("$box | Wait-VastInstance -State Stopped", null)]
    [InlineData("$box | Remove-VastInstance -Confirm:$false", SimFault.DestroyIgnored)]
    public void Polling_stops(string script, SimFault? fault)
    {
        VastInstance box = Rent();
        if (fault is { } f)
        {
            _vast.Server.Faults.Set(f, true);
        }

        int before = _vast.Requests.Count;
        (Ran _, TimeSpan took) = _host.RunAndStop(script, () => _vast.Requests.Count > before + 1, ("box", box));
        Promptly.Back(took);
        int after = _vast.Requests.Count;
        Assert.InRange(after, before, before + 20);
    }

    [Theory]
    [InlineData("Get-VastInstance")]
    [InlineData("Get-VastOffer")]
    [InlineData("Get-VastAccount")]
    [InlineData("Get-VastCost")]
    [InlineData("Wait-VastInstance 1")]
    [InlineData("Stop-VastInstance 1")]
    [InlineData("New-VastInstance -OfferId 1 -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false")]
    public void A_server_that_accepts_and_never_answers_is_left(string script)
    {
        int before = _vast.Requests.Count;
        _vast.Server.Relay.Arm(FaultKind.Stall, "", times: 50);
        (Ran _, TimeSpan took) = _host.RunAndStop(script, () => _vast.Requests.Count > before);
        Promptly.Back(took);
        _vast.Server.Relay.Disarm();
        Wait.Until(() => Sockets.To(_vast.Server.Address.Port) == 0, TimeSpan.FromSeconds(5), "the connection to close");
    }

    [Fact]
    public async Task A_stop_while_renting_takes_back_what_was_rented()
    {
        var shown = new CaptureHost("Yes");
        using CmdletHost host = _vast.Host(shown);
        VastOffer offer = host.Run("Get-VastOffer -GpuCount 1 -First 1").Clean<VastOffer>()[0];
        _vast.Server.Relay.Arm(FaultKind.Slow, "PUT /api/v0/asks/", times: 1, bytes: 60);
        (Ran ran, TimeSpan took) = host.RunAndStop(
            "$offer | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false",
            () => _vast.Requests.Any(r => r.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal)),
            ("offer", offer));
        Promptly.Back(took);
        Assert.Empty(ran.Output);
        Assert.Contains("Get-VastInstance -Label", shown.Shown, StringComparison.Ordinal);
        await Wait.UntilAsync(
            async () => (await _vast.Server.GetInstancesAsync()).All(i => i.Status == "destroyed"),
            TimeSpan.FromSeconds(20),
            "the instance to be taken back");
    }

    private VastInstance Rent() => Assert.Single(_host
        .Run("Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance")
        .Clean<VastInstance>());
}
