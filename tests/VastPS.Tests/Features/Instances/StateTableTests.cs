using System.Text.Json.Nodes;
using VastPS.Basics;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>
/// Every shape in which production shows an instance (vast-api.md 17) against every command that asks or changes it. One row is one shape:
/// what the container does, what is meant, the contract; then what the commands must make of it.
/// </summary>
public sealed class StateTableTests
{
    private const decimal Gpu = 0.4m;
    private const decimal Disk = 0.0111m;
    private const string Shape = """
        {"id":7,"dph_base":0.4,"dph_total":0.4111,"storage_total_cost":0.0111,"gpu_name":"RTX 4090","num_gpus":1,"next_state":"stopped"}
        """;

    // Words: actual_status intended_status cur_state. The burn counts a GPU that is held; what a wait for Running says in the end.
    public static TheoryData<string, VastInstanceState, decimal, string, string> Shapes => new()
    {
        { "exited stopped stopped", VastInstanceState.Stopped, Disk, "VastInstanceWillNotRun", "it is stopped: nobody started it" },
        { "stopped stopped stopped", VastInstanceState.Stopped, Disk, "VastInstanceWillNotRun", "it is stopped: nobody started it" },
        { "running stopped stopped", VastInstanceState.Running, Disk, "VastInstanceWillNotRun", "it is stopped" }, // the host reports late
        { "exited running running", VastInstanceState.Starting, Gpu + Disk, "VastWaitTimedOut", "it is starting" },
        { "exited running stopped", VastInstanceState.Starting, Disk, "VastWaitTimedOut", "waiting for its GPU, which somebody else has" },
        { "scheduling running stopped", VastInstanceState.Starting, Disk, "VastWaitTimedOut", "waiting for its GPU" },
        { "null running running", VastInstanceState.Provisioning, Gpu + Disk, "VastWaitTimedOut", "it is provisioning" },
        { "created running running", VastInstanceState.Created, Gpu + Disk, "VastWaitTimedOut", "it is created" },
        { "loading running running", VastInstanceState.Loading, Gpu + Disk, "VastWaitTimedOut", "it is loading" },
        { "restarting running running", VastInstanceState.Rebooting, Gpu + Disk, "VastWaitTimedOut", "it is restarting" },
        { "recycling running running", VastInstanceState.Recycling, Gpu + Disk, "VastWaitTimedOut", "it is recycling" },
        { "frozen running running", VastInstanceState.Frozen, Gpu + Disk, "VastWaitTimedOut", "it is frozen" },
        { "unknown running running", VastInstanceState.NoHeartbeat, Gpu + Disk, "VastInstanceWillNotRun", "no sign of life for 5m" },
        { "offline running running", VastInstanceState.Offline, 0, "VastInstanceWillNotRun", "offline for 5m" },
        { "levitating running running", VastInstanceState.Unknown, Gpu + Disk, "VastWaitTimedOut", "it is levitating" },
        { "running running running", VastInstanceState.Running, Gpu + Disk, "VastInstanceNoSsh", "does not answer over ssh" },
        { "outbid exited stopped stopped", VastInstanceState.Stopped, Disk, "VastInstanceWillNotRun", "it was outbid: its bid is 0.4000" },
        { "broke exited stopped stopped", VastInstanceState.Stopped, Disk, "VastInstanceWillNotRun", "out of credit" },
        { "ended exited stopped stopped", VastInstanceState.Stopped, Disk, "VastInstanceWillNotRun", "its contract ended" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_command_reads_a_shape_as_it_is(
        string words, VastInstanceState state, decimal burn, string waitError, string waitWords)
    {
        await using var server = new Server(words);
        using CmdletHost host = server.Host();

        VastInstance box = Assert.Single(host.Run("Get-VastInstance 7").Clean<VastInstance>());
        Assert.Equal(state, box.State);
        Assert.Equal(state, Assert.Single(host.Run("Get-VastInstance").Clean<VastInstance>()).State);
        Assert.Equal(burn, Assert.Single(host.Run("Get-VastAccount").Clean<VastAccount>()).BurnPerHour);

        // Whatever is agreed to, a wait removes no box that may hold data; this one was rented elsewhere, so nobody knows.
        string said = host.Run("Wait-VastInstance 7 -Timeout 6m -OnFailure Remove -WarningAction Ignore").OneError(waitError).ToString();
        Assert.Contains(waitWords, said, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Changes, c => c.StartsWith("DELETE", StringComparison.Ordinal));

        server.Become(words);
        Assert.Equal(
            (VastInstanceState.Stopped, VastMeters.Disk),
            host.Run("Stop-VastInstance 7 -PassThru -WarningAction Ignore").Clean<VastInstance>().Select(b => (b.State, b.Meters)).Single());

        server.Become(words);
        Assert.Equal("running", Assert.Single(host.Run("Start-VastInstance 7 -Confirm:$false").Clean<VastInstance>()).ContractState);

        server.Become(words);
        Assert.Empty(host.Run("Remove-VastInstance 7 -Confirm:$false").Clean<object>());
        host.Run("Get-VastInstance 7").OneError("VastInstanceNotFound");
        host.Run("Wait-VastInstance 7").OneError("VastInstanceNotFound");
        Assert.Empty(host.Run("Wait-VastInstance 7 -State Gone").Clean<object>());
    }

    // The server may not know for a moment what it has: once absent is not gone.
    [Fact]
    public async Task One_look_that_shows_nothing_is_no_end()
    {
        await using var server = new Server("loading running running");
        using CmdletHost host = server.Host();
        foreach (string command in new[] { "Get-VastInstance 7", "Stop-VastInstance 7 -PassThru -WarningAction Ignore" })
        {
            server.Absences = 1;
            Assert.Equal(7, Assert.Single(host.Run(command).Clean<VastInstance>()).InstanceId);
        }

        server.Absences = 2;
        host.Run("Get-VastInstance 7").OneError("VastInstanceNotFound");
    }

    /// <summary>One instance in a shape, which a stop, a start and a removal change.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly ScriptedVast _vast;
        private volatile string _words;
        private volatile int _absences;

        public Server(string words)
        {
            _words = words;
            _vast = new ScriptedVast(asked => Answer(asked));
        }

        /// <summary>So many looks by its id show nothing.</summary>
        public int Absences { set => _absences = value; }

        public IEnumerable<string> Changes => _vast.Requests.Where(r => r.Method != "GET").Select(r => $"{r.Method} {r.Path} {r.Body}");

        public CmdletHost Host() => new(new RunspaceServices(() => _vast.Endpoint, new QuickClock(TimeSpan.FromSeconds(12))));

        public void Become(string words) => _words = words;

        public ValueTask DisposeAsync() => _vast.DisposeAsync();

        private Reply Answer(Asked asked)
        {
            string path = asked.Path.Split('?')[0];
            if (path.Contains("/users/", StringComparison.Ordinal))
            {
                return Reply.Ok($$"""{"id":1,"credit":{{(_words.StartsWith("broke", StringComparison.Ordinal) ? 0 : 25)}}}""");
            }

            if (asked.Method == "PUT")
            {
                _words = asked.Body.Contains("running", StringComparison.Ordinal) ? "exited running running" : "exited stopped stopped";
                return Reply.Ok("""{"success":true}""");
            }

            if (asked.Method == "DELETE")
            {
                _words = "";
                return Reply.Ok("""{"success":true}""");
            }

            if (path.Contains("/v1/", StringComparison.Ordinal))
            {
                return Reply.Ok(new JsonObject { ["instances"] = _words.Length > 0 ? new JsonArray(Row()) : new JsonArray() }.ToJsonString());
            }

            return _words.Length == 0 ? new Reply(404, """{"success":false,"error":"no_such_instance"}""")
                : Interlocked.Decrement(ref _absences) >= 0 ? Reply.Ok("""{"instances":null}""")
                : Reply.Ok(new JsonObject { ["instances"] = Row() }.ToJsonString());
        }

        private JsonObject Row()
        {
            string[] words = _words.Split(' ');
            JsonObject row = JsonNode.Parse(Shape)!.AsObject();
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            row["label"] = InstanceLabel.Make("table", "0123abcd", now.AddHours(2));
            row["start_date"] = now.AddHours(-1).ToUnixTimeSeconds();
            row["end_date"] = now.AddDays(words[0] == "ended" ? -1 : 9).ToUnixTimeSeconds();
            row["is_bid"] = words[0] == "outbid";
            row["min_bid"] = 0.5;
            row["actual_status"] = words[^3] == "null" ? null : words[^3];
            row["intended_status"] = words[^2];
            row["cur_state"] = words[^1];
            return row;
        }
    }
}
