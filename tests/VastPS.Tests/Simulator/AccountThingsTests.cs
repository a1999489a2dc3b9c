using System.Net;
using System.Text.Json.Nodes;
using VastPS.Simulator;

namespace VastPS.Tests.Simulator;

/// <summary>
/// What an account has beside instances: volumes, templates, environment variables. The shapes are those of the official client 1.5.2
/// and of the vendor's specification; where that says nothing, a comment does.
/// </summary>
public sealed class AccountThingsTests
{
    private const string Volumes = "api/v0/volumes/";

    [Fact]
    public async Task Volume_offers_are_searched_like_offers_and_priced_for_a_size()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> offers = await VolumesAsync(kit, """{"disk_space":{"gte":100},"verified":{"eq":true},"allocated_storage":50}""");

        Assert.NotEmpty(offers);
        Assert.All(offers, row =>
        {
            Assert.Equal(50 * Number(row, "storage_cost") / 720, Number(row, "storage_total_cost"), 9);
            Assert.Equal("verified", row["verification"]!.GetValue<string>());
            Assert.Equal(Number(row, "id"), Number(row, "ask_contract_id"));
        });
        Assert.Equal(offers.Count, offers.Select(row => Number(row, "machine_id")).Distinct().Count());
    }

    [Fact]
    public async Task A_volume_is_rented_listed_and_removed_and_costs_meanwhile()
    {
        DateTimeOffset start = new(2026, 7, 18, 10, 0, 0, TimeSpan.Zero);
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, StartTime = start });
        JsonObject offer = (await VolumesAsync(kit))[0];
        string name = (await kit.AskAsync("PUT", Volumes, $$"""{"id":{{offer["id"]}},"size":40,"name":"data_1"}""")).Json[
            "volume_name"]!.GetValue<string>();
        Assert.Matches("^V\\.[0-9]+$", name);
        kit.Server.Clock.Advance(TimeSpan.FromHours(3));

        JsonObject listed = Assert.Single((await kit.AskAsync("GET", "api/v0/volumes?owner=me&type=all_volume")).Json["volumes"]!.AsArray())!
            .AsObject();
        Assert.Equal((name[2..], "data_1"), (listed["id"]!.ToJsonString(), listed["label"]!.GetValue<string>()));
        Assert.Equal((40, Number(offer, "machine_id")), (Number(listed, "disk_space"), Number(listed, "machine_id")));
        Assert.Equal(start.ToUnixTimeSeconds(), Number(listed, "start_date"), 10.0);
        Assert.Empty(listed["instances"]!.AsArray());
        Assert.Equal(Number(offer, "disk_space") - 40, Number((await VolumesAsync(kit))[0], "disk_space"));

        JsonObject charge = Assert.Single((await kit.ChargesAsync(start, kit.Server.Clock.Now)).Json["results"]!.AsArray())!.AsObject();
        Assert.Equal(($"volume-{name[2..]}", "volume"), (charge["source"]!.GetValue<string>(), charge["type"]!.GetValue<string>()));
        Assert.Equal(3 * 40 * Number(offer, "storage_cost") / 720, Number(charge, "amount"), 9);
        Assert.Equal(
            100 - Number(charge, "amount"),
            (await kit.AskAsync("GET", "api/v0/users/current/")).Json["credit"]!.GetValue<double>(),
            6);

        Assert.Equal("no_such_volume", (await kit.AskAsync("DELETE", Volumes + "?id=1", "{}")).Error);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("DELETE", $"{Volumes}?id={name[2..]}", "{}")).Status);
        Assert.Empty((await kit.AskAsync("GET", "api/v0/volumes?owner=me")).Json["volumes"]!.AsArray());
        kit.Server.Clock.Advance(TimeSpan.FromHours(30));
        Assert.Equal(
            Number(charge, "amount"),
            Number(Assert.Single((await kit.ChargesAsync(start, kit.Server.Clock.Now)).Json["results"]!.AsArray())!.AsObject(), "amount"),
            9);
    }

    [Theory]
    [InlineData("""{"id":1,"size":10}""", 404, "no_such_ask")]
    [InlineData("""{"size":10}""", 400, "invalid_args")]
    [InlineData("""{"id":ID,"size":100000}""", 400, "invalid_args")]
    [InlineData("""{"id":ID,"size":10,"name":"no blanks"}""", 400, "invalid_args")]
    public async Task Volumes_that_cannot_be(string body, int status, string error)
    {
        await using SimKit kit = await SimKit.StartAsync();
        string id = (await VolumesAsync(kit))[0]["id"]!.ToJsonString();
        SimKit.Answer answer = await kit.AskAsync("PUT", Volumes, body.Replace("ID", id, StringComparison.Ordinal));
        Assert.Equal((status, error), ((int)answer.Status, answer.Error));
    }

    [Fact]
    public async Task An_instance_makes_a_volume_or_links_one_of_its_machine_and_then_the_volume_stays()
    {
        await using SimKit kit = await SimKit.StartAsync();
        JsonObject offer = (await kit.SearchAsync("""{"num_gpus":{"eq":1},"gpu_frac":{"lte":0.5}}"""))
            .First(row => row["avail_vol_ask_id"] is not null);
        long ask = (long)Number(offer, "avail_vol_ask_id");
        long first = (await kit.CreateAsync(
            (long)Number(offer, "id"),
            $$""","volume_info":{"create_new":true,"volume_id":{{ask}},"size":30,"mount_path":"/data"}""")).Json[
            "new_contract"]!.GetValue<long>();
        JsonObject used = Assert.Single((await kit.RowAsync(first))!["volume_info"]!.AsArray())!.AsObject();
        long volume = (long)Number(used, "id");
        Assert.Equal(30, Number(used, "total_space"));
        Assert.Equal("invalid_args", (await kit.AskAsync("DELETE", $"{Volumes}?id={volume}", "{}")).Error);
        JsonObject listed = (await kit.AskAsync("GET", "api/v0/volumes?owner=me")).Json["volumes"]![0]!.AsObject();
        Assert.Equal(first, listed["instances"]![0]!["id"]!.GetValue<long>());

        await kit.AskAsync("DELETE", $"api/v0/instances/{first}/", "{}");
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        string link = $$""","volume_info":{"create_new":false,"volume_id":{{volume}},"mount_path":"/data"}""";
        JsonObject elsewhere = (await kit.SearchAsync($$$"""{"machine_id":{"neq":{{{offer["machine_id"]}}}}}"""))[0];
        Assert.Equal("invalid_args", (await kit.CreateAsync((long)Number(elsewhere, "id"), link)).Error);
        long second = (await kit.CreateAsync((long)Number(offer, "id"), link)).Json["new_contract"]!.GetValue<long>();
        Assert.Equal(volume, (long)Number((await kit.RowAsync(second))!["volume_info"]![0]!.AsObject(), "id"));
        await kit.AskAsync("DELETE", $"api/v0/instances/{second}/", "{}");
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));

        // The docker form of a link.
        long third = (await kit.CreateAsync((long)Number(offer, "id"), $$""","env":{"-v V.{{volume}}:/data":"1"}""")).Json[
            "new_contract"]!.GetValue<long>();
        Assert.Single((await kit.RowAsync(third))!["volume_info"]!.AsArray());
    }

    [Fact]
    public async Task Templates_are_found_made_edited_and_removed()
    {
        await using SimKit kit = await SimKit.StartAsync();
        Assert.All(await TemplatesAsync(kit, """{"recommended":{"eq":true}}"""), row => Assert.NotEmpty(row["hash_id"]!.GetValue<string>()));
        const string body = """{"name":"mine","image":"org/image","tag":"1.0","env":"-e A=1 -p 8000:8000","runtype":"ssh","ssh_direct":true}""";
        SimKit.Answer made = await kit.AskAsync("POST", "api/v0/template/", body);
        (string hash, long id) = (made.Json["template"]!["hash_id"]!.GetValue<string>(), made.Json["template"]!["id"]!.GetValue<long>());
        Assert.Equal(id, (await kit.AskAsync("POST", "api/v0/template/", body)).Json["template"]!["id"]!.GetValue<long>());
        Assert.Equal("mine", Assert.Single(await TemplatesAsync(kit, $$$"""{"hash_id":{"eq":"{{{hash}}}"}}"""))["name"]!.GetValue<string>());

        JsonNode edited = (await kit.AskAsync("PUT", "api/v0/template/", $$"""{"hash_id":"{{hash}}","desc":"new"}""")).Json["template"]!;
        Assert.Equal(id, edited["id"]!.GetValue<long>());
        Assert.NotEqual(hash, edited["hash_id"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("PUT", "api/v0/template/", $$"""{"hash_id":"{{hash}}"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("DELETE", "api/v0/template/", $$$"""{"template_id":{{{id}}}}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("DELETE", "api/v0/template/", $$$"""{"template_id":{{{id}}}}""")).Status);
        Assert.Equal("invalid_args", (await kit.AskAsync("POST", "api/v0/template/", """{"name":"x"}""")).Error);

        long vendors = (await TemplatesAsync(kit))[0]["id"]!.GetValue<long>();
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("DELETE", "api/v0/template/", $$$"""{"template_id":{{{vendors}}}}""")).Status);
    }

    [Fact]
    public async Task An_instance_of_a_template_takes_what_its_body_does_not_say()
    {
        await using SimKit kit = await SimKit.StartAsync();
        JsonNode template = (await kit.AskAsync("POST", "api/v0/template/", """
            {"name":"mine","image":"org/image","tag":"1.0","env":"-e A=1 -e 'B=two words' -p 8000:8000","runtype":"ssh","ssh_direct":true,
             "onstart":"echo hi"}
            """)).Json["template"]!;
        long offer = (await kit.SearchAsync())[0]["id"]!.GetValue<long>();
        SimKit.Answer answer = await kit.AskAsync(
            "PUT",
            $"api/v0/asks/{offer}/",
            $$$"""{"client_id":"me","disk":20,"template_hash_id":"{{{template["hash_id"]}}}","env":{"A":"9","C":"3"}}""");
        JsonObject row = (await kit.RowAsync(answer.Json["new_contract"]!.GetValue<long>()))!;

        Assert.Equal("org/image:1.0", row["image_uuid"]!.GetValue<string>());
        Assert.Equal("ssh_direc ssh_proxy", row["image_runtype"]!.GetValue<string>());
        Assert.Equal("echo hi", row["onstart"]!.GetValue<string>());
        Assert.Equal(("mine", template["id"]!.GetValue<long>()), (row["template_name"]!.GetValue<string>(), row["template_id"]!.GetValue<long>()));
        Assert.Equal(
            ["-p 8000:8000=1", "A=9", "B=two words", "C=3"],
            row["extra_env"]!.AsArray().Select(pair => $"{pair![0]}={pair[1]}").Order(StringComparer.Ordinal));
        Assert.Equal("invalid_args", (await kit.CreateAsync(offer, ",\"template_hash_id\":\"nothing\"")).Error);
    }

    [Fact]
    public async Task Variables_of_the_account_are_kept_in_capitals_shown_masked_and_reach_new_instances()
    {
        await using SimKit kit = await SimKit.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("POST", "api/v0/secrets/", """{"key":"hf_home","value":"first"}""")).Status);
        Assert.Equal("existing_key", (await kit.AskAsync("POST", "api/v0/secrets/", """{"key":"HF_HOME","value":"x"}""")).Error);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("PUT", "api/v0/secrets/", """{"key":"hf_home","value":"second"}""")).Status);
        Assert.Equal("********", (await kit.AskAsync("GET", "api/v0/secrets/")).Json["secrets"]!["HF_HOME"]!.GetValue<string>());

        long id = await kit.RentAsync();
        JsonNode pair = Assert.Single((await kit.RowAsync(id))!["extra_env"]!.AsArray())!;
        Assert.Equal(("HF_HOME", "second"), (pair[0]!.GetValue<string>(), pair[1]!.GetValue<string>()));

        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("DELETE", "api/v0/secrets/", """{"key":"HF_HOME"}""")).Status);
        Assert.Empty((await kit.AskAsync("GET", "api/v0/secrets/")).Json["secrets"]!.AsObject());
    }

    [Theory]
    [InlineData("POST", """{"key":"A"}""", "missing_input")]
    [InlineData("POST", """{"value":"1"}""", "missing_input")]
    [InlineData("POST", """{"key":"1A","value":"1"}""", "invalid_characters")]
    [InlineData("POST", """{"key":"A","value":"no blanks"}""", "invalid_characters")]
    [InlineData("PUT", """{"key":"A","value":"1"}""", "nonexistent_key")]
    [InlineData("DELETE", """{"key":"A"}""", "nonexistent_key")]
    public async Task Variables_that_cannot_be(string method, string body, string error)
    {
        await using SimKit kit = await SimKit.StartAsync();
        SimKit.Answer answer = await kit.AskAsync(method, "api/v0/secrets/", body);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    private static async Task<List<JsonObject>> VolumesAsync(SimKit kit, string query = "{}") =>
        [.. (await kit.AskAsync("POST", "api/v0/volumes/search/", query)).Json["offers"]!.AsArray().Select(row => row!.AsObject())];

    private static async Task<List<JsonObject>> TemplatesAsync(SimKit kit, string filters = "{}") =>
        [.. (await kit.AskAsync(
            "GET",
            "api/v0/template/?select_cols=%5B%22*%22%5D&select_filters=" + Uri.EscapeDataString(filters))).Json["templates"]!
            .AsArray().Select(row => row!.AsObject())];

    private static double Number(JsonObject row, string field) => row[field]!.GetValue<double>();
}
