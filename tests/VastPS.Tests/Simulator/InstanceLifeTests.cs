using System.Net;
using System.Text.Json.Nodes;
using VastPS.Simulator;

namespace VastPS.Tests.Simulator;

public sealed class InstanceLifeTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_instance_goes_from_nothing_over_loading_to_running_on_the_clock()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, BootTime = TimeSpan.FromMinutes(5) });
        long id = await kit.RentAsync();
        JsonObject fresh = (await kit.RowAsync(id))!;
        Assert.True(fresh.ContainsKey("actual_status") && fresh["actual_status"] is null);
        Assert.Equal("running", fresh["intended_status"]!.GetValue<string>());

        kit.Server.Clock.Advance(2 * s_minute);
        JsonObject loading = (await kit.RowAsync(id))!;
        Assert.Equal("loading", loading["actual_status"]!.GetValue<string>());
        Assert.Contains("pytorch/pytorch:latest", loading["status_msg"]!.GetValue<string>(), StringComparison.Ordinal);

        kit.Server.Clock.Advance(3 * s_minute);
        JsonObject running = (await kit.RowAsync(id))!;
        Assert.Equal("running", running["actual_status"]!.GetValue<string>());
        Assert.Equal("success, running pytorch/pytorch_latest/ssh", running["status_msg"]!.GetValue<string>());
        Assert.Null(running["gpu_util"]);
        Assert.Equal(-1, running["disk_util"]!.GetValue<double>());

        kit.Server.Clock.Advance(s_minute);
        Assert.Equal(0, (await kit.RowAsync(id))!["gpu_util"]!.GetValue<double>());
    }

    [Fact]
    public async Task Stop_start_and_destroy_answer_at_once_and_happen_later()
    {
        await using SimKit kit = await SimKit.StartAsync();
        long id = await kit.RentRunningAsync();
        const string all = """{"rented":{"eq":true}}""";
        int free = (await kit.SearchAsync(all)).Count;

        await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"stopped"}""");
        JsonObject stopping = (await kit.RowAsync(id))!;
        Assert.Equal(
            ("running", "stopped"), (stopping["actual_status"]!.GetValue<string>(), stopping["intended_status"]!.GetValue<string>()));
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(("exited", "stopped", "stopped"), await StateAsync(kit, id));
        Assert.True((await kit.SearchAsync(all)).Count > free);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"stopped"}""")).Status);

        await kit.AskAsync("PUT", "api/v0/instances/", $$"""{"state":"running","ids":[{{id}}]}""");
        Assert.Equal(("exited", "running", "running"), await StateAsync(kit, id));
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("loading", (await kit.RowAsync(id))!["actual_status"]!.GetValue<string>());
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("running", (await kit.RowAsync(id))!["actual_status"]!.GetValue<string>());

        await kit.AskAsync("DELETE", $"api/v0/instances/{id}/", "{}");
        Assert.Equal("unloaded", (await kit.RowAsync(id))!["next_state"]!.GetValue<string>());
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await kit.RowAsync(id));
        Assert.Equal("not_found", (await kit.AskAsync("DELETE", $"api/v0/instances/{id}/", "{}")).Error);
        Assert.Equal("no_such_instance", (await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"running"}""")).Error);
    }

    [Theory]
    [InlineData("StuckLoading", "loading", "pytorch")]
    [InlineData("PullLimit", "loading", "toomanyrequests")]
    [InlineData("OciFailure", "created", "OCI runtime create failed")]
    [InlineData("ExitedEarly", "exited", "exited")]
    [InlineData("Offline", "offline", "offline")]
    public async Task Faults_of_starting(string fault, string status, string message)
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Faults = [fault] });
        long id = await kit.RentAsync();
        kit.Server.Clock.Advance(TimeSpan.FromHours(1));
        JsonObject row = (await kit.RowAsync(id))!;

        Assert.Equal(status, row["actual_status"]!.GetValue<string>());
        Assert.Contains(message, row["status_msg"]!.GetValue<string>(), StringComparison.Ordinal);
        SimInstanceView view = Assert.Single(await kit.Server.GetInstancesAsync());
        Assert.True(
            (view.Spent < 0.02) == (fault != "ExitedEarly"),
            $"a GPU is charged while it is held, but not before the container runs or while the host is lost; {view.Spent} USD were");
    }

    [Fact]
    public async Task Losing_the_bid_the_credit_or_the_contract_stops_without_asking()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Credit = 5 });
        List<JsonObject> offers = await kit.SearchAsync("""{"gpu_frac":{"eq":1}}""");
        long bid = (await kit.CreateAsync(offers[0]["id"]!.GetValue<long>(), ",\"price\":50")).Json["new_contract"]!.GetValue<long>();
        long firm = (await kit.CreateAsync(offers[1]["id"]!.GetValue<long>())).Json["new_contract"]!.GetValue<long>();
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(3));
        kit.Server.Faults.Set("Outbid", true);
        Assert.Equal(["stopped", "running"], await StatesAsync(kit, bid, firm));

        await kit.Server.SetContractEndAsync(firm, kit.Server.Clock.Now + s_minute);
        kit.Server.Clock.Advance(2 * s_minute);
        Assert.Equal(["stopped", "stopped"], await StatesAsync(kit, bid, firm));
        Assert.Equal("contract_ended", (await kit.AskAsync("PUT", $"api/v0/instances/{firm}/", """{"state":"running"}""")).Error);

        kit.Server.Faults.Set("Outbid", false);
        await kit.AskAsync("PUT", $"api/v0/instances/{bid}/", """{"state":"running"}""");
        kit.Server.Clock.Advance(TimeSpan.FromHours(10));
        JsonObject broke = (await kit.RowAsync(bid))!;
        Assert.All(["cur_state", "next_state", "intended_status"], field => Assert.Equal("stopped", broke[field]!.GetValue<string>()));
        double spent = (await kit.Server.GetInstancesAsync()).Sum(one => one.Spent);
        Assert.InRange(spent, 5, 5.5);
        Assert.Equal(0, (await kit.AskAsync("GET", "api/v0/users/current/")).Json["credit"]!.GetValue<double>());
    }

    [Fact]
    public async Task A_stopped_instance_waits_while_its_gpu_is_taken()
    {
        await using SimKit kit = await SimKit.StartAsync();
        long id = await kit.RentRunningAsync();
        kit.Server.Faults.Set("RestartStuck", true);
        await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"stopped"}""");
        kit.Server.Clock.Advance(s_minute);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"running"}""")).Status);
        kit.Server.Clock.Advance(s_minute);
        JsonObject row = (await kit.RowAsync(id))!;
        Assert.Equal(("running", "stopped"), (row["intended_status"]!.GetValue<string>(), row["cur_state"]!.GetValue<string>()));
        kit.Server.Faults.Set("RestartStuck", false);
        await kit.RowAsync(id);
        kit.Server.Clock.Advance(s_minute);
        Assert.Equal("running", (await kit.RowAsync(id))!["actual_status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_destroy_can_be_ignored()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Faults = ["DestroyIgnored"] });
        long id = await kit.RentRunningAsync();
        Assert.True((await kit.AskAsync("DELETE", $"api/v0/instances/{id}/", "{}")).Json["success"]!.GetValue<bool>());
        kit.Server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("running", (await kit.RowAsync(id))!["actual_status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Pages_are_25_rows_at_most_and_follow_a_token()
    {
        await using SimKit kit = await SimKit.StartAsync();
        List<JsonObject> offers = await kit.SearchAsync("""{"gpu_frac":{"eq":1}}""");
        foreach (JsonObject offer in offers.Take(27))
        {
            await kit.CreateAsync(offer["id"]!.GetValue<long>(), ",\"disk\":8,\"label\":\"many\"");
        }

        SimKit.Answer first = await kit.AskAsync("GET", "api/v1/instances/");
        Assert.Equal((25, 27), (first.Json["instances"]!.AsArray().Count, first.Json["total_instances"]!.GetValue<int>()));
        Assert.Equal(27, first.Json["label_counts"]!["many"]!.GetValue<int>());
        SimKit.Answer second = await kit.AskAsync(
            "GET", "api/v1/instances/?after_token=" + Uri.EscapeDataString(first.Json["next_token"]!.GetValue<string>()));
        Assert.Null(second.Json["next_token"]);
        Assert.Equal(27, first.Json["instances"]!.AsArray()
            .Concat(second.Json["instances"]!.AsArray()).Select(row => row!["id"]!.GetValue<long>()).Distinct().Count());
        Assert.Equal(5, (await kit.AskAsync("GET", "api/v1/instances/?limit=0")).Json["instances"]!.AsArray().Count);
        Assert.Equal("invalid_token", (await kit.AskAsync("GET", "api/v1/instances/?after_token=nonsense")).Error);
        Assert.Equal("invalid_request", (await kit.AskAsync("GET", "api/v1/instances/?limit=26")).Error);
        Assert.Equal(
            "invalid_request",
            (await kit.AskAsync("GET", "api/v1/instances/?select_filters=" + Uri.EscapeDataString("""{"dph_total":{"lt":1}}"""))).Error);
        JsonObject one = (await kit.AskAsync("GET", "api/v1/instances/?select_cols="
            + Uri.EscapeDataString("""["id","nothing"]""")
            + "&order_by="
            + Uri.EscapeDataString("""[{"col":"id","dir":"desc"}]""")
            + "&limit=1")).Json["instances"]![0]!.AsObject();
        Assert.Equal(["id", "nothing"], one.Select(pair => pair.Key));
        Assert.Equal((await kit.Server.GetInstancesAsync())[^1].InstanceId, one["id"]!.GetValue<long>());
    }

    [Fact]
    public async Task Charges_add_up_from_the_history_of_the_clock()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, EndTime = TimeSpan.Zero, BootTime = s_minute });
        DateTimeOffset start = kit.Server.Clock.Now;
        long id = await kit.RentAsync("""{"num_gpus":{"eq":1},"inet_down_cost":{"gt":0}}""");
        JsonObject row = (await kit.RowAsync(id))!;
        kit.Server.Clock.Advance(s_minute + TimeSpan.FromHours(2));
        await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"stopped"}""");
        await kit.RowAsync(id);
        await kit.Server.AddTrafficAsync(id, 50_000_000_000, 1_000_000_000);
        kit.Server.Clock.Advance(TimeSpan.FromHours(7));
        await kit.AskAsync("DELETE", $"api/v0/instances/{id}/", "{}");
        await kit.RowAsync(id);
        kit.Server.Clock.Advance(TimeSpan.FromHours(100));

        JsonObject[] rows = [.. (await kit.ChargesAsync(start, kit.Server.Clock.Now, ""","type":{"in":["instance"]}""")).Json["results"]!
            .AsArray().Select(row => row!.AsObject())];
        Dictionary<string, double> items = rows.SelectMany(row => row["items"]!.AsArray())
            .GroupBy(item => item!["type"]!.GetValue<string>(), item => item!["amount"]!.GetValue<double>())
            .ToDictionary(group => group.Key, Enumerable.Sum);
        double diskHours = 9 + (1.0 / 60);

        Assert.All(rows, row => Assert.Equal($"instance-{id}", row["source"]!.GetValue<string>()));
        Assert.Equal(2 * row["dph_base"]!.GetValue<double>(), items["gpu"], 6);
        Assert.Equal(diskHours * 20 * row["storage_cost"]!.GetValue<double>() / 720, items["disk"], 6);
        Assert.Equal(50 * row["inet_down_cost"]!.GetValue<double>(), items["bwd"], 9);
        Assert.Equal(1 * row["inet_up_cost"]!.GetValue<double>(), items["bwu"], 9);
        Assert.Equal(items.Values.Sum(), rows.Sum(row => row["amount"]!.GetValue<double>()), 9);
        Assert.Equal(100 - items.Values.Sum(), (await kit.AskAsync("GET", "api/v0/users/current/")).Json["credit"]!.GetValue<double>(), 6);
        Assert.Equal("invalid_args", (await kit.AskAsync("GET", "api/v0/charges/")).Error);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(86400)]
    public async Task Charges_are_booked_by_utc_day_and_the_open_day_grows(int unit)
    {
        DateTimeOffset midnight = new(2026, 7, 18, 0, 0, 0, TimeSpan.Zero);
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, StartTime = midnight.AddHours(20) });
        long id = await kit.RentRunningAsync();
        kit.Server.Clock.Advance(TimeSpan.FromHours(10));

        // Clients filter by seconds or by the number of the day.
        async Task<JsonObject[]> RowsAsync() => [.. (await kit.AskAsync(
            "GET",
            "api/v0/charges/?select_filters=" + Uri.EscapeDataString(
                $$$"""{"day":{"gte":{{{midnight.ToUnixTimeSeconds() / unit}}},"lte":{{{midnight.AddDays(2).ToUnixTimeSeconds() / unit}}}}}""")))
            .Json["results"]!.AsArray().Select(row => row!.AsObject())];
        JsonObject[] rows = await RowsAsync();

        Assert.Equal(
            [midnight.ToUnixTimeSeconds(), midnight.AddDays(1).ToUnixTimeSeconds()], rows.Select(row => row["start"]!.GetValue<long>()));
        Assert.All(rows, row => Assert.Equal(86400, row["end"]!.GetValue<long>() - row["start"]!.GetValue<long>()));
        double open = rows[1]["amount"]!.GetValue<double>();
        kit.Server.Clock.Advance(TimeSpan.FromHours(6));
        Assert.InRange((await RowsAsync())[1]["amount"]!.GetValue<double>(), open * 1.99, open * 2.01);
        Assert.Equal(rows[0]["amount"]!.GetValue<double>(), (await RowsAsync())[0]["amount"]!.GetValue<double>(), 9);
    }

    [Fact]
    public async Task A_log_link_works_after_some_tries_and_refuses_the_key()
    {
        await using SimKit kit = await SimKit.StartAsync();
        long id = await kit.RentRunningAsync();
        string link = (await kit.AskAsync("PUT", $"api/v0/instances/request_logs/{id}/", """{"tail":"1000"}""")).Json[
            "result_url"]!.GetValue<string>();

        Assert.Equal(HttpStatusCode.BadRequest, (await kit.AskAsync("GET", link)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("GET", link, key: null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await kit.AskAsync("GET", link, key: null)).Status);
        Assert.Contains("sshd is up", (await kit.AskAsync("GET", link, key: null)).Text, StringComparison.Ordinal);
        Assert.Equal("invalid_id", (await kit.AskAsync("PUT", "api/v0/instances/request_logs/1/", "{}")).Error);
    }

    [Fact]
    public async Task A_list_can_lack_what_a_look_by_its_id_finds()
    {
        await using SimKit kit = await SimKit.StartAsync();
        kit.Server.Faults.Set("ListForgets:1", true);
        kit.Server.Faults.Set("ListLacksNew:7", true);
        long id = await kit.RentRunningAsync();
        async Task<int> ListedAsync() => (await kit.AskAsync("GET", "api/v1/instances/")).Json["instances"]!.AsArray().Count;

        kit.Server.Clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(0, await ListedAsync());
        Assert.NotNull(await kit.RowAsync(id));
        Assert.Equal(1, await ListedAsync());
        kit.Server.Faults.Set("ListLacksNew:3600", true);
        Assert.Equal(0, await ListedAsync());
    }

    private static async Task<(string Actual, string Intended, string Contract)> StateAsync(SimKit kit, long id)
    {
        JsonObject row = (await kit.RowAsync(id))!;
        return (row["actual_status"]!.GetValue<string>(), row["intended_status"]!.GetValue<string>(), row["cur_state"]!.GetValue<string>());
    }

    private static async Task<List<string>> StatesAsync(SimKit kit, params long[] ids)
    {
        List<string> states = [];
        foreach (long id in ids)
        {
            states.Add((await kit.RowAsync(id))!["cur_state"]!.GetValue<string>());
        }

        return states;
    }
}
