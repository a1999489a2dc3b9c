using System.Collections;
using System.Management.Automation;
using Newtonsoft.Json.Linq;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Offers;

/// <summary>Get-VastOffer through real pipelines, against the simulator's market.</summary>
public sealed class GetVastOfferTests : IAsyncLifetime
{
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Fact]
    public void Typed_filters_are_kept_by_every_offer()
    {
        IReadOnlyList<VastOffer> all = _host.Run("Get-VastOffer -NoDefault").Clean<VastOffer>();
        IReadOnlyList<VastOffer> few =
            _host.Run("Get-VastOffer -MinVramGiB 24 -GpuCount 1 -MinDownMbps 300 -MaxPricePerHour 3 -MinReliability 0.9 -MinDirectPort 1")
                .Clean<VastOffer>();
        Assert.NotEmpty(few);
        Assert.True(few.Count < all.Count);
        Assert.All(few, o => Assert.True(
            o is { GpuCount: 1, Verification: "verified", IsRentable: true, DirectPortCount: >= 1 }
                && o.VramGiB >= 24 * 0.93
                && o.DownMbps >= 300
                && o.PricePerHour <= 3.0001m
                && o.Reliability >= 0.9,
            o.ToString()));
    }

    [Fact]
    public void The_price_holds_the_disk_asked_for_and_the_slice_has_it()
    {
        foreach (VastOffer offer in _host.Run("Get-VastOffer -DiskGB 120").Clean<VastOffer>())
        {
            Assert.Equal(120, offer.DiskGB);
            Assert.True(offer.AvailableDiskGB >= 120);
            Assert.Equal((double)offer.GpuPricePerHour! + ((double)offer.DiskPricePerGBMonth! * 120 / 720), (double)offer.PricePerHour!, 6);
            Assert.Equal((double)offer.PricePerHour!, (double)offer.Raw["dph_total"]!, 6);
        }
    }

    [Fact]
    public void Order_and_First_are_kept()
    {
        IReadOnlyList<VastOffer> cheap = _host.Run("Get-VastOffer -OrderBy PricePerHour -First 3").Clean<VastOffer>();
        Assert.Equal(3, cheap.Count);
        Assert.Equal(cheap.OrderBy(o => o.PricePerHour).Select(o => o.OfferId), cheap.Select(o => o.OfferId));
    }

    [Fact]
    public void A_gpu_name_is_forgiven_its_spelling()
    {
        string name = _host.Run("Get-VastOffer -First 1").Clean<VastOffer>()[0].GpuName!;
        foreach (string typed in new[] { name, name.Replace(' ', '_'), name.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal) })
        {
            Assert.All(_host.Run("Get-VastOffer $name", ("name", typed)).Clean<VastOffer>(), o => Assert.Equal(name, o.GpuName));
        }
    }

    [Fact]
    public void An_unknown_gpu_name_is_an_error_that_lists_near_ones()
    {
        ErrorRecord error = _host.Run("Get-VastOffer -GpuName 'RTX 4O90'").OneError("VastGpuNameUnknown");
        Assert.Contains("RTX 4090", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_vast.Requests, r => r.Path.Contains("bundles", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-GpuCount -1")]
    [InlineData("-GpuCount 0")]
    [InlineData("-MinVramGiB -24")]
    [InlineData("-MinReliability 98")]
    [InlineData("-MaxPricePerHour -1")]
    [InlineData("-DiskGB -5")]
    [InlineData("-First 0")]
    [InlineData("-Country Atlantis")]
    [InlineData("-Verification maybe")]
    [InlineData("-Type Spott")]
    [InlineData("-OfferId -3")]
    public void A_value_that_cannot_be_is_refused_before_any_call(string arguments)
    {
        _host.Run("Get-VastOffer " + arguments).OneError("VastInvalidValue");
        Assert.Empty(_vast.Requests);
    }

    [Theory]
    [InlineData("num_gpus 1", "num_gpus 1")]
    [InlineData("dph<0.5 gpu_name=", "gpu_name=")]
    [InlineData("gpu_nam=RTX_4090", "gpu_nam=RTX_4090")]
    public void A_wrong_query_names_its_piece(string query, string piece)
    {
        Assert.Equal(piece, _host.Run("Get-VastOffer -Query $q", ("q", query)).OneError("VastQueryInvalid").TargetObject);
        Assert.Empty(_vast.Requests);
    }

    [Fact]
    public void A_query_and_a_filter_table_reach_the_server()
    {
        Assert.All(
            _host.Run("Get-VastOffer -Query 'num_gpus=2 gpu_ram>=20'").Clean<VastOffer>(),
            o => Assert.True(o.GpuCount == 2 && o.VramGiB * 1024 >= 20000));
        var table = new Hashtable { ["num_gpus"] = new Hashtable { ["in"] = new object[] { 1, 2 } }, ["gpu_arch"] = "nvidia" };
        Assert.All(
            _host.Run("Get-VastOffer -Filter $t", ("t", table)).Clean<VastOffer>(),
            o => Assert.True(o is { GpuCount: 1 or 2, GpuArchitecture: "nvidia" }));
        Assert.Equal(
            ["VastPS knows no field 'gpu_nam' of the server; near it: gpu_name, gpu_ram, cpu_name. The filter was sent all the same, "
                + "and may have no effect."],
            _host.Run("Get-VastOffer -Filter @{ gpu_nam = 'RTX 4090' }").Warnings);
    }

    [Fact]
    public void An_order_by_nothing_is_an_error_before_anything_is_sent()
    {
        ErrorRecord error = _host.Run("Get-VastOffer 'RTX 4090' -OrderBy price -First 1").OneError("VastOfferFieldUnknown");
        Assert.Contains("PricePerHour", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_vast.Requests);
    }

    [Theory]
    [InlineData("PricePerHour")]
    [InlineData("GpuCount")]
    [InlineData("TotalVramGiB")]
    [InlineData("UsableCores")]
    [InlineData("DownMbps")]
    [InlineData("Reliability")]
    [InlineData("MachineId")]
    [InlineData("DiskReadMBps")]
    public void Offers_come_in_the_order_of_a_property(string name)
    {
        IComparable[] Values(string order) =>
            [.. _host.Run("Get-VastOffer -OrderBy $o", ("o", order))
                .Clean<VastOffer>().Select(o => typeof(VastOffer).GetProperty(name)!.GetValue(o)).OfType<IComparable>()];
        IComparable[] up = Values(name);
        Assert.True(up.Length > 3);
        Assert.Equal(up.Order(), up);
        Assert.Equal(up.Reverse(), Values(name + "-"));
    }

    [Fact]
    public void An_offer_is_read_again_by_id_with_another_disk()
    {
        VastOffer one = _host.Run("Get-VastOffer -First 1").Clean<VastOffer>()[0];
        VastOffer again = Assert.Single(_host.Run("$one | Get-VastOffer", ("one", one)).Clean<VastOffer>());
        Assert.Equal((one.OfferId, one.DiskGB, one.PricePerHour), (again.OfferId, again.DiskGB, again.PricePerHour));
        Assert.Equal(60, Assert.Single(_host.Run("Get-VastOffer -OfferId $id -DiskGB 60", ("id", one.OfferId)).Clean<VastOffer>()).DiskGB);
    }

    [Fact]
    public void A_missing_offer_is_an_error_and_the_others_come_in_order()
    {
        VastOffer[] some = [.. _host.Run("Get-VastOffer -First 3").Clean<VastOffer>()];
        int before = _vast.Requests.Count;
        Ran ran = _host.Run("Get-VastOffer -OfferId $ids", ("ids", new[] { some[2].OfferId, 1, some[0].OfferId }));
        Assert.Equal([some[2].OfferId, some[0].OfferId], ran.Output.Cast<VastOffer>().Select(o => o.OfferId));
        Assert.Equal(1L, ran.OneError("VastOfferGone").TargetObject);

        // What is missing is asked for once more, with the machines on which the account rents.
        Assert.Equal(before + 2, _vast.Requests.Count);
    }

    [Fact]
    public void Explain_counts_beyond_what_the_server_lists_by_itself()
    {
        IReadOnlyList<VastOfferExplanation> why = _host.Run("Get-VastOffer -GpuCount 8 -NoDefault -Explain").Clean<VastOfferExplanation>();
        Assert.True(why.Single().FreedOfferCount > 64, why.Single().ToString());
        Assert.False(why.Single().IsAtLeast);
        Assert.All(_vast.Requests, r => Assert.True(
            !r.Path.Contains("bundles", StringComparison.Ordinal)
                || (r.Body.Contains("\"limit\":", StringComparison.Ordinal) && r.Body.Contains("\"order\":", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Explain_says_where_it_stopped_counting_and_a_search_where_it_stopped_listing()
    {
        await using var server = new ScriptedVast(asked => Reply.Ok(new Newtonsoft.Json.Linq.JObject
        {
            ["offers"] = new Newtonsoft.Json.Linq.JArray(Enumerable.Range(1, (int)Newtonsoft.Json.Linq.JObject.Parse(asked.Body)["limit"]!)
                .Select(i => new Newtonsoft.Json.Linq.JObject { ["id"] = i, ["dph_base"] = 1, ["storage_cost"] = 0.1 })),
        }.ToString()));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        VastOfferExplanation why = host.Run("Get-VastOffer -NoDefault -GpuCount 1 -Explain").Clean<VastOfferExplanation>().Single();
        Assert.Equal((500, 0, true), (why.OfferCount, why.FreedOfferCount, why.IsAtLeast));
        Assert.Contains("0 or more without it", why.ToString(), StringComparison.Ordinal);

        Ran many = host.Run("Get-VastOffer");
        Assert.Contains("256 offers are listed, and the market may have more", Assert.Single(many.Warnings), StringComparison.Ordinal);
        Assert.Empty(host.Run("Get-VastOffer -First 5").Warnings);
    }

    [Fact]
    public void Explain_counts_what_each_filter_hides()
    {
        int all = _host.Run("Get-VastOffer").Clean<VastOffer>().Count;
        IReadOnlyList<VastOfferExplanation> why =
            _host.Run("Get-VastOffer -MaxPricePerHour 0.000001 -Explain").Clean<VastOfferExplanation>();
        Assert.Equal("dph_total <= 0.000001", why[0].Filter);
        Assert.Equal((0, all), (why[0].OfferCount, why[0].FreedOfferCount));
        Assert.Equal(["dph_total", "external", "rentable", "verified"], why.Select(w => w.Field).Order());
        Assert.All(why.Skip(1), w => Assert.Equal(0, w.FreedOfferCount));
    }

    [Fact]
    public void No_match_is_silence_with_a_hint_on_request()
    {
        Ran ran = _host.Run("Get-VastOffer -MaxPricePerHour 0.000001 -Verbose");
        Assert.Empty(ran.Clean<VastOffer>());
        Assert.Contains(ran.Verbose, v => v.Contains("-Explain", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_completed_and_quoted_and_a_completer_never_throws()
    {
        const string complete =
            "[System.Management.Automation.CommandCompletion]::CompleteInput('Get-VastOffer -GpuName rtx_40', 29, $null).CompletionMatches";

        // The names travel with the module: they are there at once, with and without a server.
        Assert.Contains(
            _host.Run(complete).Clean<CompletionResult>(),
            c => c.CompletionText == "'RTX 4090'" && c.ToolTip.Contains("24", StringComparison.Ordinal));
        using var lost = new CmdletHost(new RunspaceServices(endpoint: () => throw new VastException(VastReason.ApiKeyMissing, "x")));
        Assert.Contains(lost.Run(complete).Clean<CompletionResult>(), c => c.CompletionText == "'RTX 4090'");
    }

    [Theory]
    [InlineData("offers-made-up.json")]
    [InlineData("offers-full-2026-07-18.json")]
    [InlineData("offers-full-2026-07-15.json")]
    [InlineData("offer-not-rentable-2025-09.json")]
    [InlineData("offers-eu-slim-2026-07_08.json")]
    public async Task Captured_offers_come_back_every_one_with_the_right_units(string name)
    {
        string own = Path.Combine(Repo.Root, "tests", "VastPS.Tests", "Data", name);
        Assert.SkipWhen(!File.Exists(own) && Repo.SharedData is null, "The captured data is not beside this checkout.");
        string path = File.Exists(own) ? own : Path.Combine(Repo.SharedData!, name);
        JToken captured = LenientJson.Parse(await File.ReadAllTextAsync(path))["offers"]!;
        DateTimeOffset at = new(2026, 7, 18, 12, 0, 0, TimeSpan.Zero);
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { OfferPath = path, StartTime = at, Boxes = false });
        using CmdletHost host = vast.Host();
        IReadOnlyList<VastOffer> offers = host.Run("Get-VastOffer -NoDefault -Query 'rentable=any' -OrderBy id").Clean<VastOffer>();
        Assert.Equal(captured.Select(o => (long)o["id"]!).Distinct().Order(), offers.Select(o => o.OfferId));
        foreach (VastOffer offer in offers)
        {
            var row = (JObject)captured.First(o => (long)o["id"]! == offer.OfferId);
            Assert.Equal(Number(row, "gpu_ram") / 1024, offer.VramGiB);
            Assert.Equal(Number(row, "cpu_ram") / 1024, offer.UsableRamGiB);
            Assert.Equal(Number(row, "cpu_cores_effective"), offer.UsableCores);
            Assert.Equal(Number(row, "disk_space"), offer.AvailableDiskGB);
            Assert.Equal(Number(row, "disk_bw"), offer.DiskReadMBps);
            Assert.Equal(Number(row, "inet_down"), offer.DownMbps);
            Assert.Equal(Number(row, "inet_up"), offer.UpMbps);
            Assert.Equal(Number(row, "gpu_mem_bw"), offer.GpuMemoryGBps);
            Assert.Equal(Number(row, "pcie_bw"), offer.PcieGBps);
            Assert.Equal(Number(row, "dlperf"), offer.DlPerf);
            Assert.Equal(Number(row, "reliability") ?? Number(row, "reliability2"), offer.Reliability);
            Assert.Equal(Rounded(Number(row, "storage_cost")), Rounded((double?)offer.DiskPricePerGBMonth));
            Assert.Equal(Rounded(Number(row, "dph_base")), Rounded((double?)offer.GpuPricePerHour));
            Assert.Equal((bool?)row["rentable"], offer.IsRentable);
            Assert.Equal((bool?)row["static_ip"], offer.HasStaticIp);
            Assert.Equal((int?)row["num_gpus"], offer.GpuCount);
            Assert.Equal((int?)row["hosting_type"] is { } hosting ? hosting == 1 : null, offer.IsDatacenter);
            if (Number(row, "storage_cost") is { } storage)
            {
                Assert.Equal((double)row["dph_base"]! + (10 * storage / 720), (double)offer.PricePerHour!, 6);
            }
        }
    }

    [Fact]
    public async Task Rows_that_repeat_and_name_no_disk_are_each_offer_once_with_nothing_guessed()
    {
        const string one =
            """{"id":41,"ask_contract_id":41,"machine_id":4,"gpu_name":"A100 SXM4","num_gpus":1,"gpu_ram":40960,"dph_base":0.7333,"dph_total":0.7348,"rentable":true,"verification":"verified","reliability":0.98}""";
        string two = one.Replace("41", "42", StringComparison.Ordinal);
        await using var server = new ScriptedVast(
            Reply.Ok($$"""{"offers":[{{one}},{{two}},{{one.Replace("0.98", "0.99", StringComparison.Ordinal)}},{{two}}]}"""));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        IReadOnlyList<VastOffer> offers = host.Run("Get-VastOffer -DiskGB 50 -First 3").Clean<VastOffer>();
        Assert.Equal([(41L, (double?)0.98), (42, 0.98)], offers.Select(o => (o.OfferId, o.Reliability)));
        Assert.All(offers, o => Assert.Equal((null, null, null), (o.AvailableDiskGB, o.DiskPricePerHour, o.DiskPricePerGBMonth)));
        Assert.All(offers, o => Assert.Equal((0.7333m, 0.7348m), (o.GpuPricePerHour, o.PricePerHour)));

        // What is not known is neither enough nor too little.
        VastRunFit fit = host.Run($"$offers | Test-VastRunFit -Workload ({Scenarios.Workload})", ("offers", offers)).Clean<VastRunFit>()[0];
        Assert.Equal(VastFitVerdict.Unknown, fit.Disk.Verdict);
    }

    private static double? Rounded(double? price) => price is { } value ? Math.Round(value, 6) : null;

    // Absent, null and NaN all mean that nobody knows.
    private static double? Number(JObject row, string field) =>
        row[field] is JValue { Type: JTokenType.Integer or JTokenType.Float } value
            && (double)value is var number
            && double.IsFinite(number) ? number : null;

    [Fact]
    public void The_views_show_our_units()
    {
        VastOffer offer = _host.Run("Get-VastOffer -First 1").Clean<VastOffer>()[0];
        Assert.Equal($"{offer.GpuCount}x {offer.GpuName}", VastPS.Internal._Format.GpusAsTold(offer.GpuCount, offer.GpuName));
        Assert.Equal("98.5", VastPS.Internal._Format.Percent(0.985));
        Assert.Equal("", VastPS.Internal._Format.Percent(null));
    }
}
