using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Money;

/// <summary>Idle or not, on a real box.</summary>
public sealed class GetVastIdleInstanceTests : IAsyncLifetime
{
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    // Boxes share the computer's processes unless they have namespaces of their own, which takes root.
    [Fact]
    public async Task A_quiet_box_is_idle_until_it_works_and_can_be_stopped_from_the_pipeline()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Without namespaces a box sees the processes of this computer.");
        VastIdleInstance idle = Assert.Single(Look("Get-VastIdleInstance -For 1s").Clean<VastIdleInstance>());
        Assert.Equal((_bed.Box.InstanceId, _bed.Box.PricePerHour), (idle.InstanceId, idle.PricePerHour));
        Assert.True(idle.QuietFor >= TimeSpan.FromSeconds(1));
        Assert.True(idle.QuietCost > 0);
        Assert.Equal(4, idle.Evidence.Count);

        await _bed.Vast.Server.SetGpuAsync(_bed.Box.InstanceId, 0, 97, 1);
        Busy("busy");
        await _bed.Vast.Server.SetGpuAsync(_bed.Box.InstanceId, 0, 0, 1);
        Look("$box | Invoke-VastCommand 'setsid sh -c \"while :; do :; done\" </dev/null >/dev/null 2>&1 & sleep 0.1'").Clean<object>();
        Busy("CPU cores");
        Look("$box | Invoke-VastCommand 'kill $(ps -eo pid=,args= | sed -n \"s/^ *\\([0-9]*\\) sh -c while.*/\\1/p\")'").Clean<object>();

        Look("Get-VastIdleInstance -For 1s | Stop-VastInstance -Confirm:$false -WarningAction SilentlyContinue").Clean<object>();
        Assert.Contains(_bed.Vast.Writes, w => w.StartsWith("PUT /api/v0/instances/", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_written_or_started_in_the_window_is_life()
    {
        Ran ran = Look("$box | Get-VastIdleInstance -For 1h -Verbose");
        Assert.Empty(ran.Clean<object>());
        Assert.Contains(ran.Verbose, v => v.Contains("started", StringComparison.Ordinal));
    }

    [Fact]
    public void A_box_that_cannot_be_looked_at_is_never_idle()
    {
        Look("$box | Invoke-VastCommand 'rm \"$(command -v nvidia-smi)\"'").Clean<object>();
        Ran blind = Look("Get-VastIdleInstance -For 1s");
        Assert.Empty(blind.Clean<object>());
        Assert.Contains("GPU use could not be read", Assert.Single(blind.Warnings), StringComparison.Ordinal);

        Look(
            "$box | Stop-VastInstance -Confirm:$false -WarningAction SilentlyContinue; $box | Wait-VastInstance -State "
            + "Stopped").Clean<object>();
        Assert.Empty(Look("Get-VastIdleInstance -For 1s").Clean<object>());
        Look("$box | Get-VastIdleInstance -For 1s").OneError("VastInstanceNotRunning");
    }

    [Theory]
    [InlineData("Get-VastIdleInstance -For 0s", "VastInvalidValue")]
    [InlineData("Get-VastIdleInstance 4040404", "VastInstanceNotFound")]
    public void Bad_input_is_one_error(string script, string id) => Look(script).OneError(id);

    [Fact]
    public void An_empty_pipeline_looks_at_nothing()
    {
        int before = _bed.Vast.Requests.Count;
        Assert.Empty(Look("@() | Get-VastIdleInstance").Clean<object>());
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }

    private void Busy(string why)
    {
        Ran ran = Look("Get-VastIdleInstance -For 1s -Verbose");
        Assert.Empty(ran.Clean<object>());
        Assert.Contains(ran.Verbose, v => v.Contains(why, StringComparison.Ordinal));
    }

    private Ran Look(string script) => _bed.Run(script);
}
