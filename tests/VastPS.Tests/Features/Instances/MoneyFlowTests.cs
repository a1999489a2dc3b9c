using System.Text.Json.Nodes;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>A change that is money is asked for once, and believed when the server shows it.</summary>
public sealed class MoneyFlowTests
{
    private const string Running = "running running running";

    [Fact]
    public async Task A_removal_is_asked_for_once_and_over_when_nothing_is_listed()
    {
        await using ScriptedVast server = Server(Running, Running, "");
        await Services(server).Destroying.DestroyAsync(7, 0.1m, default);
        Assert.Equal(["DELETE", "GET", "GET", "GET", "GET"], server.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task A_removal_that_was_seen_is_noted_and_ends_the_cost()
    {
        await using ScriptedVast server = Server("");
        RunspaceServices services = Services(server);
        await services.Rentals.OpenAsync(services.Api.Server, new Rental(7, "n", 0.1m, 0, null, []), default);
        await services.Destroying.DestroyAsync(7, 0.1m, default);
        Assert.True(Assert.Single(services.Rentals.All(services.Api.Server)).IsClosed);
    }

    [Fact]
    public async Task A_removal_that_does_not_show_within_a_minute_names_what_goes_on_costing()
    {
        await using ScriptedVast server = Server(Running);
        VastException error = await Assert.ThrowsAsync<VastException>(() => Services(server).Destroying.DestroyAsync(7, 0.1m, default));
        Assert.Equal((VastReason.DestroyNotConfirmed, 7L, "1m"), (error.Reason, error.Target, error.Facts[0]));
        Assert.Single(server.Requests, r => r.Method == "DELETE");
        Assert.InRange(server.Requests.Count(r => r.Method == "GET"), 15, 31);
    }

    // A container that has ended is charged for as long as its contract runs.
    [Fact]
    public async Task A_stop_is_over_when_the_contract_has_stopped_and_no_sooner()
    {
        await using ScriptedVast server = Server(Running, "exited stopped running", "exited stopped stopped");
        VastInstance stopped = await Services(server).Power.StopAsync(new VastInstance { InstanceId = 7 }, default);
        Assert.Equal(("stopped", true), (stopped.ContractState, stopped.IsHalted));
        Assert.Equal(["PUT", "GET", "GET", "GET"], server.Requests.Select(r => r.Method));
        Assert.Equal("stopped", State(server.Requests[0]));
    }

    [Fact]
    public async Task A_stop_that_does_not_show_within_two_minutes_is_not_believed()
    {
        await using ScriptedVast server = Server("exited stopped running");
        VastException error = await Assert.ThrowsAsync<VastException>(
            () => Services(server).Power.StopAsync(new VastInstance { InstanceId = 7 }, default));
        Assert.Equal((VastReason.StopNotConfirmed, 7L, "2m"), (error.Reason, error.Target, error.Facts[0]));
        Assert.Single(server.Requests, r => r.Method == "PUT");
    }

    [Fact]
    public async Task A_start_is_over_when_the_contract_runs()
    {
        await using ScriptedVast server = Server("exited running stopped", "exited running running");
        VastInstance started = await Services(server).Power.StartAsync(new VastInstance { InstanceId = 7 }, default);
        Assert.Equal("running", started.ContractState);
        Assert.Equal(["PUT", "GET", "GET"], server.Requests.Select(r => r.Method));
        Assert.Equal("running", State(server.Requests[0]));
    }

    [Fact]
    public async Task A_start_of_what_is_gone_is_withdrawn_from_nobody()
    {
        await using ScriptedVast server = Server("");
        VastException error = await Assert.ThrowsAsync<VastException>(
            () => Services(server).Power.StartAsync(new VastInstance { InstanceId = 7 }, default));
        Assert.Equal((VastReason.InstanceNotFound, 7L), (error.Reason, error.Target));
        Assert.Equal(["PUT", "GET", "GET"], server.Requests.Select(r => r.Method));
    }

    // Not taken: a clear no of the server is its own error. Taken or perhaps taken: the instance is named, once.
    [Theory]
    [InlineData(false, false, false, VastReason.OfferGone)]
    [InlineData(false, true, false, VastReason.ChangeUnconfirmed)]
    [InlineData(true, false, false, VastReason.ChangeUnconfirmed)]
    [InlineData(true, true, false, VastReason.ChangeUnconfirmed)]
    [InlineData(false, true, true, VastReason.OfferGone)] // names it already
    [InlineData(true, false, true, VastReason.OfferGone)]
    public async Task What_breaks_after_money_may_flow_names_the_instance(bool isTaken, bool isUncertain, bool isNamed, VastReason reason)
    {
        var trouble = new VastException(VastReason.OfferGone, isNamed ? 7L : "x", "gone") { IsUncertain = isUncertain };
        VastException error = await Assert.ThrowsAsync<VastException>(() => Charged.ChangeAsync(
            "stop",
            7,
            0.1m,
            () => isTaken ? Task.CompletedTask : Task.FromException(trouble),
            () => Task.FromException<bool>(trouble)));
        Assert.Equal(reason, error.Reason);
        if (reason == VastReason.ChangeUnconfirmed)
        {
            Assert.Equal((7L, "stop", 0.1m, trouble), (error.Target, error.Facts[0], error.Facts[2], error.InnerException));
        }
    }

    private static string State(Asked asked) => JsonNode.Parse(asked.Body)!["state"]!.GetValue<string>();

    private static RunspaceServices Services(ScriptedVast server) => new(() => server.Endpoint, new QuickClock());

    // What a read shows: status, intended status and contract, or nothing. The last one again and again.
    private static ScriptedVast Server(params string[] reads)
    {
        int read = 0;
        return new ScriptedVast(asked =>
        {
            if (asked.Method != "GET")
            {
                return Reply.Ok("""{"success":true}""");
            }

            string[] words = reads[Math.Min(read++, reads.Length - 1)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            JsonObject? box = words.Length == 0 ? null : new JsonObject
            {
                ["id"] = 7,
                ["actual_status"] = words[0],
                ["intended_status"] = words[1],
                ["cur_state"] = words[2],
                ["dph_base"] = 0.1,
            };
            return Reply.Ok(new JsonObject { ["instances"] = box }.ToJsonString());
        });
    }
}
