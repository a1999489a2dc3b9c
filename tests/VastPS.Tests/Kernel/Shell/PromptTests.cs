using System.Management.Automation;
using System.Reflection;
using VastPS.Simulator;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Shell;

/// <summary>What spends or deletes asks first, and does what it was answered.</summary>
public sealed class PromptTests : IAsyncLifetime
{
    private SimulatedVast _vast = null!;
    private VastInstance[] _boxes = [];

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        using CmdletHost host = _vast.Host();
        VastOffer[] offers = [.. host.Run("Get-VastOffer -GpuCount 1").Clean<VastOffer>().DistinctBy(o => o.MachineId).Take(2)];
        _boxes = [.. host.Run("$offers | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false", ("offers", offers))
            .Clean<VastInstance>()];
    }

    public async ValueTask DisposeAsync() => await _vast.DisposeAsync();

    [Fact]
    public void What_spends_or_deletes_has_high_impact_and_the_rest_has_not() => Assert.Equal(
        ["New-VastInstance", "Remove-VastInstance", "Set-VastInstance", "Start-VastInstance"],
        CmdletHost.Cmdlets.Where(
            t => t.GetCustomAttribute<CmdletAttribute>() is { SupportsShouldProcess: true, ConfirmImpact: ConfirmImpact.High })
            .Select(Law.CommandName).Where(c => c.EndsWith("-VastInstance", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Remove-VastInstance", 2, 0, "No", "No")]
    [InlineData("Remove-VastInstance", 2, 1, "No", "Yes")]
    [InlineData("Remove-VastInstance", 1, 2, "Yes to All")]
    [InlineData("Remove-VastInstance", 1, 0, "No to All")]
    [InlineData("Start-VastInstance", 2, 0, "No", "No")]
    [InlineData("Start-VastInstance", 1, 2, "Yes to All")]
    public void An_answer_is_kept(string command, int prompts, int writes, params string[] answers)
    {
        int before = _vast.Writes.Count;
        var asked = new CaptureHost(answers);
        // In real time: a clock that skips pauses runs away from removals that go on beside each other.
        using CmdletHost host = _vast.HostInRealTime(asked);
        host.Run($"$boxes | {command}", ("boxes", _boxes)).Clean<object>();
        Assert.Equal(prompts, asked.Prompts.Count);
        Assert.Equal(writes, _vast.Writes.Count - before);
        Assert.All(asked.Prompts, p => Assert.Contains(_boxes, b => p.Contains($"{b.InstanceId}", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_keeps_the_box_does_not_ask()
    {
        var asked = new CaptureHost();
        using CmdletHost host = _vast.Host(asked);
        host.Run("$boxes | Stop-VastInstance", ("boxes", _boxes)).Clean<object>();
        Assert.Empty(asked.Prompts);
    }
}
