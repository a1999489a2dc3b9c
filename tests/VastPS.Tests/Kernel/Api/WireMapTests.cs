using System.Reflection;
using Newtonsoft.Json.Linq;
using VastPS.Kernel.Api;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Api;

/// <summary>Units and shapes of the server against numbers worked out by hand.</summary>
public sealed class WireMapTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1800000000);

    [Fact]
    public void Every_number_of_an_offer_has_our_unit()
    {
        VastOffer offer = Offers("offers.json", 45)[0];
        Assert.Equal(9000001, offer.OfferId);
        Assert.Equal(501, offer.MachineId);
        Assert.Equal(77, offer.HostId);
        Assert.Equal("RTX 4090", offer.GpuName);
        Assert.Equal(2, offer.GpuCount);
        Assert.Equal(23.98828125, offer.VramGiB);          // 24564 / 1024
        Assert.Equal(47.9765625, offer.TotalVramGiB);      // 49128 / 1024
        Assert.Equal(128, offer.UsableRamGiB);             // 131072 / 1024, already the slice's share
        Assert.Equal(32, offer.UsableCores);
        Assert.Equal("EPYC 7543", offer.CpuName);
        Assert.Equal(45, offer.DiskGB);
        Assert.Equal(360, offer.AvailableDiskGB);
        Assert.Equal(2500, offer.DiskReadMBps);
        Assert.Equal(0.72m, offer.GpuPricePerHour);
        Assert.Equal(0.025m, offer.DiskPricePerHour);      // 45 x 0.4 / 720
        Assert.Equal(0.745m, offer.PricePerHour);          // not the server's total, which holds 8 GB
        Assert.Equal(0.4m, offer.DiskPricePerGBMonth);
        Assert.Equal(0.0025m, offer.DownPricePerGB);
        Assert.Equal(0.004m, offer.UpPricePerGB);
        Assert.Equal(0.36m, offer.MinBidPerHour);
        Assert.Equal(1480, offer.DownMbps);
        Assert.Equal(905.5, offer.UpMbps);
        Assert.Equal(0.9911, offer.Reliability);
        Assert.Equal("verified", offer.Verification);
        Assert.True(offer.IsDatacenter);
        Assert.True(offer.HasStaticIp);
        Assert.Equal(99, offer.DirectPortCount);
        Assert.Equal("Quebec, CA", offer.Location);
        Assert.Equal("CA", offer.Country);
        Assert.Equal("203.0.113.7", offer.PublicIpAddress);
        Assert.Equal(12.8m, offer.CudaVersion);
        Assert.Equal(8.9m, offer.ComputeCapability);       // 890 / 100
        Assert.Equal("570.86.15", offer.DriverVersion);
        Assert.Equal("nvidia", offer.GpuArchitecture);
        Assert.Equal("amd64", offer.CpuArchitecture);
        Assert.Equal(912.5, offer.GpuMemoryGBps);
        Assert.Equal(24.5, offer.PcieGBps);
        Assert.Null(offer.NvlinkGBps);
        Assert.Equal(0.5, offer.GpuFraction);
        Assert.False(offer.HasDisplay);
        Assert.Equal(170.25, offer.DlPerf);
        Assert.Equal(301.5, offer.Score);
        Assert.True(offer.IsRentable);
        Assert.False(offer.IsRented);
        Assert.Equal(new DateTimeOffset(2027, 1, 15, 9, 0, 0, 500, TimeSpan.Zero), offer.ContractEnd);  // 1800003600.5
        Assert.Equal(TimeSpan.FromSeconds(3600.5), offer.Remaining);
        Assert.Equal(s_now, offer.ReadAt);
        Assert.Equal(0.72, ((IReadOnlyDictionary<string, object?>)offer.Raw["search"]!)["gpuCostPerHour"]);
        Assert.Null(offer.Raw["cluster_id"]);
    }

    [Fact]
    public void Odd_values_are_null_or_keep_their_text_and_the_last_of_two_keys_wins()
    {
        VastOffer offer = Offers("offers.json", 45)[1];
        Assert.Equal(9000002, offer.OfferId);
        Assert.Equal(502, offer.MachineId);
        Assert.Equal(1, offer.GpuCount);
        Assert.Equal(24560 / 1024.0, offer.VramGiB);
        Assert.Equal(24560 / 1024.0, offer.TotalVramGiB);
        Assert.Null(offer.ComputeCapability);
        Assert.Null(offer.CudaVersion);
        Assert.Null(offer.DlPerf);
        Assert.Null(offer.Score);
        Assert.Null(offer.DirectPortCount);
        Assert.Null(offer.DownMbps);
        Assert.Null(offer.IsDatacenter);
        Assert.Null(offer.ContractEnd);
        Assert.Null(offer.Remaining);
        Assert.Equal("US", offer.Location);
        Assert.Equal("US", offer.Country);
        Assert.Equal("sideways", offer.Verification);
        Assert.False(offer.HasStaticIp);
        Assert.True(offer.HasDisplay);
        Assert.Equal(0.25m, offer.PricePerHour);
    }

    [Fact]
    public void What_the_server_did_not_send_is_null_and_a_row_without_id_is_left_out()
    {
        IReadOnlyList<VastOffer> offers = Offers("offers.json", 10);
        Assert.Equal(3, offers.Count);
        VastOffer empty = offers[2];
        string[] given = [
            nameof(VastOffer.OfferId), nameof(VastOffer.DiskGB), nameof(VastOffer.Type), nameof(VastOffer.IsDatacenter),
            nameof(VastOffer.IsRentable), nameof(VastOffer.ReadAt), nameof(VastOffer.Raw)
        ];
        Assert.All(
            typeof(VastOffer).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => !given.Contains(p.Name)),
            p => Assert.True(p.GetValue(empty) is null, $"{p.Name} is {p.GetValue(empty)}"));
    }

    [Fact]
    public void Every_number_of_an_instance_has_our_unit()
    {
        VastInstance box = Instances()[0];
        Assert.Equal(4001, box.InstanceId);
        Assert.Equal(501, box.MachineId);
        Assert.Equal("qlora-run", box.Name);
        Assert.True(box.IsMine);
        Assert.Equal(new DateTimeOffset(2027, 1, 15, 8, 30, 0, TimeSpan.Zero), box.Deadline);
        Assert.Equal(VastInstanceState.Running, box.State);
        Assert.Equal("success, running me/image_tag/ssh", box.StatusMessage);
        Assert.Equal(23.98828125, box.VramGiB);
        Assert.Equal(128, box.UsableRamGiB);               // 524288 x 0.25 / 1024: the field is the whole machine's
        Assert.Equal(32, box.UsableCores);
        Assert.Equal(100, box.DiskGB);
        Assert.Equal(12.5, box.DiskUsedGB);
        Assert.Equal(87.5, box.GpuUtilization);
        Assert.Equal(0.78m, box.PricePerHour);
        Assert.Equal(0.72m, box.GpuPricePerHour);
        Assert.Equal(0.06m, box.DiskPricePerHour);         // 100 x 0.432 / 720
        Assert.Equal(8.9m, box.ComputeCapability);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1800007200), box.ReadAt);  // end_date - duration: the server's clock
        Assert.Equal(TimeSpan.FromHours(2), box.Age);
        Assert.Equal(1.56m, box.CostSoFar);                // 2 h x 0.78
        Assert.Equal(VastMeters.Gpu | VastMeters.Disk, box.Meters);
        Assert.False(box.IsInterruptible);
        Assert.Equal(["ssh://root@203.0.113.7:40022", "ssh://root@ssh5.vast.ai:12345"], box.SshAddresses.Select(a => a.ToString()));
    }

    [Fact]
    public void An_instance_that_is_being_made_has_no_numbers_yet()
    {
        VastInstance box = Instances()[1];
        Assert.Equal(VastInstanceState.Provisioning, box.State);
        Assert.Equal("", box.StateText);
        Assert.Equal("", box.Label);
        Assert.False(box.IsMine);
        Assert.Null(box.Deadline);
        Assert.Null(box.DiskUsedGB);
        Assert.Null(box.GpuUtilization);
        Assert.Equal(0.05m, box.DiskPricePerHour);         // 50 x 0.72 / 720
        Assert.Equal(0.35m, box.PricePerHour);
        Assert.Equal(VastMeters.Disk, box.Meters);
        Assert.True(box.IsInterruptible);
        Assert.Empty(box.SshAddresses);
    }

    [Fact]
    public void Secrets_of_an_instance_stay_behind_the_door()
    {
        Assert.Contains("marked-secret-6", Sample("instances.json").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("marked-secret", Text(Instances()[0].Raw), StringComparison.Ordinal);
        Assert.Equal("RTX 4090", Instances()[0].Raw["gpu_name"]);
    }

    // A stopped box is exited on the real server, and stays so for a while after a start (vast-api.md 17).
    [Theory]
    [InlineData("exited", "stopped", "stopped", VastInstanceState.Stopped, VastMeters.Disk, true)]
    [InlineData("exited", "running", "running", VastInstanceState.Starting, VastMeters.Gpu | VastMeters.Disk, false)]
    [InlineData("exited", "running", "stopped", VastInstanceState.Starting, VastMeters.Disk, false)]
    [InlineData("stopped", "running", "stopped", VastInstanceState.Starting, VastMeters.Disk, false)]
    [InlineData("exited", "stopped", "running", VastInstanceState.Stopped, VastMeters.Gpu | VastMeters.Disk, true)]
    [InlineData("scheduling", "running", "stopped", VastInstanceState.Starting, VastMeters.Disk, false)]
    [InlineData("restarting", "running", "running", VastInstanceState.Rebooting, VastMeters.Gpu | VastMeters.Disk, false)]
    [InlineData("running", "stopped", "stopped", VastInstanceState.Running, VastMeters.Disk, true)] // the host reports late
    [InlineData("loading", "stopped", "stopped", VastInstanceState.Loading, VastMeters.Disk, true)]
    [InlineData("loading", "running", "stopped", VastInstanceState.Loading, VastMeters.Disk, false)]
    [InlineData("loading", "stopped", "running", VastInstanceState.Loading, VastMeters.MaybeGpu | VastMeters.Disk, false)]
    [InlineData("unknown", "running", "running", VastInstanceState.NoHeartbeat, VastMeters.Gpu | VastMeters.Disk, false)]
    [InlineData(null, "running", "running", VastInstanceState.Provisioning, VastMeters.MaybeGpu | VastMeters.Disk, false)]
    public void What_is_meant_tells_a_stopped_box_from_one_that_starts(
        string? word, string intended, string contract, VastInstanceState state, VastMeters meters, bool isHalted)
    {
        VastInstance box = WireMap.Instance(
            new JObject { ["id"] = 1, ["actual_status"] = word, ["intended_status"] = intended, ["cur_state"] = contract }, s_now)!;
        Assert.Equal((state, meters, isHalted), (box.State, box.Meters, box.IsHalted));
    }

    [Theory]
    [InlineData("loading", 0.1)]
    [InlineData("running", 1.1)]
    [InlineData("exited", 1.1)] // of others: it may have run all the time
    public void Before_it_runs_a_box_has_cost_its_disk(string word, double cost)
    {
        var row =
            new JObject { ["id"] = 1, ["actual_status"] = word, ["dph_base"] = 1.0, ["dph_total"] = 1.1, ["storage_total_cost"] = 0.1 };
        row["start_date"] = s_now.AddHours(-1).ToUnixTimeSeconds();
        Assert.Equal((decimal)cost, WireMap.Instance(row, s_now)!.CostSoFar!.Value, 3);
    }

    [Theory]
    [InlineData("created", VastInstanceState.Created, VastMeters.MaybeGpu | VastMeters.Disk)]
    [InlineData("loading", VastInstanceState.Loading, VastMeters.MaybeGpu | VastMeters.Disk)]
    [InlineData("running", VastInstanceState.Running, VastMeters.Gpu | VastMeters.Disk)]
    [InlineData("stopped", VastInstanceState.Stopped, VastMeters.Disk)]
    [InlineData("exited", VastInstanceState.Exited, VastMeters.Disk)]
    [InlineData("frozen", VastInstanceState.Frozen, VastMeters.Gpu | VastMeters.Disk)]
    [InlineData("rebooting", VastInstanceState.Rebooting, VastMeters.Gpu | VastMeters.Disk)]
    [InlineData("unknown", VastInstanceState.NoHeartbeat, VastMeters.MaybeGpu | VastMeters.Disk)]
    [InlineData("offline", VastInstanceState.Offline, VastMeters.None)]
    [InlineData("levitating", VastInstanceState.Unknown, VastMeters.MaybeGpu | VastMeters.Disk)]
    public void States_keep_their_word_and_say_which_meters_run(string word, VastInstanceState state, VastMeters meters)
    {
        VastInstance box = WireMap.Instance(new JObject { ["id"] = 1, ["actual_status"] = word }, s_now)!;
        Assert.Equal((state, word, meters), (box.State, box.StateText, box.Meters));
    }

    [Theory]
    [InlineData("""{"ssh_host":"ssh7.vast.ai","ssh_port":11696}""", "ssh://root@ssh7.vast.ai:11696")]
    [InlineData(
        """{"ssh_host":"ssh7.vast.ai","ssh_port":"11696","image_runtype":"jupyter_proxy ssh_proxy"}""", "ssh://root@ssh7.vast.ai:11697")]
    [InlineData("""{"ssh_host":"192.0.2.9","ssh_port":22,"ssh_user":"me_1"}""", "ssh://me_1@192.0.2.9:22")]
    [InlineData("""{"ssh_host":"-oProxyCommand=evil","ssh_port":22}""", "")]
    [InlineData("""{"ssh_host":"a b","ssh_port":22}""", "")]
    [InlineData("""{"ssh_host":"host$(x)","ssh_port":22}""", "")]
    [InlineData("""{"ssh_host":"ssh7.vast.ai","ssh_port":0}""", "")]
    [InlineData("""{"ssh_host":"ssh7.vast.ai","ssh_port":65535,"image_runtype":"jupyter"}""", "")]
    [InlineData("""{"ssh_host":"ssh7.vast.ai","ssh_port":22,"ssh_user":"-x"}""", "ssh://root@ssh7.vast.ai:22")]
    [InlineData("""{"public_ipaddr":"198.51.100.4 \n","ports":{"22/tcp":[{"HostPort":"33526"}]}}""", "ssh://root@198.51.100.4:33526")]
    [InlineData("""{"public_ipaddr":"evil.example","ports":{"22/tcp":[{"HostPort":"33526"}]}}""", "")]
    [InlineData("""{"public_ipaddr":"198.51.100.4","ports":{"22/tcp":[{"HostPort":"-1"}]}}""", "")]
    [InlineData("""{"public_ipaddr":"198.51.100.4","ports":[22,33526]}""", "")]
    [InlineData("""{"public_ipaddr":"198.51.100.4","ports":{"22/tcp":[]}}""", "")]
    public void Ssh_addresses_are_checked_before_they_leave_the_door(string fields, string addresses)
    {
        JObject row = JObject.Parse(fields);
        row["id"] = 1;
        row["actual_status"] = "running";
        Assert.Equal(addresses, string.Join(' ', WireMap.Instance(row, s_now)!.SshAddresses));
    }

    [Fact]
    public void A_charge_is_split_by_what_it_was_for()
    {
        VastCharge charge = WireMap.Charge(JObject.Parse("""
            {"start":1800000000,"end":1800003600,"type":"instance","source":"instance-4001","description":"RTX 4090","amount":0.87,"metadata":{"label":"a"},
             "items":[{"type":"gpu","amount":0.72},{"type":"disk","amount":0.06},{"type":"bwd","amount":0.05},{"type":"bwd","amount":0.03},{"type":"bwu","amount":0.01}]}
            """));
        Assert.Equal(
            (4001, 0.87m, 0.72m, 0.06m, 0.08m, 0.01m),
            (charge.InstanceId, charge.TotalCost, charge.GpuCost, charge.DiskCost, charge.DownCost, charge.UpCost));
        Assert.Equal("a", charge.Label);
        Assert.Equal(TimeSpan.FromHours(1), charge.End - charge.Start);
        VastCharge plain = WireMap.Charge(JObject.Parse("""{"source":"volume-3","amount":"0.5","metadata":"none"}"""));
        Assert.Equal((null, 0.5m, null), (plain.InstanceId, plain.TotalCost, plain.GpuCost));
    }

    [Fact]
    public void A_key_is_read_and_fingerprinted()
    {
        // The fingerprint is what ssh-keygen -l says of this key.
        const string key64 = "AAAAC3NzaC1lZDI1NTE5AAAAIHIEPLVFxkI9gHlFtMkzSw9tjsmQO8nciblKJek5JInj";
        VastSshKey key = WireMap.SshKey(
            LenientJson.Parse($$"""{"id":3,"public_key":"ssh-ed25519 {{key64}} me@home two\n","created_at":"2026-05-01T10:00:00"}"""))!;
        Assert.Equal((3, "ssh-ed25519", "me@home two"), (key.SshKeyId, key.KeyType, key.Comment));
        Assert.Equal("SHA256:hki4++6S+7jk8ESzxCKHOd+7J+Xhbwawlf/NgAcizqY", key.Fingerprint);
        Assert.Equal(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero), key.CreatedAt);
        Assert.Equal("", WireMap.SshKey(LenientJson.Parse("""{"id":4,"key":"ssh-rsa AAAA"}"""))!.Fingerprint);
        Assert.Null(WireMap.SshKey(LenientJson.Parse("""{"id":3,"key":"ssh-rsa AAAA","deleted_at":"2026-05-02"}""")));
    }

    [Fact]
    public void Captured_offers_are_read_whole()
    {
        foreach (string path in Shared("offers-full-2026-07-18.json", "offers-full-2026-07-15.json", "offer-not-rentable-2025-09.json"))
        {
            JArray rows = (JArray)LenientJson.Parse(File.ReadAllText(path))["offers"]!;
            foreach (JObject row in rows.Cast<JObject>())
            {
                // With the disk of the capture our price must be the server's own total: 8 GB, read back from the row.
                double disk = (double)row["storage_total_cost"]! * 720 / (double)row["storage_cost"]!;
                VastOffer offer = WireMap.Offer(row, VastOfferType.OnDemand, disk, s_now)!;
                Assert.Equal((double)row["dph_total"]!, (double)offer.PricePerHour!, 6);
                Assert.Equal((double)row["gpu_ram"]! / 1024, offer.VramGiB);
                Assert.Equal((double)row["cpu_ram"]! / 1024, offer.UsableRamGiB);
                Assert.Equal((double)row["inet_down"]!, offer.DownMbps);
                Assert.Equal((decimal)(double)row["compute_cap"]! / 100, offer.ComputeCapability);
                Assert.Equal((bool)row["rentable"]!, offer.IsRentable);
                Assert.Equal(row.Count, offer.Raw.Count);
            }
        }
    }

    [Fact]
    public void The_captured_instance_is_read_whole()
    {
        foreach (string path in Shared("instance-running-proxy-2026-02.json"))
        {
            VastInstance box = WireMap.Instance((JObject)LenientJson.Parse(File.ReadAllText(path))["instances"]!, s_now)!;
            Assert.Equal(31051696, box.InstanceId);
            Assert.Equal(128673 / 6.0 / 1024, box.UsableRamGiB!.Value, 9);
            Assert.Equal(0.143611m, box.PricePerHour);
            Assert.Equal(205 * 0.2 / 720, (double)box.DiskPricePerHour!, 6);
            Assert.Equal(38.64, box.Age!.Value.TotalSeconds, 1);   // 1788271242 - 17798267.642 - 1770472935.722
            Assert.Null(box.DiskUsedGB);
            Assert.Null(box.GpuUtilization);
            Assert.Equal("ssh://root@ssh7.vast.ai:11696", Assert.Single(box.SshAddresses).ToString());
            Assert.False(box.Raw.ContainsKey("onstart"));
        }
    }

    private static JToken Sample(string name) =>
        LenientJson.Parse(File.ReadAllText(Path.Combine(Repo.Root, "tests", "VastPS.Tests", "Data", "Api", name)));

    private static IReadOnlyList<VastOffer> Offers(string name, double diskGB) =>
        [.. ((JArray)Sample(name)["offers"]!).Cast<JObject>()
            .Select(o => WireMap.Offer(o, VastOfferType.OnDemand, diskGB, s_now)).OfType<VastOffer>()];

    private static IReadOnlyList<VastInstance> Instances() =>
        [.. ((JArray)Sample("instances.json")["instances"]!).Cast<JObject>().Select(i => WireMap.Instance(i, s_now)!)];

    private static IEnumerable<string> Shared(params string[] names)
    {
        Assert.SkipWhen(Repo.SharedData is null, "The captured data is not beside this checkout.");
        return names.Select(n => Path.Combine(Repo.SharedData!, n));
    }

    private static string Text(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> fields => string.Join(' ', fields.Select(f => f.Key + " " + Text(f.Value))),
        IEnumerable<object?> items => string.Join(' ', items.Select(Text)),
        _ => value?.ToString() ?? "",
    };
}
