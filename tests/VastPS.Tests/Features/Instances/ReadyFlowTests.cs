using System.Text.Json.Nodes;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>How a wait ends, look by look, without a box: what needs ssh stands in RentingTests and FailureActionTests.</summary>
public sealed class ReadyFlowTests
{
    private const string Loading = "loading running running";
    private const string Hopeless = "loading running running manifest_unknown";
    private const string Halted = "exited stopped stopped";

    private readonly List<WaitResult> _told = [];
    private readonly List<(long[] Ids, TimeSpan Elapsed)> _progress = [];

    // A list may lack an instance that is still there: it is gone when the server does not know its id either.
    [Fact]
    public async Task Gone_is_what_neither_the_list_nor_its_id_shows()
    {
        await using ScriptedVast server = Server(
            [(7, Halted), (8, Halted)], [(7, Halted), (8, "-" + Halted)], [(8, "-" + Halted)], []);
        await WaitAsync(server, VastWaitState.Gone, TimeSpan.FromMinutes(5), 7, 8);
        Assert.Equal([7, 8], _told.Select(t => t.InstanceId));
        Assert.All(_told, t => Assert.Equal((null, null), (t.Instance, t.Failure)));
        Assert.Equal(["7,8", "7,8", "8"], _progress.Select(p => string.Join(',', p.Ids)));
        Assert.True(_progress[1].Elapsed > _progress[0].Elapsed);
    }

    [Fact]
    public async Task One_that_is_asked_for_twice_is_told_of_once()
    {
        await using ScriptedVast server = Server([(7, Halted)]);
        await WaitAsync(server, VastWaitState.Stopped, TimeSpan.FromMinutes(5), 7, 7);
        Assert.Equal((7L, 7L), (_told.Single().InstanceId, _told.Single().Instance!.InstanceId));
        Assert.Empty(_progress);
    }

    [Theory]
    [InlineData(VastWaitState.Running)]
    [InlineData(VastWaitState.Stopped)]
    public async Task What_is_not_there_cannot_arrive_anywhere_else(VastWaitState goal)
    {
        await using ScriptedVast server = Server([], []);
        await WaitAsync(server, goal, TimeSpan.FromMinutes(5), 7);
        VastException failure = _told.Single().Failure!;
        Assert.Equal((VastReason.InstanceNotFound, 7L), (failure.Reason, failure.Target));
        Assert.Null(_told[0].Instance);
    }

    [Theory]
    [InlineData(VastWaitState.Gone)]
    [InlineData(VastWaitState.Stopped)]
    public async Task A_wait_that_takes_too_long_names_the_state_the_cost_and_what_to_type(VastWaitState goal)
    {
        await using ScriptedVast server = Server([(7, Loading)]);
        await WaitAsync(server, goal, TimeSpan.FromSeconds(4), 7);
        WaitResult told = _told.Single();
        Assert.Equal((VastReason.WaitTimedOut, 7L, 7L), (told.Failure!.Reason, told.Failure.Target, told.Instance!.InstanceId));
        Assert.Equal(
            [
                "4s", told.Instance.StateWord, "pulling", "It costs up to 0.1000 USD/h until it is removed.",
                "Wait-VastInstance -InstanceId 7 -Timeout 30m   or   Remove-VastInstance -InstanceId 7",
            ],
            told.Failure.Facts.Select(f => f?.ToString()));
        Assert.All(_progress, p => Assert.InRange(p.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4)));
        Assert.InRange(_progress.Count, 1, 3);
    }

    [Fact]
    public async Task A_boot_that_cannot_end_well_ends_the_wait_with_its_cause_and_the_others_go_on()
    {
        await using ScriptedVast server = Server([(7, Hopeless), (8, Loading)], []);
        await WaitAsync(server, VastWaitState.Running, TimeSpan.FromMinutes(5), 7, 8);
        Assert.Equal([7, 8], _told.Select(t => t.InstanceId));
        Assert.Equal(VastReason.InstanceWillNotRun, _told[0].Failure!.Reason);
        Assert.Equal(
            [
                "the image or its tag does not exist", "manifest unknown", "It costs up to 0.1000 USD/h until it is removed.",
                "Remove-VastInstance -InstanceId 7, then New-VastInstance with an -Image that exists and that this host may pull",
            ],
            _told[0].Failure!.Facts.Select(f => f?.ToString()));
        Assert.Equal(VastReason.InstanceNotFound, _told[1].Failure!.Reason);
        Assert.Equal("8", string.Join(',', _progress[0].Ids));
    }

    // What a boot has come to is a matter of a wait for it alone.
    [Fact]
    public async Task A_wait_for_the_stop_minds_no_failed_boot()
    {
        await using ScriptedVast server = Server([(7, Hopeless)], [(7, Halted)]);
        await WaitAsync(server, VastWaitState.Stopped, TimeSpan.FromMinutes(5), 7);
        Assert.Null(_told.Single().Failure);
    }

    // How long it has been as it is counts from the last change: a container that comes and goes is given its time each time.
    [Fact]
    public async Task A_container_that_ended_is_given_two_minutes_from_when_it_ended()
    {
        await using ScriptedVast server = Server([(7, Loading)], [(7, Loading)], [(7, "exited running running")]);
        await WaitAsync(server, VastWaitState.Running, TimeSpan.FromMinutes(20), 7);
        Assert.Contains("its container ended", (string)_told.Single().Failure!.Facts[0]!, StringComparison.Ordinal);
        Assert.InRange(_progress[^1].Elapsed, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(150));
    }

    [Theory]
    [InlineData("loading running running", true)]
    [InlineData("created running running", true)]
    [InlineData("rebooting running running", true)]
    [InlineData("exited running running", false)]
    public async Task What_was_never_up_is_given_longer_to_begin(string first, bool wasUp)
    {
        await using ScriptedVast server = Server([(7, first)], [(7, "exited running running")]);
        await WaitAsync(server, VastWaitState.Running, TimeSpan.FromMinutes(20), 7);
        Assert.Equal(
            wasUp ? "its container ended, and has not run again for 2m" : "its container has not begun to start in 10m",
            _told.Single().Failure!.Facts[0]);
    }

    [Fact]
    public async Task What_a_wait_sees_of_a_rental_is_noted()
    {
        await using ScriptedVast server = Server([(7, Loading)], [(7, Halted)]);
        RunspaceServices services = Services(server);
        await services.Rentals.OpenAsync(services.Api.Server, new Rental(7, "n", 0.1m, 0, null, []), default);
        await WaitAsync(services, VastWaitState.Stopped, TimeSpan.FromMinutes(5), 7);
        Assert.NotNull(_told.Single().Instance!.CostSoFar);
        Assert.True(Assert.Single(services.Rentals.All(services.Api.Server)).Events.Count > 1);
    }

    // Seen to run here it had run; rented here and only seen to load it had not; rented elsewhere nobody knows.
    [Theory]
    [InlineData("Running", true)]
    [InlineData("Created", false)]
    [InlineData("", null)]
    public async Task Whether_it_had_run_before_the_wait_is_told(string noted, bool? hadRun)
    {
        await using ScriptedVast server = Server([(7, Loading)], []);
        RunspaceServices services = Services(server);
        if (noted.Length > 0)
        {
            await services.Rentals.OpenAsync(services.Api.Server, new Rental(7, "n", 0.1m, 0, null, []), default);
            await services.Rentals.SeeAsync(services.Api.Server, 7, Enum.Parse<RentalEventKind>(noted), default);
        }

        await WaitAsync(services, VastWaitState.Running, TimeSpan.FromMinutes(5), 7);
        Assert.Equal(hadRun, _told.Single().HadRun);
    }

    private Task WaitAsync(ScriptedVast server, VastWaitState goal, TimeSpan timeout, params long[] ids) =>
        WaitAsync(Services(server), goal, timeout, ids);

    private async Task WaitAsync(RunspaceServices services, VastWaitState goal, TimeSpan timeout, params long[] ids)
    {
        await services.Ready.WaitAsync(
            ids,
            new WaitGoal(goal, timeout, null),
            _told.Add,
            (left, elapsed) => _progress.Add(([.. left.Select(i => i.InstanceId)], elapsed)),
            default);
    }

    // Also the longest pause between two looks takes a fiftieth here.
    private static RunspaceServices Services(ScriptedVast server) => new(() => server.Endpoint, new QuickClock(TimeSpan.FromSeconds(12)));

    // What each look shows: an instance with its status, intended status, contract and message; one behind a minus is not in the list.
    private static ScriptedVast Server(params (long Id, string Words)[][] looks)
    {
        int look = -1;
        return new ScriptedVast(asked =>
        {
            string[] path = asked.Path.Split('?')[0].TrimEnd('/').Split('/');
            bool isOne = long.TryParse(path[^1], out long id);
            look += isOne ? 0 : 1;
            (long Id, string Words)[] now = looks[Math.Min(look, looks.Length - 1)];
            return Reply.Ok(new JsonObject
            {
                ["instances"] = isOne
                    ? now.Where(b => b.Id == id).Select(Box).FirstOrDefault()
                    : new JsonArray([.. now.Where(b => b.Words[0] != '-').Select(Box)]),
            }.ToJsonString());
        });
    }

    private static JsonNode Box((long Id, string Words) box)
    {
        string[] words = box.Words.TrimStart('-').Split(' ');
        return new JsonObject
        {
            ["id"] = box.Id,
            ["actual_status"] = words[0],
            ["intended_status"] = words[1],
            ["cur_state"] = words[2],
            ["status_msg"] = words.Length > 3 ? words[3].Replace('_', ' ') : "pulling",
            ["dph_base"] = 0.1,
            ["dph_total"] = 0.1,
            ["start_date"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 5,
        };
    }
}
