using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Api;

/// <summary>The client against the simulator: two readings of the same notes must agree.</summary>
public sealed class SimulatedVastClientTests : IAsyncLifetime
{
    private SimulatedVast _vast = null!;
    private VastApiClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(
            new SimOptions { Boxes = false, BootTime = TimeSpan.FromSeconds(30), EndTime = TimeSpan.FromSeconds(2), Credit = 42 });
        _vast.Server.Clock.Freeze();
        _api = _vast.Services().Api;
    }

    public ValueTask DisposeAsync() => _vast.DisposeAsync();

    [Fact]
    public async Task An_instance_lives_from_create_to_charges()
    {
        VastOffer offer = await FirstAsync();
        long id = (await CreateAsync(offer)).InstanceId;
        VastInstance born = (await _api.FindInstanceAsync(id, default))!;
        Assert.Contains(born.State, new[] { VastInstanceState.Provisioning, VastInstanceState.Loading });
        Assert.Equal((VastMeters.MaybeGpu | VastMeters.Disk, "story", true, 20.0), (born.Meters, born.Name, born.IsMine, born.DiskGB));
        Assert.Null(born.GpuUtilization);
        Assert.Equal((double)offer.PricePerHour!, (double)born.PricePerHour!, 6);

        await PassAsync(TimeSpan.FromMinutes(1));
        VastInstance running = Assert.Single(await _api.GetInstancesAsync(default));
        Assert.Equal((VastInstanceState.Running, VastMeters.Gpu | VastMeters.Disk), (running.State, running.Meters));
        Assert.InRange(running.Age!.Value.TotalSeconds, 59, 62);
        Assert.Equal(offer.UsableRamGiB!.Value, running.UsableRamGiB!.Value, 1);

        await _api.SetLabelAsync(id, "plain", default);
        Assert.Equal("plain", (await _api.FindInstanceAsync(id, default))!.Label);
        Assert.NotEmpty(await _api.GetLogAsync(id, 10, null, true, default));
        await _api.SetStateAsync(id, false, default);
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(VastInstanceState.Stopped, (await _api.FindInstanceAsync(id, default))!.State);
        await _api.SetStateAsync(id, true, default);
        await PassAsync(TimeSpan.FromMinutes(1));
        await _api.RebootAsync(id, default);
        await PassAsync(TimeSpan.FromHours(1));
        DateTimeOffset end = _vast.Server.Clock.Now;
        await _api.DestroyAsync(id, default);
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Null(await _api.FindInstanceAsync(id, default));
        Assert.Empty(await _api.GetInstancesAsync(default));

        IReadOnlyList<VastCharge> charges = await _api.GetChargesAsync(end.AddDays(-2), end.AddDays(1), default);
        Assert.All(charges, c => Assert.Equal(id, c.InstanceId));
        decimal gpu = charges.Sum(c => c.GpuCost ?? 0);
        Assert.InRange(gpu, offer.GpuPricePerHour!.Value * 0.99m, offer.GpuPricePerHour.Value * 1.05m);
        Assert.Equal(
            (double)charges.Sum(c => c.TotalCost),
            (double)charges.Sum(c => (c.GpuCost ?? 0) + (c.DiskCost ?? 0) + (c.DownCost ?? 0) + (c.UpCost ?? 0)),
            6);
    }

    [Fact]
    public async Task More_instances_than_a_page_are_all_listed()
    {
        var ids = new List<long>();
        foreach (VastOffer offer in (await SearchAsync(null)).DistinctBy(o => o.MachineId).Take(30))
        {
            ids.Add((await CreateAsync(offer)).InstanceId);
        }

        Assert.True(ids.Count > 25, "The market is too small for this test.");
        Assert.Equal(ids.Order(), (await _api.GetInstancesAsync(default)).Select(i => i.InstanceId).Order());
    }

    [Fact]
    public async Task Account_and_keys_are_read_and_changed()
    {
        AccountFacts facts = await _api.GetAccountAsync(default);
        Assert.Equal(42, facts.Credit);
        VastSshKey own = (await _api.GetSshKeysAsync(default)).Single(k => k.Comment == "vastps-tests");
        Assert.StartsWith("SHA256:", own.Fingerprint, StringComparison.Ordinal);
        await _api.RemoveSshKeyAsync(own.SshKeyId!.Value, default);
        Assert.DoesNotContain(await _api.GetSshKeysAsync(default), k => k.SshKeyId == own.SshKeyId);
        long id = (await CreateAsync(await FirstAsync())).InstanceId;
        await PassAsync(TimeSpan.FromMinutes(1));
        await _api.AttachSshKeyAsync(id, own.PublicKey, default);
        Assert.Contains(await _api.GetSshKeysAsync(id, default), k => k.Fingerprint == own.Fingerprint);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.DropAfter, 1)]
    [InlineData(FaultKind.Reset, 0)]
    [InlineData(FaultKind.HalfClose, 1)]
    public async Task A_create_whose_answer_is_lost_is_sent_once_and_is_uncertain(FaultKind fault, int rented)
    {
        VastOffer offer = await FirstAsync();
        _vast.Server.Relay.Arm(fault, "PUT /api/v0/asks/");
        VastException error = await Assert.ThrowsAsync<VastException>(() => CreateAsync(offer));
        Assert.True(error.IsUncertain, error.Message);
        Assert.Equal(rented, (await _api.GetInstancesAsync(default)).Count);
        Assert.InRange(_vast.Requests.Count(r => r.Path.Contains("/asks/", StringComparison.Ordinal)), 0, 1);
    }

    [Theory]
    [InlineData(SimFault.BadGateway)]
    [InlineData(SimFault.TooManyRequests)]
    public async Task A_read_survives_what_passes(SimFault fault)
    {
        _vast.Server.Faults.Set(fault, true);
        Assert.Equal(42, (await _api.GetAccountAsync(default)).Credit);
    }

    [Theory]
    [InlineData(SimFault.Html500, VastReason.ApiServerError)]
    [InlineData(SimFault.TruncatedJson, VastReason.ApiUnreadable)]
    public async Task A_broken_server_is_one_error(SimFault fault, VastReason reason)
    {
        _vast.Server.Faults.Set(fault, true);
        Assert.Equal(reason, (await Assert.ThrowsAsync<VastException>(() => _api.GetAccountAsync(default))).Reason);
    }

    [Fact]
    public async Task A_ghost_of_a_failed_create_is_named()
    {
        VastOffer offer = await FirstAsync();
        _vast.Server.Faults.Set(SimFault.CreateFailsButRents, true);
        VastException error = await Assert.ThrowsAsync<VastException>(() => CreateAsync(offer));
        Assert.Equal((await _api.GetInstancesAsync(default)).Single().InstanceId, error.GhostInstanceId);
    }

    [Theory]
    [InlineData(SimFault.NoSuchAsk, VastReason.OfferGone)]
    [InlineData(SimFault.SpendRateLimit, VastReason.SpendRateLimited)]
    public async Task A_refused_create_is_certain_and_rents_nothing(SimFault fault, VastReason reason)
    {
        VastOffer offer = await FirstAsync();
        _vast.Server.Faults.Set(fault, true);
        VastException error = await Assert.ThrowsAsync<VastException>(() => CreateAsync(offer));
        Assert.Equal((reason, false), (error.Reason, error.IsUncertain));
        Assert.Empty(await _api.GetInstancesAsync(default));
    }

    [Fact]
    public async Task An_offer_is_rented_once()
    {
        VastOffer offer = await FirstAsync();
        await CreateAsync(offer);
        Assert.Equal(VastReason.OfferGone, (await Assert.ThrowsAsync<VastException>(() => CreateAsync(offer))).Reason);
        Assert.Null(await _api.FindOfferAsync(offer.OfferId, 20, VastOfferType.OnDemand, default));
    }

    [Fact]
    public async Task A_wrong_key_is_unauthorized()
    {
        var stranger = new VastApiClient(
            () => new ApiEndpoint(_vast.Server.Address, "not-the-key-0000000", VastKeySource.Parameter, "-ApiKey"),
            new Resilience(TimeProvider.System),
            TimeProvider.System);
        Assert.Equal(VastReason.ApiUnauthorized, (await Assert.ThrowsAsync<VastException>(() => stranger.GetAccountAsync(default))).Reason);
    }

    [Fact]
    public async Task A_paced_server_refuses_nobody_for_long()
    {
        await using SimulatedVast strict = await SimulatedVast.StartAsync(new SimOptions { Boxes = false, Pacing = true });

        // On real time: the point is that the threshold of the server is waited for.
        VastApiClient api = new RunspaceServices(
            () => new ApiEndpoint(strict.Server.Address, strict.Server.ApiKey, VastKeySource.Parameter, "the test")).Api;
        for (int i = 0; i < 3; i++)
        {
            await api.GetInstancesAsync(default);
        }

        Assert.Contains(strict.Requests, r => r.Status == 429);
    }

    [Fact]
    public async Task Numbers_that_are_none_are_null()
    {
        _vast.Server.Faults.Set(SimFault.NanNumbers, true);
        IReadOnlyList<VastOffer> offers = await SearchAsync(null);
        Assert.NotEmpty(offers);
        Assert.All(offers, o => Assert.False(o.DlPerf is double.NaN || o.Score is double.NaN || o.DownMbps is double.NaN));
    }

    [Fact]
    public async Task The_query_language_means_the_same_on_both_sides()
    {
        IReadOnlyList<VastOffer> all = await SearchAsync(null);
        (string Query, Func<VastOffer, bool> Means)[] queries =
        [
            ("num_gpus=2 dph<2.5 gpu_ram>=15", o => o.GpuCount == 2 && o.PricePerHour < 2.5m && o.VramGiB * 1024 >= 15000),
            ("geolocation in [US,DE] reliability>0.9", o => o.Country is "US" or "DE" && o.Reliability > 0.9),
            (
                "gpu_name!=RTX_4090 cuda_vers>=12 direct_port_count>1",
                o => o.GpuName != "RTX 4090" && o.CudaVersion >= 12 && o.DirectPortCount > 1),
            (
                "driver_version>=565.57.01 duration>10",
                o => Version.Parse(o.DriverVersion!) >= new Version(565, 57, 1) && o.Remaining > TimeSpan.FromDays(10)),
            ("cpu_ram>=64 cpu_ram<256 static_ip=true", o => o.UsableRamGiB * 1024 is >= 64000 and < 256000 && o.HasStaticIp == true),
            ("datacenter=true inet_down>=1000", o => o.IsDatacenter == true && o.DownMbps >= 1000),
        ];
        foreach ((string query, Func<VastOffer, bool> means) in queries)
        {
            HashSet<long> meant = [.. all.Where(means).Select(o => o.OfferId)];
            Assert.True(
                meant.Count > 0 && meant.Count < all.Count,
                $"'{query}' hides {all.Count - meant.Count} of {all.Count}, so this test proves nothing.");
            Assert.Equal(meant.Order(), (await SearchAsync(query)).Select(o => o.OfferId).Order());
        }
    }

    private async Task<VastOffer> FirstAsync() => (await SearchAsync("num_gpus=1"))[0];

    private Task<IReadOnlyList<VastOffer>> SearchAsync(string? query) =>
        _api.SearchOffersAsync(new OfferOptions { Query = query, DiskGB = 20, AsksDisk = true }.ToSearch(), default);

    private Task<CreateAnswer> CreateAsync(VastOffer offer) => _api.CreateInstanceAsync(
        new CreateRequest
        {
            OfferId = offer.OfferId,
            Image = "me/image:tag",
            DiskGB = 20,
            Label = InstanceLabel.Make("story", "0a1b2c3d", new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        },
        default);

    private Task PassAsync(TimeSpan span)
    {
        _vast.Server.Clock.Advance(span);
        return _vast.Server.SettleAsync();
    }
}
