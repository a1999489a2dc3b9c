using System.Management.Automation;
using System.Text.Json.Nodes;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Features.Simulation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>Whatever breaks after money began to flow: the error names what is charged.</summary>
[Collection(nameof(WholeProcess))]
public sealed class NamedChargesTests
{
    private const string Rent = "New-VastInstance 5 -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false";

    [Fact]
    public async Task A_rented_instance_that_cannot_be_read_is_named()
    {
        await using ScriptedVast server =
            Server(created: Reply.Ok("""{"success":true,"new_contract":7}"""), one: new Reply(500, "<html>oops</html>"));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        ErrorRecord error = host.Run(Rent).OneError("VastChangeUnconfirmed");
        Assert.Equal(7L, error.TargetObject);
        Assert.Contains("rental of instance 7 is not confirmed", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("Remove-VastInstance -InstanceId 7", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rented_instance_that_cannot_be_written_down_is_named()
    {
        string? state = Environment.GetEnvironmentVariable("VASTPS_STATE");
        await using ScriptedVast server = Server(onCreate: () =>
        {
            Environment.SetEnvironmentVariable("VASTPS_STATE", "/dev/null/state");
            return Reply.Ok("""{"success":true,"new_contract":7}""");
        });
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        try
        {
            Assert.Equal(7L, host.Run(Rent).OneError("VastChangeUnconfirmed").TargetObject);
        }
        finally
        {
            Environment.SetEnvironmentVariable("VASTPS_STATE", state);
        }
    }

    [Fact]
    public async Task A_lost_answer_and_a_list_that_fails_still_tell_the_label()
    {
        await using ScriptedVast server = Server(created: Reply.Lost, one: Reply.Lost, list: new Reply(500, "<html>oops</html>"));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        ErrorRecord error = host.Run(Rent).OneError("VastCreateUncertain");
        Assert.StartsWith("Get-VastInstance -Label 'vastps-run.", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("500", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_rented_that_could_not_be_written_down()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        using CmdletHost host = vast.Host();
        VastOffer offer = host.Run("Get-VastOffer -GpuCount 1 -First 1").Clean<VastOffer>()[0];
        string? state = Environment.GetEnvironmentVariable("VASTPS_STATE");
        try
        {
            Environment.SetEnvironmentVariable("VASTPS_STATE", "/dev/null/state");
            host.Run($"$offer | {Rent.Replace(" 5", "", StringComparison.Ordinal)}", ("offer", offer)).OneError("VastStateNotUsable");
        }
        finally
        {
            Environment.SetEnvironmentVariable("VASTPS_STATE", state);
        }

        Assert.Empty(vast.Writes);
    }

    [Fact]
    public async Task A_started_instance_that_is_not_seen_again_is_named()
    {
        int reads = 0;
        await using ScriptedVast server =
            Server(one: null, list: null, onRead: () => ++reads > 1 ? new Reply(500, "<html>oops</html>") : null);
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        ErrorRecord error = host.Run("Start-VastInstance 7 -Confirm:$false").OneError("VastChangeUnconfirmed");
        Assert.Contains("Remove-VastInstance -InstanceId 7", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    // Left alone it would begin to cost the moment somebody else gives the GPU back.
    [Fact]
    public async Task A_start_that_gets_no_GPU_is_withdrawn()
    {
        await using ScriptedVast server = Server();
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock(TimeSpan.FromMinutes(2))));
        ErrorRecord error = host.Run("Start-VastInstance 7 -Confirm:$false").OneError("VastStartNotConfirmed");
        Assert.Equal(7L, error.TargetObject);
        Assert.Equal(
            ["running", "stopped"],
            server.Requests.Where(r => r.Method == "PUT").Select(r => JsonNode.Parse(r.Body)!["state"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_stop_while_starting_names_the_instance()
    {
        await using ScriptedVast server = Server();
        var shown = new CaptureHost("Yes");
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint), shown);
        (Ran _, TimeSpan took) = host.RunAndStop("Start-VastInstance 7 -Confirm:$false", () => server.Requests.Any(r => r.Method == "PUT"));
        Promptly.Back(took);
        Assert.Contains("Stop-VastInstance -InstanceId 7", shown.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Remove-VastInstance", "DELETE")]
    [InlineData("Stop-VastInstance", "PUT")]
    public async Task One_that_fails_keeps_none_of_the_others_running(string command, string method)
    {
        await using SimulatedVast vast =
            await SimulatedVast.StartAsync(new SimOptions { Boxes = false, EndTime = TimeSpan.FromMilliseconds(20) });
        using CmdletHost host = vast.Host();
        VastInstance[] boxes =
            [.. host.Run("Get-VastOffer -GpuCount 1 -First 3 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false")
                .Clean<VastInstance>()];
        vast.Server.Relay.Arm(FaultKind.Reset, $"{method} /api/v0/instances/{boxes[0].InstanceId}/", times: 50);
        Ran ran = host.Run($"$boxes | {command} -Confirm:$false", ("boxes", boxes));
        Assert.Equal(boxes[0].InstanceId, ran.OneError("VastChangeUnconfirmed").TargetObject);
        Assert.All(
            boxes[1..],
            b => Assert.Contains(vast.Requests, r => r.Method == method && r.Path.Contains($"/{b.InstanceId}/", StringComparison.Ordinal)));
    }

    // Offer 5, and instance 7 that is loading; what is not given answers well.
    private static ScriptedVast Server(
        Reply? created = null, Func<Reply>? onCreate = null, Reply? one = null, Reply? list = null, Func<Reply?>? onRead = null)
    {
        string publicKey = File.ReadAllText(TestEnvironment.KeyPath + ".pub").Trim();
        var box = new JsonObject { ["id"] = 7, ["label"] = "vastps-x.0a1b2c3d.20270115T0830Z", ["actual_status"] = "loading", ["dph_base"] = 0.1 };
        return new ScriptedVast(asked => asked.Path.Split('?')[0] switch
        {
            var path when path.Contains("/asks/", StringComparison.Ordinal) => onCreate?.Invoke() ?? created ?? new Reply(500, ""),
            var path when path.Contains("/bundles", StringComparison.Ordinal) || path.Contains("/search/", StringComparison.Ordinal) =>
                Reply.Ok(
                    """{"offers":[{"id":5,"ask_contract_id":5,"machine_id":1,"num_gpus":1,"dph_base":0.1,"storage_cost":0.1,"disk_space":500,"rentable":true,"duration":900000}]}"""),
            var path when path.Contains("/users/", StringComparison.Ordinal) => Reply.Ok("""{"credit":50}"""),
            var path when path.Contains("/ssh", StringComparison.Ordinal) =>
                Reply.Ok(new JsonArray(new JsonObject { ["id"] = 1, ["public_key"] = publicKey }).ToJsonString()),
            _ when asked.Method == "PUT" => Reply.Ok("""{"success":true}"""),
            var path when path.Contains("/v1/", StringComparison.Ordinal) =>
                list ?? onRead?.Invoke() ?? Reply.Ok(new JsonObject { ["instances"] = new JsonArray(box.DeepClone()) }.ToJsonString()),
            _ => one ?? onRead?.Invoke() ?? Reply.Ok(new JsonObject { ["instances"] = box.DeepClone() }.ToJsonString()),
        });
    }
}
