using Newtonsoft.Json;
using VastPS.Kernel.Api;

namespace VastPS.Tests.Kernel.Api;

/// <summary>The official client's text language, piece by piece.</summary>
public sealed class OfferQueryTests
{
    [Fact]
    public void The_documented_example_gives_exactly_the_documented_body()
    {
        OfferSearch search = new OfferOptions { Query = "num_gpus=1 gpu_name=RTX_4090 dph<0.5 gpu_ram>=23", DiskGB = 5 }.ToSearch();
        const string expected = """
            {"verified":{"eq":true},"external":{"eq":false},"rentable":{"eq":true},
            "num_gpus":{"eq":"1"},"gpu_name":{"eq":"RTX 4090"},"dph_total":{"lt":"0.5"},
            "gpu_ram":{"gte":23000.0},
            "order":[["score","desc"]],"type":"on-demand","allocated_storage":5.0,"limit":256}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), JsonConvert.SerializeObject(Assert.Single(search.Bodies())));
    }

    [Theory]
    [InlineData("num_gpus=1", """{"num_gpus":{"eq":"1"}}""")]
    [InlineData("num_gpus==1", """{"num_gpus":{"eq":"1"}}""")]
    [InlineData("num_gpus eq 1", """{"num_gpus":{"eq":"1"}}""")]
    [InlineData("  num_gpus   =   1  ", """{"num_gpus":{"eq":"1"}}""")]
    [InlineData("num_gpus!=1", """{"num_gpus":{"neq":"1"}}""")]
    [InlineData("num_gpus neq 1", """{"num_gpus":{"neq":"1"}}""")]
    [InlineData("num_gpus noteq 1", """{"num_gpus":{"neq":"1"}}""")]
    [InlineData("num_gpus not eq 1", """{"num_gpus":{"neq":"1"}}""")]
    [InlineData("dlperf<10", """{"dlperf":{"lt":"10"}}""")]
    [InlineData("dlperf lt 10", """{"dlperf":{"lt":"10"}}""")]
    [InlineData("dlperf<=10", """{"dlperf":{"lte":"10"}}""")]
    [InlineData("dlperf lte 10", """{"dlperf":{"lte":"10"}}""")]
    [InlineData("dlperf>10", """{"dlperf":{"gt":"10"}}""")]
    [InlineData("dlperf gt 10", """{"dlperf":{"gt":"10"}}""")]
    [InlineData("dlperf>=10", """{"dlperf":{"gte":"10"}}""")]
    [InlineData("dlperf gte 10", """{"dlperf":{"gte":"10"}}""")]
    [InlineData("geolocation in [US,CA]", """{"geolocation":{"in":["US","CA"]}}""")]
    [InlineData("geolocation in [US, CA ]", """{"geolocation":{"in":["US","CA"]}}""")]
    [InlineData("geolocation in[US]", """{"geolocation":{"in":["US"]}}""")]
    [InlineData("geolocation notin [CN]", """{"geolocation":{"notin":["CN"]}}""")]
    [InlineData("geolocation nin [CN]", """{"geolocation":{"notin":["CN"]}}""")]
    [InlineData("geolocation not in [CN]", """{"geolocation":{"notin":["CN"]}}""")]
    [InlineData("gpu_name in [RTX_4090,\"RTX 3090\"]", """{"gpu_name":{"in":["RTX 4090","RTX 3090"]}}""")]
    [InlineData("gpu_name=\"RTX 4090\"", """{"gpu_name":{"eq":"RTX 4090"}}""")]
    [InlineData("gpu_name='RTX 4090'", """{"gpu_name":{"eq":"RTX 4090"}}""")]
    [InlineData("gpu_name=RTX_PRO_6000_WS num_gpus=2", """{"gpu_name":{"eq":"RTX PRO 6000 WS"},"num_gpus":{"eq":"2"}}""")]
    [InlineData("static_ip=true datacenter=False", """{"static_ip":{"eq":true},"datacenter":{"eq":false}}""")]
    [InlineData("cluster_id=None", """{"cluster_id":{"eq":null}}""")]
    [InlineData("cluster_id!=null", """{"cluster_id":{"neq":null}}""")]
    [InlineData("cpu_ram>=64 gpu_total_ram<96.5", """{"cpu_ram":{"gte":64000.0},"gpu_total_ram":{"lt":96500.0}}""")]
    [InlineData("gpu_ram in [24,48]", """{"gpu_ram":{"in":[24000.0,48000.0]}}""")]
    [InlineData("duration>2.5", """{"duration":{"gt":216000.0}}""")]
    [InlineData("driver_version>=535.86.05", """{"driver_version":{"gte":535086005}}""")]
    [InlineData("driver_version>=550.54", """{"driver_version":{"gte":550054000}}""")]
    [InlineData("dph>0.1 dph<0.5", """{"dph_total":{"gt":"0.1","lt":"0.5"}}""")]
    [InlineData("dph<0.1 dph<0.5", """{"dph_total":{"lt":"0.5"}}""")]
    [InlineData(
        "cuda_vers>=12 dlperf_usd>1 flops_usd>2 display_active=true",
        """{"cuda_max_good":{"gte":"12"},"dlperf_per_dphtotal":{"gt":"1"},"flops_per_dphtotal":{"gt":"2"},"gpu_display_active":{"eq":true}}""")]
    [InlineData("id=42", """{"ask_contract_id":{"eq":"42"}}""")]
    [InlineData("dph<0.5 dph=any", "{}")]
    [InlineData("inet_down>=1e3", """{"inet_down":{"gte":"1e3"}}""")]
    [InlineData("geolocation=US.CA-1", """{"geolocation":{"eq":"US.CA-1"}}""")]
    [InlineData("", "{}")]
    public void Comparisons_become_filters(string query, string filters)
    {
        var set = new OfferFilters();
        OfferQuery.Apply(query, set);
        Assert.Equal(filters, JsonConvert.SerializeObject(set.Fields.ToDictionary(f => f, f => set.Of(f))));
    }

    [Theory]
    [InlineData("verified=any", "external rentable")]
    [InlineData("verified=* external==? rentable eq any", "")]
    [InlineData("verified=false", "verified external rentable")]
    public void Any_takes_a_default_away_and_a_value_replaces_it(string query, string fields)
    {
        OfferSearch search = new OfferOptions { Query = query }.ToSearch();
        Assert.Equal(fields, string.Join(' ', search.Filters.Fields));
        if (query == "verified=false")
        {
            Assert.Equal(false, search.Filters.Of("verified")["eq"]);
        }
    }

    [Theory]
    [InlineData("num_gpus", "num_gpus", 1, "operator")]
    [InlineData("num_gpus 1", "num_gpus 1", 1, "operator")]
    [InlineData("dph<0.5 num_gpus 1", "num_gpus 1", 9, "operator")]
    [InlineData("num_gpus=", "num_gpus=", 1, "missing")]
    [InlineData("gpu_name=\"\"", "gpu_name=\"\"", 1, "empty")]
    [InlineData("geolocation in []", "geolocation in []", 1, "empty")]
    [InlineData("geolocation in [US,]", "[US,]", 16, "empty place")]
    [InlineData("geolocation in [US", "[US", 16, "closing bracket")]
    [InlineData("gpu_name=\"RTX", "\"RTX", 10, "not closed")]
    [InlineData("geolocation in US", "geolocation in US", 1, "square brackets")]
    [InlineData("geolocation=[US]", "geolocation=[US]", 1, "'in' or 'notin'")]
    [InlineData("num_gpus=>1", "num_gpus=>1", 1, "no operator '=>'")]
    [InlineData("num_gpus=1dph<5", "1dph<5", 10, "blank")]
    [InlineData("gpu_name=\"A\"dph<5", "dph<5", 13, "blank")]
    [InlineData("num_gpus=1 , dph<5", ", dph<5", 12, "field name")]
    [InlineData("num_gpus=1 =5", "=5", 12, "field name")]
    [InlineData("num_gpus>any", "num_gpus>any", 1, "'any'")]
    [InlineData("gpu_ram>=lots", "lots", 10, "number")]
    [InlineData("duration>NaN", "NaN", 10, "number")]
    [InlineData("driver_version>=5.x.1", "5.x.1", 17, "driver version")]
    public void What_is_wrong_is_named_with_its_place(string query, string piece, int position, string why)
    {
        VastException error = Assert.Throws<VastException>(() => OfferQuery.Apply(query, new OfferFilters()));
        Assert.Equal(VastReason.QueryInvalid, error.Reason);
        Assert.Equal(piece, error.Target);
        Assert.Equal(position, error.Facts[0]);
        Assert.Contains(why, (string)error.Facts[1]!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_field_of_a_table_is_sent_and_reported_and_one_of_a_query_is_refused()
    {
        OfferSearch search = new OfferOptions { Filter = new Dictionary<string, object?> { ["tide"] = "low" } }.ToSearch();
        Assert.Equal(["tide"], search.UnknownFields);
        Assert.Equal("low", search.Filters.Of("tide")["eq"]);
        VastException refused = Assert.Throws<VastException>(() => new OfferOptions { Query = "dph<1 gpu_nam=RTX_4090" }.ToSearch());
        Assert.Equal(VastReason.QueryInvalid, refused.Reason);
        Assert.Contains("near it: gpu_name", VastPS.Kernel.Shell.VastErrors.Sentence(refused), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_gpus,total_flops-", """[["num_gpus","asc"],["total_flops","desc"]]""")]
    [InlineData("dph+", """[["dph_total","asc"]]""")]
    [InlineData(" score- , flops_usd ", """[["score","desc"],["flops_per_dphtotal","asc"]]""")]
    [InlineData("-PricePerHour, -dph", """[["dph_total","desc"],["dph_total","desc"]]""")]
    [InlineData("DPH_TOTAL,pricePerHour-", """[["dph_total","asc"],["dph_total","desc"]]""")]
    [InlineData("PricePerHour,DownMbps-", """[["dph_total","asc"],["inet_down","desc"]]""")]
    public void An_order_is_a_list_of_fields(string text, string json) =>
        Assert.Equal(json, JsonConvert.SerializeObject(new OfferOptions { OrderBy = text }.ToSearch().Bodies().Single()["order"]));

    [Theory]
    [InlineData("price", "PricePerHour")]
    [InlineData("PricePerHours", "PricePerHour")]
    [InlineData("dph,reliabilty-", "reliability")]
    [InlineData("dph_totl", "dph_total")]
    [InlineData("moon", "")]
    public void A_field_that_offers_do_not_have_is_an_error_with_near_names(string text, string near)
    {
        VastException error = Assert.Throws<VastException>(() => OfferQuery.Order(text));
        Assert.Equal(VastReason.OfferFieldUnknown, error.Reason);
        Assert.Contains(near, (string)error.Facts[0]!, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("DownMbps", (string)error.Facts[1]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("dph,,score")]
    [InlineData("dph--")]
    [InlineData("a b")]
    public void A_wrong_order_is_refused(string text) =>
        Assert.Equal(VastReason.QueryInvalid, Assert.Throws<VastException>(() => OfferQuery.Order(text)).Reason);
}
