using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Money;

/// <summary>Get-VastCost and CostSoFar against what the simulator charges.</summary>
public sealed class CostTests : IAsyncLifetime
{
    private const string Rent =
        "Get-VastOffer 'RTX 4090' -GpuCount 1 -OrderBy PricePerHour -First 1 | New-VastInstance -Image i -MaxRuntime 2h -DiskGB 20 "
        + "-Confirm:$false -WarningAction Ignore";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.HostInRealTime();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Theory]
    [InlineData(SimFault.StuckLoading)]
    [InlineData(SimFault.OciFailure)]
    public void A_box_that_does_not_run_has_cost_its_disk_alone(SimFault fault)
    {
        _vast.Server.Faults.Set(fault, true);
        VastInstance box = Assert.Single(_host.Run(Rent).Clean<VastInstance>());
        Pass(5);
        (VastCost computed, VastCost charged) = Costs(box);
        Assert.Equal(0, computed.GpuCost);
        Assert.InRange(computed.TotalCost, charged.TotalCost * 0.8m, (charged.TotalCost * 1.2m) + 0.00001m);
        Assert.Equal(box.DiskPricePerHour, computed.BurnPerHour);
        VastInstance shown = Assert.Single(_host.Run("$box | Get-VastInstance", ("box", box)).Clean<VastInstance>());
        Assert.InRange(shown.CostSoFar!.Value, 0, (charged.TotalCost * 1.2m) + 0.00001m);
    }

    [Fact]
    public void A_price_that_rose_at_the_creation_is_the_price_that_counts()
    {
        _vast.Server.Faults.Set("PriceRises:50", true);
        VastInstance box = Assert.Single(_host.Run($"{Rent} | Wait-VastInstance").Clean<VastInstance>());
        (VastCost first, VastCost firstCharged) = Costs(box);
        Pass(6);
        (VastCost last, VastCost lastCharged) = Costs(box);
        Assert.Equal(box.PricePerHour!.Value, last.BurnPerHour, 6);
        Assert.InRange((last.TotalCost - first.TotalCost) / (lastCharged.TotalCost - firstCharged.TotalCost), 0.85m, 1.15m);
    }

    [Fact]
    public void After_a_stop_by_the_server_no_more_gpu_is_counted_in_any_view()
    {
        VastInstance box = Assert.Single(_host.Run($"{Rent} | Wait-VastInstance").Clean<VastInstance>());
        _vast.Server.Faults.Set(SimFault.CreditOut, true);
        Wait.Until(() => Shown(box).State == VastInstanceState.Stopped, TimeSpan.FromSeconds(20), "the server to stop it");
        VastCost first = Costs(box).Computed;
        Pass(4);
        VastCost last = Costs(box).Computed;
        Assert.Equal(first.GpuCost, last.GpuCost);
        Assert.True(last.GpuCost > 0);
        Assert.Equal(box.DiskPricePerHour, last.BurnPerHour);
        Assert.InRange(Shown(box).CostSoFar!.Value, last.TotalCost, last.TotalCost + 0.0001m);
    }

    [Fact]
    public void Started_again_it_is_charged_again_and_a_lost_host_charges_nothing()
    {
        VastInstance box = Assert.Single(_host.Run($"{Rent} | Wait-VastInstance").Clean<VastInstance>());
        _host.Run(
            "$box | Stop-VastInstance -WarningAction Ignore; $null = $box | Start-VastInstance -Confirm:$false | Wait-VastInstance",
            ("box", box)).Clean<object>();
        Assert.Equal(box.PricePerHour!.Value, Costs(box).Computed.BurnPerHour, 6);
        _vast.Server.Faults.Set(SimFault.Offline, true);
        Wait.Until(() => Shown(box).State == VastInstanceState.Offline, TimeSpan.FromSeconds(20), "the host to be lost");
        VastCost first = Costs(box).Computed;
        Pass(2);
        Assert.Equal((0m, first.TotalCost), (first.BurnPerHour, Costs(box).Computed.TotalCost));
    }

    private static void Pass(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System).Wait();

    private VastInstance Shown(VastInstance box) => Assert.Single(_host.Run("$box | Get-VastInstance", ("box", box)).Clean<VastInstance>());

    private (VastCost Computed, VastCost Charged) Costs(VastInstance box)
    {
        IReadOnlyList<VastCost> both = _host.Run("$box | Get-VastCost; $box | Get-VastCost -Charged", ("box", box)).Clean<VastCost>();
        return (both[0], both[1]);
    }
}
