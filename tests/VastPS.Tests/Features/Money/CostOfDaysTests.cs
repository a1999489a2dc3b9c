using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Money;

/// <summary>Computed costs and burn beside the simulator's own ledger, over days in which everything happens that can.</summary>
public sealed class CostOfDaysTests : IAsyncLifetime
{
    private const string Rent = "Get-VastOffer -GpuCount 1 -DiskGB 40 -MinDiskGB 40 -MinRemaining 450h -OrderBy PricePerHour -First 3 "
        + "| New-VastInstance -Image i -MaxRuntime 400h -DiskGB 40 -Confirm:$false -WarningAction Ignore";

    private const string Bid = "Get-VastOffer -Type Interruptible -GpuCount 2 -DiskGB 40 -MinDiskGB 40 -MinRemaining 450h -First 1 "
        + "| ForEach-Object { New-VastInstance $_.OfferId -BidPerHour ($_.MinBidPerHour * 1.1) -Image i -MaxRuntime 400h "
        + "-DiskGB 40 -Confirm:$false -WarningAction Ignore }";

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-days-").FullName;
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false, Credit = 1e6, BootTime = TimeSpan.FromMinutes(3) });
        _host = new CmdletHost(_vast.Computer(_folder));
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 30)]
    [InlineData(3, 240)]
    public async Task Days_of_trouble_cost_what_the_server_charges_and_burn_what_it_burns(int seed, int minutes)
    {
        var chance = new Random(seed);
        VastInstance[] boxes = [.. _host.Run($"{Rent}; {Bid}").Clean<VastInstance>()];
        for (TimeSpan passed = default; passed < TimeSpan.FromDays(4); passed += TimeSpan.FromMinutes(minutes))
        {
            await StirAsync(chance, boxes);
            _vast.Server.Clock.Advance(TimeSpan.FromMinutes(minutes * chance.NextDouble() * 2));
            await BurnsAsync();
        }

        // Two go without a word from here, and nobody looks for half a day.
        _vast.Server.Faults.Set(SimFault.Offline, false);
        _vast.Server.Faults.Set(SimFault.CreditOut, false);
        await _vast.Services().Api.DestroyAsync(boxes[0].InstanceId, default);
        await _vast.Services().Api.DestroyAsync(boxes[^1].InstanceId, default);
        _vast.Server.Clock.Advance(TimeSpan.FromHours(12));
        await CostsAsync(0.01m);
        await BurnsAsync();
        _host.Run("Get-VastInstance | Remove-VastInstance -Confirm:$false").Clean<object>();
        _vast.Server.Clock.Advance(TimeSpan.FromHours(30));
        await CostsAsync(0.01m);
        Assert.All(_host.Run("Get-VastCost").Clean<VastCost>(), c => Assert.True(c is { IsClosed: true, IsFinal: true, UncertainCost: 0 }));
    }

    // Without the server's list nobody knows what happened unseen: the figure names how far it may be off, and is not farther off.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Without_the_list_of_charges_the_truth_lies_within_what_is_said_to_be_uncertain(int seed)
    {
        var chance = new Random(seed);
        VastInstance[] boxes = [.. _host.Run(Rent).Clean<VastInstance>()];
        _vast.Server.Relay.Arm(FaultKind.DropBefore, "GET /api/v0/charges", times: int.MaxValue);
        for (int i = 0; i < 100; i++)
        {
            await StirAsync(chance, boxes, traffic: false);
            _vast.Server.Clock.Advance(TimeSpan.FromMinutes(60 * chance.NextDouble()));
            _host.Run("Get-VastInstance").Clean<VastInstance>();
        }

        Dictionary<long, SimCharge> ledger = await LedgerAsync();
        foreach (VastCost cost in _host.Run("Get-VastCost").Clean<VastCost>())
        {
            decimal charged = (decimal)(ledger[cost.InstanceId].Gpu + ledger[cost.InstanceId].Disk);
            Assert.Null(cost.TrafficCost);
            Assert.InRange(charged, cost.TotalCost - cost.UncertainCost - 0.001m, cost.TotalCost + cost.UncertainCost + 0.001m);
            Assert.InRange(cost.UncertainCost, 0.001m, cost.TotalCost);
        }
    }

    [Fact]
    public async Task Charges_of_the_open_day_are_not_final_and_those_of_a_day_that_is_over_are()
    {
        VastInstance box = _host.Run(Rent).Clean<VastInstance>()[0];
        _vast.Server.Clock.Advance(TimeSpan.FromMinutes(30));
        _host.Run("Get-VastInstance | Remove-VastInstance -Confirm:$false").Clean<object>();
        VastCost open = Assert.Single(_host.Run($"Get-VastCost {box.InstanceId} -Charged").Clean<VastCost>());
        Assert.True(open is { IsClosed: true, IsFinal: false });
        _vast.Server.Clock.Advance(TimeSpan.FromHours(25));
        VastCost over = Assert.Single(_host.Run($"Get-VastCost {box.InstanceId} -Charged").Clean<VastCost>());
        Assert.True(over is { IsClosed: true, IsFinal: true });
        Assert.Equal((await LedgerAsync())[box.InstanceId].Total, (double)over.TotalCost, 6);
    }

    private async Task StirAsync(Random chance, VastInstance[] boxes, bool traffic = true)
    {
        long id = boxes[chance.Next(boxes.Length)].InstanceId;
        VastInstance? now = await _host.Services.Api.FindInstanceAsync(id, default);
        switch (chance.Next(12))
        {
            case 0:
                await _vast.Server.SetPriceAsync(id, (double)now!.GpuPricePerHour!.Value * (0.8 + (chance.NextDouble() * 0.6)));
                break;
            case 1:
                _vast.Server.Faults.Set(SimFault.CreditOut, !_vast.Server.Faults.IsOn(SimFault.CreditOut));
                break;
            case 2:
                _vast.Server.Faults.Set(SimFault.Outbid, !_vast.Server.Faults.IsOn(SimFault.Outbid));
                break;
            case 3:
                _vast.Server.Faults.Set(SimFault.Offline, !_vast.Server.Faults.IsOn(SimFault.Offline));
                break;
            case 4 or 5 when now is { IsHalted: true, ContractState: "stopped" } && !_vast.Server.Faults.IsOn(SimFault.CreditOut):
                await _host.Services.Api.SetStateAsync(id, running: true, default);
                break;
            case 6 when now!.State == VastInstanceState.Running:
                await _host.Services.Api.RebootAsync(id, default);
                break;
            case 7 when now!.State == VastInstanceState.Running:
                _host.Run($"Stop-VastInstance {id} -WarningAction Ignore").Clean<object>();
                break;
            case 8 or 9 when traffic:
                await _vast.Server.AddTrafficAsync(id, chance.NextInt64(50_000_000_000), chance.NextInt64(5_000_000_000));
                break;
            default:
                break;
        }
    }

    private async Task<Dictionary<long, SimCharge>> LedgerAsync() => (await _vast.Server.GetChargesAsync()).ToDictionary(c => c.InstanceId);

    private async Task BurnsAsync()
    {
        IReadOnlyList<VastCost> costs = _host.Run("Get-VastCost").Clean<VastCost>();
        Dictionary<long, SimCharge> ledger = await LedgerAsync();
        Assert.All(costs, c => Assert.True(
            Math.Abs(ledger[c.InstanceId].PerHour - (double)c.BurnPerHour) < 1e-6,
            $"{c}, and {ledger[c.InstanceId].PerHour:0.000000} USD/h on the server: {string.Join(", ", _vast.Server.Faults.On)}"));

        // The account counts what may be charged as well: GPUs that are held while a box loads.
        VastAccount account = Assert.Single(_host.Run("Get-VastAccount").Clean<VastAccount>());
        Assert.InRange(
            (double)account.BurnPerHour,
            (await LedgerAsync()).Values.Sum(c => c.PerHour) - 1e-6,
            (double)costs.Sum(c => c.MaxBurnPerHour) + 1e-6);
    }

    private async Task CostsAsync(decimal share)
    {
        IReadOnlyList<VastCost> costs = _host.Run("Get-VastCost").Clean<VastCost>();
        Dictionary<long, SimCharge> ledger = await LedgerAsync();
        Assert.Equal(ledger.Count, costs.Count);
        Assert.All(costs, c => Assert.InRange(
            c.TotalCost, (decimal)ledger[c.InstanceId].Total * (1 - share), (decimal)ledger[c.InstanceId].Total * (1 + share)));
    }
}
