using System.Net;
using Newtonsoft.Json.Linq;
using VastPS.Kernel.Api;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Api;

/// <summary>What the client puts on the wire and how it reads each form of answer.</summary>
public sealed class VastApiClientTests
{
    private const string Token = "tok";
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHIEPLVFxkI9gHlFtMkzSw9tjsmQO8nciblKJek5JInj me";

    [Fact]
    public async Task Every_call_carries_the_key_in_a_header_and_nowhere_else()
    {
        await using var server =
            new ScriptedVast(Reply.Ok("""{"id":3,"email":"a@b","username":"me","credit":"12.5","balance":-0.25,"api_key":"marked"}"""));
        AccountFacts facts = await server.Client().GetAccountAsync(default);
        Assert.Equal((3, "me", "a@b", 12.5m, -0.25m), (facts.AccountId, facts.UserName, facts.Email, facts.Credit, facts.Balance));
        Asked asked = Assert.Single(server.Requests);
        Assert.Equal(("GET", "/api/v0/users/current/"), (asked.Method, asked.Path));
        Assert.Equal("Bearer " + ScriptedVast.Key, asked.Headers["Authorization"]);
        Assert.Matches(@"^vastps/\d+\.\d+\.\d+$", asked.Headers["User-Agent"]);
        Assert.False(asked.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task Instances_come_from_all_pages()
    {
        await using var server = new ScriptedVast(
            Reply.Ok("""{"instances":[{"id":1},{"id":2}],"next_token":"a b&c"}"""),
            Reply.Ok("""{"instances":[{"id":2},{"id":3}],"next_token":null}"""));
        Assert.Equal([1, 2, 3], (await server.Client().GetInstancesAsync(default)).Select(i => i.InstanceId));
        Assert.Equal(
            ["/api/v1/instances/?limit=25", "/api/v1/instances/?limit=25&after_token=a%20b%26c"], server.Requests.Select(r => r.Path));
    }

    [Fact]
    public async Task Pages_that_repeat_for_ever_are_an_error()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"instances":[{"id":1}],"next_token":"t"}"""));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetInstancesAsync(default));
        Assert.Equal(VastReason.ApiUnreadable, error.Reason);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task An_instance_without_id_is_an_error_because_it_costs_money_unseen()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"instances":[{"gpu_name":"x"}]}"""));
        Assert.Equal(
            VastReason.ApiUnreadable, (await Assert.ThrowsAsync<VastException>(() => server.Client().GetInstancesAsync(default))).Reason);
    }

    [Theory]
    [InlineData(200, """{"instances":{"id":5}}""", true)]
    [InlineData(200, """{"instances":[{"id":5}]}""", true)]
    [InlineData(200, """{"instances":null}""", false)]
    [InlineData(200, """{"instances":[]}""", false)]
    [InlineData(200, """{"instances":[{"id":6}]}""", false)]
    [InlineData(404, """{"success":false,"error":"no_such_instance"}""", false)]
    public async Task One_instance_is_found_in_every_form_of_answer(int status, string body, bool found)
    {
        await using var server = new ScriptedVast(new Reply(status, body));
        Assert.Equal(found, await server.Client().FindInstanceAsync(5, default) is { InstanceId: 5 });
        Assert.Equal("/api/v0/instances/5/?owner=me", server.Requests[0].Path);
    }

    [Fact]
    public async Task A_bad_key_is_not_taken_for_a_missing_instance()
    {
        await using var server = new ScriptedVast(new Reply(404, """{"error":"auth_error","msg":"Invalid user key"}"""));
        Assert.Equal(
            VastReason.ApiUnauthorized,
            (await Assert.ThrowsAsync<VastException>(() => server.Client().FindInstanceAsync(5, default))).Reason);
    }

    [Fact]
    public async Task A_create_says_everything_once()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"success":true,"new_contract":7835610,"instance_api_key":"marked"}"""));
        VastApiClient client = server.Client();
        var request = new CreateRequest
        {
            OfferId = 42,
            Image = "me/image:tag",
            DiskGB = 32.5,
            Label = "vastps-a.0a1b2c3d.20270115T0830Z",
            Environment = new Dictionary<string, string> { ["HF_HOME"] = "/data", ["-p 8000:8000"] = "1" },
            OnStart = "touch /root/x",
        };
        Assert.Equal(7835610, (await client.CreateInstanceAsync(request, default)).InstanceId);
        Asked asked = Assert.Single(server.Requests);
        Assert.Equal(("PUT", "/api/v0/asks/42/"), (asked.Method, asked.Path));
        Assert.True(JToken.DeepEquals(
            JToken.Parse("""
                {"client_id":"me","image":"me/image:tag","disk":32.5,"runtype":"ssh_direc ssh_proxy","label":"vastps-a.0a1b2c3d.20270115T0830Z",
                 "env":{"HF_HOME":"/data","-p 8000:8000":"1"},"onstart":"touch /root/x","cancel_unavail":true}
                """),
            JToken.Parse(asked.Body)), asked.Body);
        Assert.Equal("application/json", asked.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Only_a_bid_carries_a_price()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"success":true,"new_contract":"12"}"""));
        var bid = new CreateRequest { OfferId = 1, Image = "a", DiskGB = 8, Label = "l", BidPerHour = 0.125m };
        Assert.Equal(12, (await server.Client().CreateInstanceAsync(bid, default)).InstanceId);
        Assert.Equal(0.125m, (decimal)JObject.Parse(server.Requests[0].Body)["price"]!);
        Assert.Equal("ssh_direc ssh_proxy", (string)JObject.Parse(server.Requests[0].Body)["runtype"]!);
    }

    [Fact]
    public async Task Acts_on_an_instance_use_their_routes_and_bodies()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"success":true}"""));
        VastApiClient client = server.Client();
        await client.SetStateAsync(5, true, default);
        await client.SetStateAsync(5, false, default);
        await client.SetLabelAsync(5, "née \"x\"", default);
        await client.RebootAsync(5, default);
        await client.ChangeBidAsync(5, 0.17m, default);
        await client.DestroyAsync(5, default);
        await client.AttachSshKeyAsync(5, "ssh-ed25519 AAAA me", default);
        await client.RemoveSshKeyAsync(9, default);
        await client.DetachSshKeyAsync(5, 9, default);
        Assert.Equal(
            [
                """PUT /api/v0/instances/5/ {"state":"running"}""",
                """PUT /api/v0/instances/5/ {"state":"stopped"}""",
                """PUT /api/v0/instances/5/ {"label":"née \"x\""}""",
                """PUT /api/v0/instances/reboot/5/ {}""",
                """PUT /api/v0/instances/bid_price/5/ {"client_id":"me","price":0.17}""",
                """DELETE /api/v0/instances/5/ {}""",
                """POST /api/v0/instances/5/ssh/ {"ssh_key":"ssh-ed25519 AAAA me"}""",
                """DELETE /api/v0/ssh/9/ {}""",
                """DELETE /api/v0/instances/5/ssh/9/ {}""",
            ],
            server.Requests.Select(r => $"{r.Method} {r.Path} {r.Body}"));
    }

    [Theory]
    [InlineData(200, """[{"id":1,"public_key":"KEY"}]""", 1)]
    [InlineData(200, """{"success":true,"ssh_keys":[{"id":1,"key":"KEY"}]}""", 1)]
    [InlineData(200, """{"success":true,"ssh_keys":"[{\"id\": 1, \"public_key\": \"KEY\"}]"}""", 1)]
    [InlineData(200, """{"success":true,"ssh_keys":"[\"KEY\"]"}""", 1)]
    [InlineData(200, """{"keys":[]}""", 0)]
    [InlineData(200, """{"ssh_keys":""}""", 0)]
    [InlineData(200, """{"ssh_keys":null}""", 0)]
    [InlineData(404, """{"success":false,"error":"not_found","msg":"no keys"}""", 0)]
    public async Task Ssh_keys_are_read_in_every_form(int status, string body, int count)
    {
        await using var server = new ScriptedVast(new Reply(status, body.Replace("KEY", Key, StringComparison.Ordinal)));
        IReadOnlyList<VastSshKey> keys = await server.Client().GetSshKeysAsync(default);
        Assert.Equal(count, keys.Count);
        Assert.All(keys, k => Assert.Equal(("ssh-ed25519", "me"), (k.KeyType, k.Comment)));
    }

    [Fact]
    public async Task Adding_a_key_returns_it()
    {
        await using var server = new ScriptedVast(
            Reply.Ok("""{"success":true,"key":{"id":8,"public_key":"ssh-ed25519 AAAA me","created_at":1800000000.5,"deleted_at":null}}"""));
        VastSshKey key = await server.Client().AddSshKeyAsync("ssh-ed25519 AAAA me", default);
        Assert.Equal(8, key.SshKeyId);
        Assert.Equal(
            "POST /api/v0/ssh/ {\"ssh_key\":\"ssh-ed25519 AAAA me\"}",
            $"{server.Requests[0].Method} {server.Requests[0].Path} {server.Requests[0].Body}");
    }

    [Fact]
    public async Task A_log_is_fetched_without_credentials_once_it_is_there()
    {
        ScriptedVast? self = null;
        await using var server = new ScriptedVast(asked => asked.Method == "PUT"
            ? Reply.Ok($$"""{"success":true,"result_url":"{{self!.Address}}store/log?sig=1"}""")
            : asked.Number < 3 ? new Reply(asked.Number == 1 ? 403 : 404, "") : new Reply(200, "line 1\nline 2\n", "text/plain"));
        self = server;
        Assert.Equal("line 1\nline 2\n", await server.Client().GetLogAsync(5, 100, "err", true, default));
        Assert.Equal("""{"tail":"100","filter":"err","daemon_logs":"true"}""", server.Requests[0].Body);
        Assert.Equal("/api/v0/instances/request_logs/5/", server.Requests[0].Path);
        Assert.All(server.Requests.Skip(1), r => Assert.False(r.Headers.ContainsKey("Authorization")));
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData("http://example.com/log")]
    [InlineData("http://127.0.0.1:1/log")]
    [InlineData("https://localhost/log")]
    [InlineData("https://user:pass@example.com/log")]
    [InlineData("file:///etc/passwd")]
    [InlineData("log")]
    public async Task A_log_link_that_leads_elsewhere_is_not_followed(string link)
    {
        await using var server = new ScriptedVast(Reply.Ok($$"""{"success":true,"result_url":"{{link}}"}"""));
        Assert.Equal(
            VastReason.ApiUnreadable,
            (await Assert.ThrowsAsync<VastException>(() => server.Client().GetLogAsync(5, null, null, false, default))).Reason);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_missing_instance_has_no_log()
    {
        await using var server = new ScriptedVast(new Reply(404, """{"success":false,"error":"invalid_id","msg":"no"}"""));
        Assert.Equal(
            VastReason.InstanceNotFound,
            (await Assert.ThrowsAsync<VastException>(() => server.Client().GetLogAsync(5, null, null, false, default))).Reason);
    }

    [Fact]
    public async Task Charges_ask_for_days_and_follow_the_pages()
    {
        await using var server = new ScriptedVast(
            Reply.Ok($$"""{"success":true,"results":[{"source":"instance-1","amount":1}],"next_token":"{{Token}}"}"""),
            Reply.Ok("""{"success":true,"results":[{"source":"instance-2","amount":2}],"next_token":null}"""));
        IReadOnlyList<VastCharge> charges = await server.Client()
            .GetChargesAsync(DateTimeOffset.FromUnixTimeSeconds(100), DateTimeOffset.FromUnixTimeSeconds(200), default);
        Assert.Equal([1, 2], charges.Select(c => c.InstanceId!.Value));
        Assert.Equal(
            """/api/v0/charges/?select_filters={"day":{"gte":100,"lte":200},"type":{"in":["instance","volume"]}}&limit=500""",
            WebUtility.UrlDecode(server.Requests[0].Path));
        Assert.EndsWith("&after_token=" + Token, server.Requests[1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_offer_is_asked_for_by_the_field_that_the_server_applies()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"offers":[{"id":41},{"id":42,"dph_base":1,"storage_cost":0.72}]}"""));
        VastOffer? offer = await server.Client().FindOfferAsync(42, 100, VastOfferType.Interruptible, default);
        Assert.Equal((42, 1.1m, VastOfferType.Interruptible), (offer!.OfferId, offer.PricePerHour, offer.Type));
        Assert.Equal(
            """{"ask_contract_id":{"eq":42},"order":[["score","desc"]],"type":"bid","allocated_storage":100.0,"limit":64}""",
            server.Requests[0].Body);
        Assert.Single(server.Requests);

        // It may be on a machine where the account rents: those the server leaves out until they are asked for.
        Assert.Null(await server.Client().FindOfferAsync(43, 100, VastOfferType.OnDemand, default));
        Assert.Equal(3, server.Requests.Count);
        Assert.DoesNotContain("rented", server.Requests[1].Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"rented":{"eq":true},"ask_contract_id":{"eq":43},""", server.Requests[2].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":-7,"actual_status":"running"}""")]
    [InlineData("""{"id":0,"actual_status":"running"}""")]
    [InlineData("""{"actual_status":"running"}""")]
    public async Task An_instance_without_a_number_that_can_be_one_is_one_clear_error(string row)
    {
        await using var server = new ScriptedVast(Reply.Ok($$"""{"instances":[{{row}}]}"""));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetInstancesAsync(default));
        Assert.Equal(VastReason.ApiUnreadable, error.Reason);
    }

    [Theory]
    [InlineData("-0.5")]
    [InlineData("1e300")]
    [InlineData("999999999")]
    [InlineData("NaN")]
    [InlineData("\"free\"")]
    public async Task A_price_that_cannot_be_is_none(string price)
    {
        await using var server = new ScriptedVast(asked => Reply.Ok(asked.Path.Contains("bundles", StringComparison.Ordinal)
            ? """{"offers":[{"id":1,"dph_base":X,"dph_total":X,"storage_cost":X,"min_bid":X},{"id":-2,"dph_base":1}]}"""
                .Replace("X", price, StringComparison.Ordinal)
            : """{"instances":[{"id":1,"cur_state":"running","dph_base":X,"dph_total":X,"storage_total_cost":X}]}"""
                .Replace("X", price, StringComparison.Ordinal)));
        VastOffer offer = Assert.Single(await server.Client().SearchOffersAsync(new OfferOptions().ToSearch(), default));
        Assert.Equal((null, null, null), (offer.PricePerHour, offer.DiskPricePerHour, offer.MinBidPerHour));
        VastInstance box = Assert.Single(await server.Client().GetInstancesAsync(default));
        Assert.Equal((null, null, 0m), (box.PricePerHour, box.CostSoFar, box.BurnPerHour));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_without_an_end_are_one_clear_error(bool empty)
    {
        await using var server = new ScriptedVast(asked => Reply.Ok(
            $$"""{"instances":[{{(empty ? "" : $$"""{"id":{{asked.Number + 1}}}""")}}],"next_token":"{{asked.Number}}"}"""));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetInstancesAsync(default));
        Assert.Equal(VastReason.ApiUnreadable, error.Reason);
        Assert.InRange(server.Requests.Count, 1, 400);
    }

    [Fact]
    public async Task Gpu_names_are_asked_for_once_an_hour()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var server = new ScriptedVast(Reply.Ok("""{"gpu_names":["RTX 4090","A100 SXM4 "]}"""));
        VastApiClient client = server.Client(clock);
        Assert.Equal(["RTX 4090", "A100 SXM4"], await client.GetGpuNamesAsync(default));
        await client.GetGpuNamesAsync(default);
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromHours(1));
        await client.GetGpuNamesAsync(default);
        Assert.Equal(2, server.Requests.Count);
    }
}
