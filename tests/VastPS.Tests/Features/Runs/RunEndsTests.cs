using System.Text.Json.Nodes;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Runs whose box cannot be reached or is gone: what is said of them, written down, and done about the box.</summary>
public sealed class RunEndsTests
{
    private readonly QuickClock _clock = new();
    private readonly StringLane _lane = new();
    private readonly List<VastException> _told = [];

    // What ends a run that goes on, and what that makes of its outcome. The box is gone: so are its processes.
    [Theory]
    [InlineData(nameof(RunEnding.TypedRule), VastFinishAction.Keep, false, true, nameof(RunEnding.Over), false)]
    [InlineData(nameof(RunEnding.NaNRule), VastFinishAction.Remove, false, true, nameof(RunEnding.NaNRule), true)]
    [InlineData(nameof(RunEnding.NaNRule), VastFinishAction.Keep, false, false, nameof(RunEnding.NaNRule), false)]
    [InlineData(nameof(RunEnding.OtherRule), VastFinishAction.Keep, true, true, nameof(RunEnding.OtherRule), true)]
    [InlineData(nameof(RunEnding.OtherRule), VastFinishAction.Remove, false, false, nameof(RunEnding.OtherRule), false)]
    [InlineData(nameof(RunEnding.Over), VastFinishAction.Remove, true, false, nameof(RunEnding.Over), false)]
    public async Task A_run_is_ended_where_that_was_agreed(
        string ending, VastFinishAction action, bool stopsOnTrouble, bool isEnded, string after, bool isDoubtful)
    {
        await using ScriptedVast server = Server(isListed: false);
        (EndingFlows flows, RunRecord run) = await OpenAsync(server);
        WatchedRun watched = Watched(run, Enum.Parse<RunEnding>(ending));
        WatchedRun ended = await Finish(new FinishTerms(action) { StopsOnTrouble = stopsOnTrouble }).EndAsync(flows, run, watched, default);
        Assert.Equal((isEnded, after), (ended.IsOver, ended.End!.Ending.ToString()));
        Assert.Equal(isEnded, ended.Run.Evidence.Contains(Texts.RunEnded));
        Assert.Equal(isEnded, ended.End.Evidence.Contains(Texts.RunEnded));
        Assert.Equal(isDoubtful, isEnded ? ended.End.IsDoubtful : watched.End!.IsDoubtful);
        Assert.Equal(isEnded, !ReferenceEquals(watched, ended));
    }

    [Fact]
    public async Task What_is_in_doubt_stays_so_and_what_is_over_is_left_alone()
    {
        await using ScriptedVast server = Server(isListed: false);
        (EndingFlows flows, RunRecord run) = await OpenAsync(server);
        WatchedRun doubtful = Watched(run, RunEnding.TypedRule);
        doubtful = doubtful with { End = doubtful.End! with { IsDoubtful = true } };
        Assert.True((await Finish(new FinishTerms(VastFinishAction.Keep)).EndAsync(flows, run, doubtful, default)).End!.IsDoubtful);

        int asked = server.Requests.Count;
        WatchedRun over = Watched(run, RunEnding.TypedRule) with { IsOver = true };
        Assert.Same(over, await Finish(new FinishTerms(VastFinishAction.Keep)).EndAsync(flows, run, over, default));
        WatchedRun endless = new(over.Run, null, false);
        Assert.Same(endless, await Finish(new FinishTerms(VastFinishAction.Keep)).EndAsync(flows, run, endless, default));
        Assert.Equal(asked, server.Requests.Count);
    }

    [Theory]
    [InlineData(nameof(RunEnding.TypedRule), nameof(RunEnding.NotEnded))]
    [InlineData(nameof(RunEnding.LostContact), nameof(RunEnding.LostContact))]
    public async Task What_cannot_be_ended_is_told_and_kept_in_mind(string ending, string left)
    {
        await using ScriptedVast server = Server(isListed: true);
        (EndingFlows flows, RunRecord run) = await OpenAsync(server);
        WatchedRun kept = await Finish(new FinishTerms(VastFinishAction.Keep) { StopsOnTrouble = true })
            .EndAsync(flows, run, Watched(run, Enum.Parse<RunEnding>(ending)), default);
        Assert.Equal((false, left), (kept.IsOver, kept.End!.Ending.ToString()));
        Assert.DoesNotContain(Texts.RunEnded, kept.Run.Evidence);
        Assert.Contains(kept.Run.Evidence, e => e.Contains("Instance 7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_box_that_is_gone_is_looked_for_and_one_that_is_there_is_fetched_from_by_hand()
    {
        foreach (bool isListed in new[] { true, false })
        {
            await using ScriptedVast server = Server(isListed);
            (EndingFlows flows, RunRecord run) = await OpenAsync(server);
            _told.Clear();
            RunFinish finish = new(["out"], Path.GetTempPath(), new FinishTerms(VastFinishAction.Keep), null);
            await finish.RunAsync(flows, [run], [Watched(run, RunEnding.Over)], Listener, default);
            VastException error = Assert.Single(_told);
            Assert.Equal((VastReason.ResultsNotReceived, 7L), (error.Reason, error.Target));
            Assert.Equal("train", error.Facts[0]);
            string next = (string)error.Facts[3]!;
            Assert.Equal(isListed, next != Texts.LookForIt);
            Assert.Equal(isListed, next.Contains("Receive-VastItem", StringComparison.Ordinal));
            Assert.Empty(_lane.Warnings);
        }
    }

    [Fact]
    public async Task Where_not_all_runs_of_a_box_were_watched_nothing_is_done()
    {
        await using ScriptedVast server = Server(isListed: true);
        (EndingFlows flows, RunRecord run) = await OpenAsync(server);
        IReadOnlyList<string> facts = await Finish(new FinishTerms(VastFinishAction.Remove))
            .RunAsync(flows, [run, run with { RunId = "run-other" }], [Watched(run, RunEnding.Over)], Listener, default);
        Assert.Equal([Texts.NotAllWatched(7)], facts);
        Assert.Empty(server.Requests);
    }

    // What lies on its disk goes with it: a checkpoint that nobody fetched is a reason to stop and not to remove.
    [Theory]
    [InlineData("ckpt", "PUT", 1)]
    [InlineData(null, "DELETE", 0)]
    public async Task Checkpoints_that_nobody_fetched_keep_the_disk(string? checkpoints, string methods, int warnings)
    {
        bool isRemoved = false;
        await using var server = new ScriptedVast(asked =>
        {
            isRemoved |= asked.Method == "DELETE";
            return asked.Method != "GET" ? Reply.Ok("""{"success":true}""") : Answer(asked, isRemoved ? null : Box(isStopped: true));
        });
        (EndingFlows flows, RunRecord run) = await OpenAsync(server, checkpoints);
        IReadOnlyList<string> facts = await Finish(new FinishTerms(VastFinishAction.Remove))
            .RunAsync(flows, [run], [Watched(run, RunEnding.Over)], Listener, default);
        Assert.Equal(methods, string.Join(' ', server.Requests.Where(r => r.Method != "GET").Select(r => r.Method)));
        Assert.Equal(warnings, _lane.Warnings.Count(w => w.Contains("ckpt", StringComparison.Ordinal)));
        Assert.Equal(methods == "DELETE", facts.Contains("instance 7 was removed"));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Of_a_box_that_does_not_answer_the_reason_is_said_and_of_one_that_is_gone_that_it_is()
    {
        await using (ScriptedVast server = Server(isListed: true))
        {
            (EndingFlows flows, RunRecord run) = await OpenAsync(server);
            VastRun read = Assert.Single(await flows.Runs.ReadAsync([run], [], _ => true, null, default));
            Assert.Equal((VastRunState.Unknown, null), (read.State, read.Outcome));
            Assert.NotEmpty(read.Evidence);
            Assert.True(flows.Services.RunRecords.Where(flows.Services.Api.Server, r => r.RunId == run.RunId).Single().IsOpen);
        }

        await using (ScriptedVast server = Server(isListed: false))
        {
            (EndingFlows flows, RunRecord run) = await OpenAsync(server);
            VastRun read = Assert.Single(await flows.Runs.ReadAsync([run], [7], _ => true, null, default));
            Assert.Equal((VastRunState.Ended, VastRunOutcome.Removed), (read.State, read.Outcome));
            Assert.NotNull(flows.Services.RunRecords.Where(flows.Services.Api.Server, r => r.RunId == run.RunId).Single().End);
        }
    }

    [Fact]
    public async Task A_run_of_another_account_is_no_removed_one_and_is_not_ended()
    {
        await using ScriptedVast server = Server(isListed: false);
        (EndingFlows flows, RunRecord run) = await OpenAsync(server);
        RunRecord other = run with { KeyMark = "of another key" };
        VastRun read = Assert.Single(await flows.Runs.ReadAsync([other], [], _ => true, null, default));
        Assert.Equal([Texts.OtherAccount(7)], read.Evidence);
        Assert.NotEqual(VastRunState.Ended, read.State);
        VastException error = await Assert.ThrowsAsync<VastException>(() => flows.Runs.EndAsync(other, TimeSpan.Zero, null, default));
        Assert.Equal(VastReason.RunOfOtherAccount, error.Reason);
        Assert.True(flows.Services.RunRecords.Where(flows.Services.Api.Server, r => r.RunId == run.RunId).Single().IsOpen);
    }

    [Theory]
    [InlineData("exited stopped stopped", true, 0)]
    [InlineData("running running running", false, 1)]
    public async Task Others_on_a_halted_box_are_none_and_on_a_silent_one_those_that_are_open(string states, bool hasAnswered, int names)
    {
        await using ScriptedVast server = Server(isListed: true);
        (EndingFlows flows, RunRecord run) = await OpenAsync(server);
        VastInstance box = states.StartsWith("exited", StringComparison.Ordinal)
            ? new VastInstance { InstanceId = 7, State = VastInstanceState.Stopped }
            : (await flows.Services.Api.FindInstanceAsync(7, default))!;
        OtherRuns others = await flows.Runs.OthersAsync(box, [], null, default);
        Assert.Equal((hasAnswered, names), (others.IsKnown, others.Names.Count));
        Assert.Empty((await flows.Runs.OthersAsync(box, [run], null, default)).Names);
    }

    private FinishListener Listener => new(_lane, _told.Add, _ => { });

    private static RunFinish Finish(FinishTerms terms) => new([], Path.GetTempPath(), terms, null);

    private WatchedRun Watched(RunRecord run, RunEnding ending)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        return new WatchedRun(
            RunView.Of(run, now), new RunEnd(VastRunOutcome.Contradicted, 76, now, ["loss nan"]) { Ending = ending }, false);
    }

    private async Task<(EndingFlows Flows, RunRecord Run)> OpenAsync(ScriptedVast server, string? checkpoints = null)
    {
        var services = new RunspaceServices(() => server.Endpoint, _clock);
        var run = new RunRecord("run-1", "train", 7, "sh train.sh", _clock.GetUtcNow().AddHours(-1)) { CheckpointPath = checkpoints };
        await services.RunRecords.OpenAsync(services.Api.Server, run, default);
        return (services.EndingWith(services.Api), run);
    }

    private static ScriptedVast Server(bool isListed) =>
        new(asked => asked.Method == "GET" ? Answer(asked, isListed ? Box(false) : null) : Reply.Ok("""{"success":true}"""));

    // The list, or the one. Without an address of ssh nobody can be asked.
    private static Reply Answer(Asked asked, JsonObject? box) => Reply.Ok(new JsonObject
    {
        ["success"] = true,
        ["instances"] = asked.Path.Contains("/7/", StringComparison.Ordinal) ? box : box is null ? new JsonArray() : new JsonArray(box),
        ["next_token"] = null,
    }.ToJsonString());

    private static JsonObject Box(bool isStopped) => new()
    {
        ["id"] = 7,
        ["label"] = "vastps-n.0a1b2c3d.20270115T0830Z",
        ["actual_status"] = isStopped ? "exited" : "running",
        ["intended_status"] = isStopped ? "stopped" : "running",
        ["cur_state"] = isStopped ? "stopped" : "running",
        ["dph_base"] = 0.1,
        ["dph_total"] = 0.1,
        ["storage_total_cost"] = 0.005,
    };

    /// <summary>Keeps what a command would show.</summary>
    private sealed class StringLane : ILane
    {
        public List<string> Warnings { get; } = [];

        public void Write(object value)
        {
        }

        public void Error(VastException error)
        {
        }

        public void Warn(string text) => Warnings.Add(text);

        public void Verbose(string text)
        {
        }

        public void Debug(string text)
        {
        }

        public void Progress(string activity, string status, int? percent = null, TimeSpan? left = null)
        {
        }

        public void ExitCode(int code)
        {
        }

        public Task<bool> ConfirmAsync(string target, string action) => Task.FromResult(true);
    }
}
