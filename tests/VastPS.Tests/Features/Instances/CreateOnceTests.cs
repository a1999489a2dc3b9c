using System.Collections.Concurrent;
using System.Management.Automation;
using System.Text.Json.Nodes;
using VastPS.Features.Instances;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>Whatever happens to a create: it is sent once, and what exists afterwards is known.</summary>
public sealed class CreateOnceTests
{
    private const string Cheap = "Get-VastOffer -GpuCount 1 -First 1";
    private const string Rent = "New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false";

    [Theory]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.Reset, 0)]
    [InlineData(FaultKind.DropAfter, 1)]
    [InlineData(FaultKind.HalfClose, 1)]
    [InlineData(FaultKind.Stall, 1)]
    public async Task A_broken_connection_leaves_what_is_returned(FaultKind fault, int left)
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });

        // Also the limit of one call takes a fiftieth here.
        using var host = new CmdletHost(new RunspaceServices(
            () => new ApiEndpoint(vast.Server.Address, vast.Server.ApiKey, VastKeySource.Parameter, "the test"),
            new QuickClock(TimeSpan.FromMinutes(2))));
        vast.Server.Relay.Arm(fault, "PUT /api/v0/asks/", times: 1);
        Ran ran = host.Run($"{Cheap} | {Rent}");
        IReadOnlyList<SimInstanceView> there = await vast.Server.GetInstancesAsync();
        Assert.Equal(left, there.Count);
        Assert.InRange(vast.Requests.Count(IsCreate), 0, 1);
        if (left == 0)
        {
            ran.OneError("VastCreateUncertain");
        }
        else
        {
            Assert.Equal(there[0].InstanceId, Assert.Single(ran.Clean<VastInstance>()).InstanceId);
        }
    }

    [Theory]
    [InlineData(502, "<html>Bad Gateway</html>", true, "")]
    [InlineData(502, "<html>Bad Gateway</html>", false, "VastCreateUncertain")]
    [InlineData(504, "", true, "")]
    [InlineData(500, "<html>oops</html>", true, "")]
    [InlineData(200, """{"success":true,"new_con""", true, "")]
    [InlineData(200, """{"success":true,"new_con""", false, "VastCreateUncertain")]
    [InlineData(200, """{"success":true}""", true, "")]
    [InlineData(429, "API requests too frequent: endpoint threshold=0.5", false, "VastApiRateLimited")]
    [InlineData(410, """{"success":false,"error":"no_such_ask","msg":"gone"}""", false, "VastOfferGone")]
    public async Task A_bad_answer_is_never_followed_by_a_second_create(int status, string body, bool rents, string error)
    {
        var labels = new ConcurrentQueue<string>();
        string publicKey = (await File.ReadAllTextAsync(TestEnvironment.KeyPath + ".pub")).Trim();
        await using var server = new ScriptedVast(asked =>
        {
            switch (asked.Path.Split('?')[0])
            {
                case var path when path.Contains("/asks/", StringComparison.Ordinal):
                    labels.Enqueue(JsonNode.Parse(asked.Body)!["label"]!.GetValue<string>());
                    return new Reply(status, body);
                case var path
                    when path.Contains("/bundles", StringComparison.Ordinal) || path.Contains("/search/", StringComparison.Ordinal):
                    return Reply.Ok(
                        """{"offers":[{"id":5,"ask_contract_id":5,"machine_id":1,"num_gpus":1,"dph_base":0.1,"storage_cost":0.1,"disk_space":500,"rentable":true,"duration":900000}]}""");
                case var path when path.Contains("/users/", StringComparison.Ordinal):
                    return Reply.Ok("""{"credit":50}""");
                case var path when path.Contains("/ssh", StringComparison.Ordinal):
                    return Reply.Ok(new JsonArray(new JsonObject { ["id"] = 1, ["public_key"] = publicKey }).ToJsonString());
                default:
                    var box = new JsonObject
                        {
                        ["id"] = 7,
                        ["label"] = labels.FirstOrDefault(),
                        ["actual_status"] = "loading",
                        ["dph_base"] = 0.1
                    };
                    bool isList = asked.Path.Contains("/v1/", StringComparison.Ordinal);
                    return Reply.Ok(
                        new JsonObject { ["instances"] = !isList ? box : rents ? new JsonArray(box) : new JsonArray() }.ToJsonString());
            }
        });
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        Ran ran = host.Run($"New-VastInstance 5 {Rent[16..]}");
        Assert.Single(labels);
        if (rents)
        {
            Assert.Equal(7, Assert.Single(ran.Clean<VastInstance>()).InstanceId);
        }
        else
        {
            ran.OneError(error);
            Assert.Empty(ran.Output);
        }
    }

    [Fact]
    public async Task Two_at_the_same_time_rent_an_offer_once()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        using CmdletHost one = vast.Host();
        using CmdletHost two = vast.Host();
        VastOffer offer = one.Run(Cheap).Clean<VastOffer>()[0];
        Ran[] both = await Task.WhenAll(new[] { one, two }.Select(h => Task.Run(() => h.Run($"$o | {Rent}", ("o", offer)))));
        IReadOnlyList<SimInstanceView> there = await vast.Server.GetInstancesAsync();
        VastInstance rented = Assert.IsType<VastInstance>(Assert.Single(both.SelectMany(r => r.Output)));
        Assert.Equal(rented.InstanceId, Assert.Single(there).InstanceId);
        ErrorRecord error = Assert.Single(both.SelectMany(r => r.Errors.Append(r.Thrown)).OfType<ErrorRecord>());
        Assert.Equal("VastOfferGone", error.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public async Task A_price_that_jumps_at_the_create_is_said()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false, Faults = ["PriceRises:20"] });
        using CmdletHost host = vast.Host();
        Ran ran = host.Run($"{Cheap} | {Rent}");
        VastInstance rented = Assert.Single(ran.Clean<VastInstance>());
        Assert.Contains($"Remove-VastInstance -InstanceId {rented.InstanceId}", Assert.Single(ran.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_failed_create_left_is_gone_when_it_is_said_to_be()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(
            new SimOptions { Boxes = false, EndTime = TimeSpan.FromMilliseconds(200), Faults = ["CreateFailsButRents"] });
        using CmdletHost host = vast.Host();
        host.Run($"{Cheap} | {Rent}").OneError("VastCreateLeftGhost");
        Assert.Empty(host.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Fact]
    public async Task What_a_failed_create_left_and_cannot_be_removed_is_named()
    {
        await using SimulatedVast vast =
            await SimulatedVast.StartAsync(new SimOptions { Boxes = false, Faults = ["CreateFailsButRents", "DestroyIgnored"] });
        using CmdletHost host = vast.Host();
        Ran ran = host.Run($"{Cheap} | {Rent}");
        Assert.Equal(Assert.Single(await vast.Server.GetInstancesAsync()).InstanceId, ran.OneError("VastDestroyNotConfirmed").TargetObject);
    }

    [Fact]
    public async Task A_price_that_rose_since_the_search_is_not_paid()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        using CmdletHost host = vast.Host();
        VastOffer offer = host.Run(Cheap).Clean<VastOffer>()[0];
        Ran ran =
            host.Run($"New-VastInstance $id -GpuPricePerHour $p {Rent[16..]}", ("id", offer.OfferId), ("p", offer.GpuPricePerHour * 0.9m));
        ran.OneError("VastPriceRose");
        Assert.Empty(vast.Writes);
    }

    // Between the plan, which the user has seen, and the create lie a question and its answer.
    [Fact]
    public async Task A_price_that_rose_since_the_plan_is_not_paid()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        using CmdletHost host = vast.Host();
        VastOffer offer = host.Run(Cheap).Clean<VastOffer>()[0];
        var options = new RentOptions(
            offer.OfferId, 20, "i", TimeSpan.FromHours(1), "x", null, null, 0.02, new Dictionary<string, string>(), null, null);
        RentPlan plan = await host.Services.Renting.PlanAsync(options, default);
        VastException error = await Assert.ThrowsAsync<VastException>(
            () => host.Services.Renting.RentAsync(plan with { PricePerHour = plan.PricePerHour * 0.9m }, "label", default));
        Assert.Equal(VastReason.PriceRose, error.Reason);
        Assert.Empty(vast.Writes);
    }

    [Fact]
    public async Task Too_little_credit_rents_nothing()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false, Credit = 0.001 });
        using CmdletHost host = vast.Host();
        host.Run($"{Cheap} | {Rent}").OneError("VastInsufficientCredit");
        Assert.Empty(vast.Writes);
    }

    private static bool IsCreate(SimRequest request) => request.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal);
}
