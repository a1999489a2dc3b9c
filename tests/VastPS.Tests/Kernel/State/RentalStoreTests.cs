using Microsoft.Extensions.Time.Testing;
using VastPS.Kernel.State;
using VastPS.Tests.Features.Simulation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.State;

// A spoiled line in the state folder of all tests would be told by every command beside.
[Collection(nameof(WholeProcess))]
public sealed class RentalStoreTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_rental_keeps_its_prices_and_what_was_seen()
    {
        var book = new RentalStore(_clock);
        await book.OpenAsync("vast", Rental(11), default);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await book.SeeAsync("vast", 11, RentalEventKind.Running, default);
        await book.SeeAsync("vast", 11, RentalEventKind.Running, default);
        await book.SeeAsync("vast", 999, RentalEventKind.Running, default);

        Rental read = Assert.Single(new RentalStore(TimeProvider.System).All("vast"), r => r.InstanceId == 11);
        Assert.Equal(0.4m, read.GpuPricePerHour);
        Assert.Equal(0.02m, read.DiskPricePerHour);
        Assert.Equal([RentalEventKind.Created, RentalEventKind.Running], read.Events.Select(e => e.Kind));
        Assert.Equal(TimeSpan.FromMinutes(5), read.Events[1].At - read.Events[0].At);
        Assert.DoesNotContain(new RentalStore(TimeProvider.System).All("vast"), r => r.InstanceId == 999);
    }

    [Fact]
    public async Task Servers_do_not_share_instance_ids()
    {
        var book = new RentalStore(_clock);
        await book.OpenAsync("one", Rental(21), default);
        Assert.DoesNotContain(new RentalStore(TimeProvider.System).All("two"), r => r.InstanceId == 21);
    }

    [Fact]
    public async Task Torn_and_foreign_lines_are_passed_over_and_kept()
    {
        var book = new RentalStore(_clock);
        await book.OpenAsync("torn", Rental(31), default);
        string file = Path.Combine(TestEnvironment.StateFolder, "rentals.jsonl");
        await File.AppendAllTextAsync(file, "{\"Server\":\"torn\",\"Insta");
        await book.OpenAsync("torn", Rental(32), default);

        Assert.Equal([31, 32], new RentalStore(TimeProvider.System).All("torn").Select(r => r.InstanceId));
        Assert.Contains("\"Insta\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        await TestEnvironment.ForgetAsync("torn");
    }

    [Fact]
    public async Task A_long_history_becomes_one_line_that_costs_the_same()
    {
        string folder = Directory.CreateTempSubdirectory("vastps-rentals-").FullName;
        var rentals = new RentalStore(_clock, folder);
        await rentals.OpenAsync("vast", Rental(11), default);
        string file = Path.Combine(folder, "rentals.jsonl");
        string[] kinds = ["Running", "Stopped", "Offline", "Running"];
        await File.AppendAllLinesAsync(file, Enumerable.Range(1, 1100).Select(i =>
            $"{{\"Server\":\"vast\",\"InstanceId\":11,\"Kind\":\"{kinds[i % 4]}\",\"At\":\"{_clock.GetUtcNow().AddMinutes(i):O}\"}}"));
        _clock.Advance(TimeSpan.FromDays(1));
        VastCost before = CostLedger.Cost(Assert.Single(rentals.All("vast")), _clock.GetUtcNow());
        await rentals.SeeAsync("vast", 11, RentalEventKind.Stopped, default);
        Assert.Single(await File.ReadAllLinesAsync(file));
        foreach (RentalStore store in new[] { rentals, new RentalStore(_clock, folder) })
        {
            Rental read = Assert.Single(store.All("vast"));
            VastCost cost = CostLedger.Cost(read, _clock.GetUtcNow());
            Assert.Equal((before.GpuCost, before.DiskCost, before.From), (cost.GpuCost, cost.DiskCost, cost.From));
            Assert.Equal((RentalEventKind.Stopped, true, "train"), (read.Events[^1].Kind, read.HasRun, read.Name));
            Assert.InRange(read.Events.Count, 2, 20);
        }

        await rentals.SeeAsync("vast", 11, RentalEventKind.Removed, default);
        Assert.True(Assert.Single(new RentalStore(_clock, folder).All("vast")).IsClosed);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(100, 20)
            .Select(id => Task.Run(() => new RentalStore(TimeProvider.System).OpenAsync("many", Rental(id), default))));
        Assert.Equal(20, new RentalStore(TimeProvider.System).All("many").Count);
    }

    private static Rental Rental(long id) => new(id, "train", 0.4m, 0.02m, null, []);
}
