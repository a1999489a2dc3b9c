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
        _clock.Advance(TimeSpan.FromSeconds(5));
        await book.SeeAsync("vast", 11, RentalEventKind.Running, default);
        await book.SeeAsync("vast", 11, RentalEventKind.Running, default);
        await book.SeeAsync("vast", 999, RentalEventKind.Running, default);

        Rental read = Assert.Single(new RentalStore(TimeProvider.System).All("vast"), r => r.InstanceId == 11);
        Assert.Equal(0.4m, read.GpuPricePerHour);
        Assert.Equal(0.02m, read.DiskPricePerHour);
        Assert.Equal([RentalEventKind.Created, RentalEventKind.Running], read.Events.Select(e => e.Kind));
        Assert.Equal(TimeSpan.FromSeconds(5), read.Events[1].At - read.Events[0].At);
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

    [Fact]
    public async Task A_look_notes_what_is_new_and_tells_what_was_paid_and_what_for()
    {
        using var folder = new Folder();
        RentalStore rentals = folder.Store(_clock);
        await rentals.OpenAsync("vast", Rental(11), default);
        var purpose = new RentalPurpose("LoRA", true, "3 h") { RunTime = TimeSpan.FromHours(3), WorstRunTime = TimeSpan.FromHours(5) };
        VastInstance loading = Seen(VastInstanceState.Loading);
        await rentals.NotePurposeAsync("vast", loading, purpose, default);
        Assert.Equal(("LoRA", _clock.GetUtcNow()), (loading.RentedFor!.Workload, loading.RentedFor.NotedAt));
        Assert.Equal(2, folder.Lines);

        // Two looks that show the same are one line; a run is counted from the last look before it.
        await rentals.LookAsync("vast", [loading], default);
        _clock.Advance(TimeSpan.FromHours(1));
        await rentals.LookAsync("vast", [loading], default);
        Assert.Equal(3, folder.Lines);
        _clock.Advance(TimeSpan.FromHours(2));
        VastInstance running = Seen(VastInstanceState.Running);
        await rentals.LookAsync("vast", [running, Seen(VastInstanceState.Running, id: 12)], default);
        Assert.Equal(4, folder.Lines);
        Assert.Equal((3 * 0.02m) + (2 * 0.4m), running.CostSoFar);
        Assert.Equal(
            (TimeSpan.FromHours(3), TimeSpan.FromHours(5), true),
            (running.RentedFor!.ExpectedTime, running.RentedFor.PessimisticTime, running.RentedFor.Fits));

        Rental read = Assert.Single(folder.Store(_clock).All("vast"));
        Assert.Equal(
            ["Created 0", "Loading 0", "Running 1"], read.Events.Select(e => $"{e.Kind} {(e.At - read.Events[0].At).TotalHours}"));
        Assert.Equal([11L], folder.Store(_clock).Of("vast", [11, 11, 12]).Keys);
        Assert.Empty(folder.Store(_clock).Of("other", [11]));
        Assert.Empty(folder.Store(_clock).All("vas"));
    }

    [Fact]
    public async Task What_is_not_ours_is_given_neither_a_cost_nor_a_purpose()
    {
        using var folder = new Folder();
        VastInstance theirs = Seen(VastInstanceState.Running);
        await folder.Store(_clock).OpenAsync("other", Rental(11), default);
        await folder.Store(_clock).LookAsync("vast", [theirs], default);
        await folder.Store(_clock).LookAsync("vast", [], default);
        Assert.Equal((null, null, 1), (theirs.CostSoFar, theirs.RentedFor, folder.Lines));
    }

    // The server may have taken another price than the offer named: that is the price from the beginning. Later it is a new one.
    [Theory]
    [InlineData(0.5, 0.02, 0.5, 0.02)]
    [InlineData(0.4, 0.03, 0.4, 0.03)]
    [InlineData(0.5, null, 0.5, 0.02)]
    [InlineData(null, 0.03, 0.4, 0.03)]
    public async Task The_price_of_the_first_look_is_that_of_the_creation(double? gpu, double? disk, double gpuNoted, double diskNoted)
    {
        using var folder = new Folder();
        RentalStore rentals = folder.Store(_clock);
        await rentals.OpenAsync("vast", Rental(11), default);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await rentals.LookAsync("vast", [Seen(VastInstanceState.Running, (decimal?)gpu, (decimal?)disk)], default);
        Rental read = Assert.Single(folder.Store(_clock).All("vast"));
        Assert.Equal(((decimal)gpuNoted, (decimal)diskNoted), (read.GpuPricePerHour, read.DiskPricePerHour));
        Assert.Equal([RentalEventKind.Created, RentalEventKind.Running], read.Events.Select(e => e.Kind));
        Assert.Equal((null, null), (read.Events[1].GpuPricePerHour, read.Events[1].DiskPricePerHour));

        await rentals.LookAsync("vast", [Seen(VastInstanceState.Running, 0.9m, 0.09m)], default);
        read = Assert.Single(folder.Store(_clock).All("vast"));
        Assert.Equal(((decimal)gpuNoted, (decimal)diskNoted), (read.GpuPricePerHour, read.DiskPricePerHour));
        Assert.Equal((0.9m, 0.09m), (read.Events[2].GpuPricePerHour, read.Events[2].DiskPricePerHour));
        Assert.Equal((0.9m, 0.09m), (read.GpuPriceNow, read.DiskPriceNow));
    }

    [Fact]
    public async Task A_rental_keeps_all_that_was_noted_at_its_creation()
    {
        using var folder = new Folder();
        RentalStore rentals = folder.Store(_clock);
        await rentals.DemandWritableAsync(default);
        Assert.Equal(0, folder.Lines);
        await rentals.OpenAsync("vast", Rental(11) with { Deadline = _clock.GetUtcNow().AddHours(4) }, default);
        await rentals.SeeAsync("other", 11, RentalEventKind.Removed, default);
        Rental read = Assert.Single(folder.Store(_clock).All("vast"));
        Assert.Equal(
            (11L, "train", 0.4m, 0.02m, _clock.GetUtcNow().AddHours(4)),
            (read.InstanceId, read.Name, read.GpuPricePerHour, read.DiskPricePerHour, read.Deadline));
        Assert.Equal((false, false, _clock.GetUtcNow()), (read.HasRun, read.IsClosed, read.Events[0].At));
    }

    private static VastInstance Seen(VastInstanceState state, decimal? gpu = 0.4m, decimal? disk = 0.02m, long id = 11) => new()
    {
        InstanceId = id,
        State = state,
        GpuPricePerHour = gpu,
        DiskPricePerHour = disk,
        Meters = state == VastInstanceState.Running ? VastMeters.Gpu | VastMeters.Disk : VastMeters.Disk,
    };

    private sealed class Folder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("vastps-rentals-").FullName;

        public int Lines => File.ReadAllLines(Path.Combine(_path, "rentals.jsonl")).Length;

        public RentalStore Store(TimeProvider clock) => new(clock, _path);

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }

    private static Rental Rental(long id) => new(id, "train", 0.4m, 0.02m, null, []);
}
