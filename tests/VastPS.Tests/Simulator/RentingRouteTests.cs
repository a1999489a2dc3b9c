using System.Net;
using System.Text.Json.Nodes;
using VastPS.Simulator;

namespace VastPS.Tests.Simulator;

public sealed class RentingRouteTests
{
    [Fact]
    public async Task Renting_a_slice_removes_every_offer_that_shares_its_gpus()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> before = await kit.SearchAsync();
        JsonObject whole = before.First(row => row["num_gpus"]!.GetValue<int>() == 4);
        HashSet<long> gpus = [.. Gpus(whole)];
        List<long> overlapping = [.. before.Where(row => Gpus(row).Any(gpus.Contains)).Select(Id)];
        Assert.True(overlapping.Count > 1);

        SimKit.Answer created = await kit.CreateAsync(Id(whole));
        Assert.Equal(64, created.Json["instance_api_key"]!.GetValue<string>().Length);
        List<long> after = [.. (await kit.SearchAsync("""{"rented":{"eq":true}}""")).Select(Id)];
        Assert.Empty(after.Intersect(overlapping));
        Assert.Equal(before.Count - overlapping.Count, after.Count);

        SimKit.Answer again = await kit.CreateAsync(Id(whole));
        Assert.Equal((HttpStatusCode.NotFound, "no_such_ask"), (again.Status, again.Error));
        Assert.Single(await kit.Server.GetInstancesAsync());
    }

    [Theory]
    [InlineData("""{"disk":20}""", 400, "invalid_args")]
    [InlineData("""{"image":"x","disk":7.9}""", 400, "invalid_args")]
    [InlineData("""{"image":"x","disk":1000000}""", 400, "invalid_args")]
    [InlineData("""{"image":"x","price":0.0001}""", 400, "invalid_price")]
    [InlineData("""{"image":"x","price":200}""", 400, "invalid_price")]
    [InlineData("""[1]""", 483, "invalid_request")]
    [InlineData("""{"image":""", 483, "invalid_request")]
    public async Task Bad_arguments_rent_nothing(string body, int status, string error)
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync("PUT", $"api/v0/asks/{Id((await kit.SearchAsync())[0])}/", body);

        Assert.Equal((status, error), ((int)answer.Status, answer.Error));
        Assert.Empty(await kit.Server.GetInstancesAsync());
    }

    [Fact]
    public async Task A_label_over_256_is_refused_at_create_and_over_1024_later()
    {
        await using SimKit kit = await SimKit.StartAsync();
        long offer = Id((await kit.SearchAsync())[0]);
        Assert.Equal("invalid_args", (await kit.CreateAsync(offer, $",\"label\":\"{new string('a', 257)}\"")).Error);
        long id = (await kit.CreateAsync(offer, $",\"label\":\"{new string('a', 256)}\"")).Json["new_contract"]!.GetValue<long>();
        Assert.Equal(
            "label_too_long", (await kit.AskAsync("PUT", $"api/v0/instances/{id}/", $"{{\"label\":\"{new string('b', 1025)}\"}}")).Error);
        await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"label":"second name"}""");
        Assert.Equal("second name", (await kit.RowAsync(id))!["label"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_bid_that_is_too_low_fails_and_still_rents()
    {
        await using SimKit kit = await SimKit.StartAsync();
        JsonObject offer = (await kit.SearchAsync())[0];
        SimKit.Answer answer = await kit.CreateAsync(Id(offer), ",\"price\":0.001");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        JsonObject row = (await kit.RowAsync(answer.Json["new_contract"]!.GetValue<long>()))!;
        Assert.Equal("exited", row["actual_status"]!.GetValue<string>());
        Assert.True(row["is_bid"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(true, 410)]
    [InlineData(false, 200)]
    public async Task An_unavailable_offer_fails_or_gives_a_stopped_instance(bool cancel, int status)
    {
        await using SimKit kit = await SimKit.StartAsync();
        long offer = Id((await kit.SearchAsync("""{"rentable":{"eq":false}}"""))[0]);
        SimKit.Answer answer = await kit.CreateAsync(offer, $",\"cancel_unavail\":{(cancel ? "true" : "false")}");

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(cancel ? 0 : 1, (await kit.Server.GetInstancesAsync()).Count(one => one.Status == "exited"));
    }

    [Theory]
    [InlineData("NoSuchAsk", "no_such_ask", 0)]
    [InlineData("SpendRateLimit", "spend_rate_limit", 0)]
    [InlineData("CreateFailsButRents", "create_failed", 1)]
    public async Task Faults_of_create(string fault, string error, int instances)
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Faults = [fault] });
        SimKit.Answer answer = await kit.CreateAsync(Id((await kit.SearchAsync())[0]));

        Assert.Equal(error, answer.Error);
        Assert.Equal(instances == 1, answer.Json.ContainsKey("new_contract"));
        Assert.Equal(instances, (await kit.Server.GetInstancesAsync()).Count);
    }

    [Fact]
    public async Task The_price_can_rise_between_search_and_create()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Faults = ["PriceRises:50"] });
        JsonObject offer = (await kit.SearchAsync())[0];
        long id = (await kit.CreateAsync(Id(offer))).Json["new_contract"]!.GetValue<long>();

        Assert.Equal(offer["dph_base"]!.GetValue<double>() * 1.5, (await kit.RowAsync(id))!["dph_base"]!.GetValue<double>(), 9);
    }

    [Theory]
    [InlineData(null, 401, "auth_error")]
    [InlineData("wrong", 404, "auth_error")]
    public async Task A_missing_or_unknown_key_is_refused(string? key, int status, string error)
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync("GET", "api/v0/users/current/", key: key);
        Assert.Equal((status, error), ((int)answer.Status, answer.Error));
        Assert.Equal(key is null ? 403 : 404, (int)(await kit.AskAsync("GET", "api/v0/ssh/", key: key)).Status);
    }

    [Theory]
    [InlineData("api/v0/users/current/")]
    [InlineData("api/v0/users/current")]
    public async Task A_path_works_with_and_without_its_slash_and_a_key_also_in_the_query(string path)
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync("GET", $"{path}?api_key={kit.Server.ApiKey}", key: null);

        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(100, answer.Json["credit"]!.GetValue<double>());
        Assert.All(kit.Server.Requests, request => Assert.DoesNotContain(kit.Server.ApiKey, request.Path, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("GET", "users/current/")).Status);
    }

    [Fact]
    public async Task An_instances_own_key_acts_on_that_instance_only()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> offers = await kit.SearchAsync("""{"num_gpus":{"eq":1},"gpu_frac":{"eq":1}}""");
        SimKit.Answer mine = await kit.CreateAsync(Id(offers[0]));
        SimKit.Answer other = await kit.CreateAsync(Id(offers[1]));
        string key = mine.Json["instance_api_key"]!.GetValue<string>();

        Assert.Equal(
            HttpStatusCode.OK,
            (await kit.AskAsync("PUT", $"api/v0/instances/{mine.Json["new_contract"]}/", """{"state":"stopped"}""", key)).Status);
        Assert.Equal(
            "auth_error",
            (await kit.AskAsync("PUT", $"api/v0/instances/{other.Json["new_contract"]}/", """{"state":"stopped"}""", key)).Error);
        Assert.Equal("auth_error", (await kit.AskAsync("GET", "api/v0/users/current/", key: key)).Error);
    }

    [Fact]
    public async Task A_limited_key_does_what_it_may_and_an_ended_session_nothing()
    {
        await using SimKit kit = await SimKit.StartAsync();
        long id = await kit.RentAsync();
        string key = await kit.Server.AddApiKeyAsync(["instance_read", "misc"]);

        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("GET", "api/v1/instances/", key: key)).Status);
        SimKit.Answer refused = await kit.AskAsync("DELETE", $"api/v0/instances/{id}/", "{}", key);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("instance_write", refused.Json["msg"]!.GetValue<string>(), StringComparison.Ordinal);

        kit.Server.Faults.Set("SessionExpired", true);
        SimKit.Answer[] ended = [await kit.AskAsync("GET", "api/v1/instances/"), await kit.AskAsync("GET", "api/v1/instances/")];
        Assert.Equal([401, 404], ended.Select(one => (int)one.Status));
        Assert.All(ended, one => Assert.Equal("Invalid user key", one.Json["msg"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("HostAccount", "create", 403, "invalid_args", "is not your own")]
    [InlineData("MissingBilling", "stop", 400, "missing_billing", "billing")]
    public async Task Accounts_that_may_not(string fault, string what, int status, string error, string words)
    {
        await using SimKit kit = await SimKit.StartAsync();
        long id = await kit.RentAsync();
        kit.Server.Faults.Set(fault, true);
        SimKit.Answer answer = what == "create"
            ? await kit.CreateAsync(Id((await kit.SearchAsync())[0]))
            : await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"stopped"}""");

        Assert.Equal((status, error), ((int)answer.Status, answer.Error));
        Assert.Contains(words, answer.Json["msg"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "api/v0/clusters/")]
    [InlineData("PUT", "api/v0/instances/prepay/123/")]
    [InlineData("PATCH", "api/v0/users/current/")]
    [InlineData("GET", "api/v0/instances/pending-price-increases/")]
    public async Task What_is_not_simulated_says_so(string method, string path)
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync(method, path);

        Assert.Equal(HttpStatusCode.NotImplemented, answer.Status);
        Assert.Contains("not simulated", answer.Json["msg"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_without_pages_is_gone()
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync("GET", "api/v0/instances/?owner=me");
        Assert.Equal((HttpStatusCode.Gone, "deprecated_endpoint"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Several_offers_are_rented_with_one_call_and_what_fails_is_named()
    {
        await using SimKit kit = await SimKit.StartAsync();
        long[] offers = [.. (await kit.SearchAsync("""{"gpu_frac":{"eq":1}}""")).Take(2).Select(Id)];
        SimKit.Answer answer = await kit.AskAsync(
            "POST", "api/v0/asks/bulk/", $$"""{"client_id":"me","image":"x","disk":20,"ids":[{{offers[0]}},1,{{offers[1]}}]}""");

        Assert.Equal(2, answer.Json["new_contracts"]!.AsArray().Count);
        Assert.Equal("no_such_ask", Assert.Single(answer.Json["failed"]!.AsArray())!["error"]!.GetValue<string>());
        Assert.Equal(2, (await kit.Server.GetInstancesAsync()).Count);
    }

    [Fact]
    public async Task Keys_are_added_changed_listed_and_removed()
    {
        await using SimKit kit = await SimKit.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("GET", "api/v0/ssh/")).Status);
        Assert.Equal("no_ssh_key", (await kit.AskAsync("POST", "api/v0/ssh/", """{"ssh_key":"hello"}""")).Error);
        long id =
            (await kit.AskAsync("POST", "api/v0/ssh/", """{"ssh_key":"ssh-ed25519 AAAA one"}""")).Json["key"]!["id"]!.GetValue<long>();
        await kit.AskAsync("PUT", $"api/v0/ssh/{id}/", """{"ssh_key":"ssh-ed25519 BBBB two"}""");
        Assert.Equal(
            "ssh-ed25519 BBBB two", JsonNode.Parse((await kit.AskAsync("GET", "api/v0/ssh/")).Text)![0]!["public_key"]!.GetValue<string>());

        long instance = await kit.RentAsync();
        await kit.AskAsync("POST", $"api/v0/instances/{instance}/ssh/", """{"ssh_key":"ssh-ed25519 CCCC three"}""");
        string inner = (await kit.AskAsync("GET", $"api/v0/instances/{instance}/ssh/")).Json["ssh_keys"]!.GetValue<string>();
        Assert.Equal(2, JsonNode.Parse(inner)!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("DELETE", $"api/v0/ssh/{id}/", "{}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("DELETE", $"api/v0/ssh/{id}/", "{}")).Status);
    }

    [Fact]
    public async Task Pacing_answers_429_until_the_interval_has_passed()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Pacing = true });
        long[] offers = [.. (await kit.SearchAsync("""{"gpu_frac":{"eq":1}}""")).Take(2).Select(Id)];
        await kit.CreateAsync(offers[0]);
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(4));
        SimKit.Answer early = await kit.CreateAsync(offers[1]);
        Assert.Equal((429, "text/plain"), ((int)early.Status, early.ContentType));
        Assert.Contains("API requests too frequent", early.Text, StringComparison.Ordinal);
        Assert.Contains("4.5", early.Text, StringComparison.Ordinal);

        // A refused create costs twelve seconds, and the answer says so.
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        SimKit.Answer again = await kit.CreateAsync(offers[1]);
        Assert.Contains("too frequent", again.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(10, again.Json["retry_after"]!.GetValue<double>(), 1);
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await kit.CreateAsync(offers[1])).Status);
    }

    private static long Id(JsonObject row) => row["id"]!.GetValue<long>();

    private static IEnumerable<long> Gpus(JsonObject row) => row["gpu_ids"]!.AsArray().Select(gpu => gpu!.GetValue<long>());
}
