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
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(100, 20)
            .Select(id => Task.Run(() => new RentalStore(TimeProvider.System).OpenAsync("many", Rental(id), default))));
        Assert.Equal(20, new RentalStore(TimeProvider.System).All("many").Count);
    }

    private static Rental Rental(long id) => new(id, "train", 0.4m, 0.02m, null, []);
}
