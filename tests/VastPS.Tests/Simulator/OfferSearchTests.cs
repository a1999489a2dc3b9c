using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Simulator;

public sealed class OfferSearchTests
{
    [Fact]
    public async Task Offers_repeat_for_a_seed_and_differ_for_another()
    {
        DateTimeOffset time = new(2026, 7, 18, 12, 0, 0, TimeSpan.Zero);
        await using SimKit one = await SimKit.StartAsync(new SimOptions { Boxes = false, StartTime = time });
        await using SimKit same = await SimKit.StartAsync(new SimOptions { Boxes = false, StartTime = time });
        await using SimKit other = await SimKit.StartAsync(new SimOptions { Boxes = false, StartTime = time, Seed = 2 });

        List<string> first = Ids(await one.SearchAsync());
        Assert.Equal(first, Ids(await same.SearchAsync()));
        Assert.NotEqual(first, Ids(await other.SearchAsync()));
    }

    [Fact]
    public async Task The_market_is_wide_and_uneven()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> offers = await kit.SearchAsync("""{"rentable":{"in":[true,false]}}""");

        Assert.InRange(offers.Count, 150, 300);
        Assert.Equal(90, offers.Select(row => Number(row, "machine_id")).Distinct().Count());
        List<string> models = [.. offers.Select(row => row["gpu_name"]!.GetValue<string>()).Distinct()];
        Assert.All(
            ["RTX 4090", "RTX 3090", "RTX 5090", "A100 SXM4", "H100 SXM", "L40S", "RTX A6000"], model => Assert.Contains(model, models));
        Assert.Contains(offers, row => row["geolocation"] is null);
        Assert.Contains(offers, row => !row.ContainsKey("avail_vol_ask_id"));
        Assert.Contains(offers, row => row["public_ipaddr"]!.GetValue<string>().EndsWith(' '));
        Assert.Contains(offers, row => row["verification"]!.GetValue<string>() == "unverified");
        Assert.Equal(10, kit.Server.SlowMachines.Count);
        Assert.All(
            offers.Where(row => kit.Server.SlowMachines.Contains((long)Number(row, "machine_id"))),
            row => Assert.True(Number(row, "inet_down") >= 2000));
    }

    [Fact]
    public async Task An_offer_has_the_hundred_fields_of_the_service()
    {
        string? data = Repo.SharedData;
        Assert.SkipWhen(data is null, "no captured data beside the checkout");
        await using SimKit kit = await SimKit.StartAsync();
        JsonObject real =
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "offers-full-2026-07-18.json")))!["offers"]![0]!.AsObject();
        JsonObject ours = (await kit.SearchAsync())[0];

        Assert.Equal(
            real.Select(pair => pair.Key).Order(StringComparer.Ordinal), ours.Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"num_gpus":{"eq":"2"}}""", "num_gpus", 2, 2)]
    [InlineData("""{"num_gpus":{"gte":4}}""", "num_gpus", 4, 99)]
    [InlineData("""{"num_gpus":{"gt":1,"lt":"4"}}""", "num_gpus", 2, 3)]
    [InlineData("""{"num_gpus":{"lte":1}}""", "num_gpus", 1, 1)]
    [InlineData("""{"num_gpus":{"in":[1,"8"]},"dph_total":{"gt":"0"}}""", "num_gpus", 1, 8)]
    [InlineData("""{"num_gpus":{"notin":[1,2]}}""", "num_gpus", 3, 99)]
    [InlineData("""{"num_gpus":{"neq":1}}""", "num_gpus", 2, 99)]
    [InlineData("""{"gpu_ram":{"gte":23000.0},"gpu_name":{"eq":"RTX 4090"}}""", "gpu_ram", 24564, 24564)]
    [InlineData("""{"driver_version":{"gte":"570000000"}}""", "driver_vers", 570000000, 999999999)]
    public async Task Operators_compare_numbers_also_as_text(string query, string field, double low, double high)
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> found = await kit.SearchAsync(query);

        Assert.NotEmpty(found);
        Assert.All(found, row => Assert.InRange(Number(row, field), low, high));
        Assert.True(found.Count < (await kit.SearchAsync()).Count);
    }

    [Theory]
    [InlineData("""{"verified":{"eq":true}}""", "verification", "verified")]
    [InlineData("""{"verification":{"eq":"unverified"}}""", "verification", "unverified")]
    [InlineData("""{"gpu_name":{"in":["RTX 4090"]}}""", "gpu_name", "RTX 4090")]
    [InlineData("""{"geolocation":{"in":["JP"]}}""", "geolocation", "Japan, JP")]
    public async Task Operators_compare_text(string query, string field, string wanted)
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> found = await kit.SearchAsync(query);

        Assert.NotEmpty(found);
        Assert.All(found, row => Assert.Equal(wanted, row[field]!.GetValue<string>()));
    }

    [Fact]
    public async Task Only_rentable_offers_come_unless_the_filter_says_otherwise()
    {
        await using SimKit kit = await SimKit.StartAsync();
        int free = (await kit.SearchAsync()).Count;
        int rented = (await kit.SearchAsync("""{"rentable":{"eq":false}}""")).Count;

        Assert.True(rented > 0);
        Assert.Equal(free + rented, (await kit.SearchAsync("""{"rentable":{"in":[true,false]}}""")).Count);
        Assert.Equal(free, (await kit.SearchAsync("""{"external":{"eq":false}}""")).Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    public async Task Prices_hold_the_disk_that_was_asked_for(double disk)
    {
        await using SimKit kit = await SimKit.StartAsync();
        foreach (JsonObject row in (await kit.SearchAsync($$"""{"allocated_storage":{{disk}}}""")).Take(20))
        {
            double total = Number(row, "dph_base") + (disk * Number(row, "storage_cost") / 720);
            Assert.Equal(total, Number(row, "dph_total"), 9);
            Assert.Equal(total + (disk / 4 * Number(row, "inet_down_cost")), Number(row, "dph_total_adj"), 9);
            Assert.Equal(Number(row, "dph_base") / (Number(row, "gpu_total_ram") / 1024), Number(row, "vram_costperhour"), 9);
            Assert.Equal(0, row["instance"]!["gpuCostPerHour"]!.GetValue<double>());
        }
    }

    [Fact]
    public async Task Rows_are_ordered_by_several_columns_and_limited()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> found = await kit.SearchAsync("""{"order":[["num_gpus","desc"],["dph_total","asc"]],"limit":40}""");

        Assert.Equal(40, found.Count);
        Assert.Equal(found.OrderByDescending(row => Number(row, "num_gpus"))
            .ThenBy(row => Number(row, "dph_total")).Select(row => Number(row, "id")), found.Select(row => Number(row, "id")));
    }

    [Fact]
    public async Task Without_a_limit_64_rows_are_listed()
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync("POST", "api/v0/bundles/", """{"order":[["dph_total","asc"]]}""");

        Assert.Equal(
            (await kit.SearchAsync("""{"order":[["dph_total","asc"]],"limit":64}""")).Select(row => Number(row, "id")),
            answer.Json["offers"]!.AsArray().Select(row => Number(row!.AsObject(), "id")));
    }

    [Fact]
    public async Task A_search_that_finds_more_than_it_lists_may_give_any_of_them_in_order()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Faults = ["SampledSearch"] });
        const string query = """{"order":[["dph_total","asc"]],"limit":20}""";
        List<JsonObject> first = await kit.SearchAsync(query);
        List<JsonObject> second = await kit.SearchAsync(query);

        Assert.Equal((20, 20), (first.Count, second.Count));
        Assert.NotEqual(Ids(first), Ids(second));
        Assert.Equal(first.Select(row => Number(row, "dph_total")).Order(), first.Select(row => Number(row, "dph_total")));
    }

    [Fact]
    public async Task Rows_of_a_day_run_out_and_the_answer_says_when_there_are_more()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions
        {
            Boxes = false,
            Faults = ["RowQuota:30"],
            StartTime = new DateTimeOffset(2026, 7, 18, 23, 0, 0, TimeSpan.Zero),
        });
        await kit.SearchAsync("""{"limit":20}""");
        SimKit.Answer refused = await kit.AskAsync("POST", "api/v0/bundles/", """{"limit":20}""");

        Assert.Equal((HttpStatusCode.TooManyRequests, 3600), (refused.Status, refused.Json["retry_after"]!.GetValue<int>()));
        kit.Server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(20, (await kit.SearchAsync("""{"limit":20}""")).Count);
    }

    [Fact]
    public async Task A_search_for_bids_prices_rows_by_the_bid_that_wins()
    {
        await using SimKit kit = await SimKit.StartAsync();
        Dictionary<string, JsonObject> firm = (await kit.SearchAsync()).ToDictionary(row => row["id"]!.ToJsonString());
        foreach (JsonObject row in await kit.SearchAsync("""{"type":"bid","allocated_storage":8}"""))
        {
            Assert.Equal(Number(row, "min_bid"), Number(row, "dph_base"), 9);
            Assert.Equal(Number(row, "min_bid") + Number(row, "storage_total_cost"), Number(row, "dph_total"), 9);
            Assert.Equal(Number(firm[row["id"]!.ToJsonString()], "min_bid"), Number(row, "min_bid"), 9);
        }
    }

    [Fact]
    public async Task Machines_on_which_one_rents_come_only_where_they_are_asked_for()
    {
        await using SimKit kit = await SimKit.StartAsync();
        JsonObject offer = (await kit.SearchAsync("""{"num_gpus":{"eq":1},"gpu_frac":{"lte":0.25}}"""))[0];
        await kit.CreateAsync(offer["id"]!.GetValue<long>());
        async Task<int> OnAsync(string more) => (await kit.SearchAsync($"{{{more}}}"))
            .Count(row => Number(row, "machine_id") == Number(offer, "machine_id"));

        Assert.Equal(0, await OnAsync(""));
        Assert.Equal(0, await OnAsync("\"rented\":{\"eq\":false}"));
        Assert.True(await OnAsync("\"rented\":{\"eq\":true}") > 0);
    }

    [Theory]
    [InlineData("""{"num_gpus":{"like":1}}""")]
    [InlineData("""{"num_gpus":1}""")]
    [InlineData("""{"num_gpus":{"in":1}}""")]
    public async Task A_filter_that_is_none_is_refused(string query)
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync("POST", "api/v0/bundles/", query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("invalid_request", answer.Error);
    }

    [Fact]
    public async Task A_filter_on_id_does_nothing_and_one_on_ask_contract_id_does()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> all = await kit.SearchAsync();
        string id = Ids(all)[3];

        Assert.Equal(all.Count, (await kit.SearchAsync($$$"""{"id":{"eq":{{{id}}}}}""")).Count);
        Assert.Equal([id], Ids(await kit.SearchAsync($$$"""{"ask_contract_id":{"eq":{{{id}}}}}""")));
    }

    [Fact]
    public async Task The_three_ways_to_ask_give_the_same()
    {
        await using SimKit kit = await SimKit.StartAsync();
        const string query = """{"num_gpus":{"eq":1},"order":[["dph_total","asc"]],"limit":5}""";
        List<string> posted = Ids(await kit.SearchAsync(query));
        SimKit.Answer got = await kit.AskAsync("GET", "api/v0/bundles?q=" + Uri.EscapeDataString(query));
        SimKit.Answer put = await kit.AskAsync("PUT", "api/v0/search/asks/", $$"""{"select_cols":["*"],"q":{{query}}}""");

        Assert.Equal(posted, Ids([.. got.Json["offers"]!.AsArray().Select(row => row!.AsObject())]));
        Assert.Equal(posted, Ids([.. put.Json["offers"]!.AsArray().Select(row => row!.AsObject())]));
    }

    [Theory]
    [InlineData("offers-full-2026-07-18.json", 23, 8)]
    [InlineData("offers-full-2026-07-15.json", 3, 8)]
    [InlineData("offer-not-rentable-2025-09.json", 1, 5)]
    [InlineData("offers-eu-slim-2026-07_08.json", 92, 8)]
    public async Task Every_captured_offer_is_served_as_it_was(string file, int count, int diskGB)
    {
        Assert.SkipWhen(Repo.SharedData is null, "no captured data beside the checkout");
        string path = Path.Combine(Repo.SharedData, file);
        await using SimKit kit = await SimKit.StartAsync(
            new SimOptions { Boxes = false, OfferPath = path, StartTime = new DateTimeOffset(2026, 7, 18, 12, 0, 0, TimeSpan.Zero) });
        List<JsonObject> served = await kit.SearchAsync($$$"""{"rentable":{"in":[true,false]},"allocated_storage":{{{diskGB}}}}""");
        List<JsonObject> captured =
            [.. JsonNode.Parse(await File.ReadAllTextAsync(path))!["offers"]!.AsArray().Select(row => row!.AsObject())];

        Assert.Equal(count, served.Count);
        foreach ((JsonObject ours, JsonObject real) in served.Zip(captured))
        {
            Assert.Equal(Number(real, "id"), Number(ours, "id"));
            Assert.Equal(Number(real, "dph_total"), Number(ours, "dph_total"), 9);
            Assert.Equal(real["verification"]!.GetValue<string>(), ours["verification"]!.GetValue<string>());
            Assert.Equal(real.ContainsKey("disk_space"), ours.ContainsKey("disk_space"));
        }
    }

    [Fact]
    public async Task A_file_without_offers_is_an_error()
    {
        string path = Path.Combine(Path.GetTempPath(), "no-offers-" + Guid.NewGuid() + ".json");
        await File.WriteAllTextAsync(path, "{}");
        try
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => SimServer.StartAsync(new SimOptions { Boxes = false, OfferPath = path }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Names_and_reports_need_no_search()
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer names = await kit.AskAsync("GET", "api/v0/gpu_names/unique/", key: null);
        Assert.Contains("RTX 4090", names.Json["gpu_names"]!.AsArray().Select(name => name!.GetValue<string>()));
        SimKit.Answer slow = await kit.AskAsync(
            "GET", string.Create(CultureInfo.InvariantCulture, $"api/v0/machines/{kit.Server.SlowMachines[0]}/reports/"));
        Assert.Single(JsonNode.Parse(slow.Text)!.AsArray());
    }

    private static double Number(JsonObject row, string field) => row[field]!.GetValue<double>();

    private static List<string> Ids(IEnumerable<JsonObject> rows) => [.. rows.Select(row => row["id"]!.ToJsonString())];
}
