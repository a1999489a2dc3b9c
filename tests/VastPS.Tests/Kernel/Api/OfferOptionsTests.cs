using Newtonsoft.Json;
using VastPS.Kernel.Api;

namespace VastPS.Tests.Kernel.Api;

/// <summary>Typed filters in the user's units become filters in the server's.</summary>
public sealed class OfferOptionsTests
{
    [Fact]
    public void Typed_filters_become_the_servers_fields_and_units()
    {
        OfferSearch search = new OfferOptions
        {
            NoDefault = true,
            GpuNames = ["RTX 4090"],
            GpuCount = 2,
            MinVramGiB = 24,
            MinTotalVramGiB = 48,
            MinRamGiB = 64,
            MinCpuCore = 8,
            MinDiskGB = 200,
            MinDownMbps = 500,
            MinUpMbps = 100,
            MinReliability = 0.98,
            MinCuda = 12.4m,
            MinComputeCapability = 8.9m,
            MinDirectPort = 2,
            MinRemaining = TimeSpan.FromDays(2),
            MaxPricePerHour = 0.75m,
            Countries = ["us", "CA"],
            Datacenter = true,
            StaticIp = false,
            Verification = "unverified",
            Type = VastOfferType.Interruptible,
            DiskGB = 40,
            First = 3,
        }.ToSearch();

        // 24 GiB x 1024 x 0.93 = 22855.68, so a card with ECC that reports 23028 MiB is found; 48 and 64 likewise.
        const string expected = """
            {"gpu_name":{"eq":"RTX 4090"},"num_gpus":{"eq":2},"gpu_ram":{"gte":22855.0},"gpu_total_ram":{"gte":45711.0},"cpu_ram":{"gte":60948.0},
            "cpu_cores_effective":{"gte":8.0},"disk_space":{"gte":200.0},"inet_down":{"gte":500.0},"inet_up":{"gte":100.0},"reliability":{"gte":0.98},
            "cuda_max_good":{"gte":12.4},"compute_cap":{"gte":890.0},"direct_port_count":{"gte":2,"lt":65535},"duration":{"gte":172800.0},
            "dph_total":{"lte":0.75},"geolocation":{"in":["US","CA"]},"datacenter":{"eq":true},"static_ip":{"eq":false},"verification":{"eq":"unverified"},
            "order":[["score","desc"]],"type":"bid","allocated_storage":40.0,"limit":3}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), JsonConvert.SerializeObject(Assert.Single(search.Bodies())));
    }

    [Theory]
    [InlineData(24, 24564)]
    [InlineData(24, 23028)]
    [InlineData(40, 39936)]
    [InlineData(80, 81559)]
    [InlineData(48, 46068)]
    public void A_nominal_size_matches_what_cards_report(double nominal, double reported) =>
        Assert.True((double)new OfferOptions { MinVramGiB = nominal }.ToSearch().Filters.Of("gpu_ram")["gte"]! <= reported);

    [Theory]
    [InlineData(40, 24564)]
    [InlineData(32, 24576)]
    [InlineData(24, 16380)]
    public void A_smaller_card_does_not_match(double nominal, double reported) =>
        Assert.True((double)new OfferOptions { MinVramGiB = nominal }.ToSearch().Filters.Of("gpu_ram")["gte"]! > reported);

    [Fact]
    public void A_disk_asked_for_must_fit_on_the_slice()
    {
        Assert.Equal(60.0, new OfferOptions { DiskGB = 60, AsksDisk = true }.ToSearch().Filters.Of("disk_space")["gte"]);
        Assert.Equal(90.0, new OfferOptions { DiskGB = 60, AsksDisk = true, MinDiskGB = 90 }.ToSearch().Filters.Of("disk_space")["gte"]);
        Assert.DoesNotContain("disk_space", new OfferOptions().ToSearch().Filters.Fields);
    }

    [Fact]
    public void A_filter_table_takes_values_lists_and_operators()
    {
        OfferSearch search = new OfferOptions
        {
            NoDefault = true,
            Filter = new Dictionary<string, object?>
            {
                ["num_gpus"] = 1,
                ["geolocation"] = new object?[] { "US", "CA" },
                ["dph"] = new Dictionary<string, object?> { ["gte"] = 0.1, ["lt"] = 0.5 },
            },
        }.ToSearch();
        Assert.Equal(
            "num_gpus = 1; geolocation in [US, CA]; dph_total >= 0.1 and dph_total < 0.5",
            string.Join("; ", search.Filters.Fields.Select(search.Describe)));
    }

    [Fact]
    public void An_unknown_operator_is_refused()
    {
        var wishes =
            new OfferOptions { Filter = new Dictionary<string, object?> { ["dph"] = new Dictionary<string, object?> { ["less"] = 1 } } };
        Assert.Equal("dph_total less", Assert.Throws<VastException>(wishes.ToSearch).Target);
    }

    [Fact]
    public void Two_sources_that_ask_for_different_things_are_refused_and_not_merged_silently()
    {
        Assert.Equal("num_gpus", Assert.Throws<VastException>(new OfferOptions { GpuCount = 1, Query = "num_gpus=2" }.ToSearch).Target);
        Assert.Equal(["gt", "lte"], new OfferOptions { MaxPricePerHour = 1, Query = "dph>0.1" }.ToSearch().Filters.Of("dph_total").Keys);
    }

    [Fact]
    public void Rentable_any_searches_twice_and_puts_both_in_one_order()
    {
        OfferSearch search = new OfferOptions { NoDefault = true, Query = "rentable=any", OrderBy = "dph", First = 3 }.ToSearch();
        Assert.Equal(
            ["""{"eq":true}""", """{"eq":false}"""],
            search.Bodies().Select(b => JsonConvert.SerializeObject(b["rentable"])));
        VastOffer[] found = [Offer(1, 0.9), Offer(2, 1.5), Offer(3, 0.2), Offer(1, 0.9), Offer(4, 1.1)];
        Assert.Equal([3, 1, 4], search.Arrange(found).Select(o => o.OfferId));
    }

    [Theory]
    [InlineData("rtx_4090", "RTX 4090")]
    [InlineData("RTX4090", "RTX 4090")]
    [InlineData("NVIDIA GeForce RTX 4090", "RTX 4090")]
    [InlineData("h100 sxm", "H100 SXM")]
    [InlineData("H100*", "H100 SXM,H100 NVL")]
    [InlineData("rtx_*090", "RTX 4090,RTX 3090")]
    public void Gpu_names_are_forgiving(string typed, string names) =>
        Assert.Equal(names.Split(','), GpuNames.Resolve(typed, ["RTX 4090", "RTX 3090", "H100 SXM", "H100 NVL", "A100 SXM4"]));

    [Theory]
    [InlineData("RTX 4O90", "RTX 4090")]
    [InlineData("H100", "H100 NVL")]
    [InlineData("A100*PCIE", "A100 SXM4")]
    public void An_unknown_gpu_name_lists_the_nearest(string typed, string nearest)
    {
        VastException error =
            Assert.Throws<VastException>(() => GpuNames.Resolve(typed, ["RTX 4090", "RTX 3090", "H100 SXM", "H100 NVL", "A100 SXM4"]));
        Assert.Equal(VastReason.GpuNameUnknown, error.Reason);
        Assert.Equal(typed, error.Target);
        Assert.StartsWith(nearest, (string)error.Facts[0]!, StringComparison.Ordinal);
    }

    private static VastOffer Offer(long id, double price) =>
        new() { OfferId = id, Raw = new Dictionary<string, object?> { ["dph_total"] = price } };
}
