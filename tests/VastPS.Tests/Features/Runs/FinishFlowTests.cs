using VastPS.Features.Instances;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>What becomes of an instance after its runs, and after a wait in vain, word for word.</summary>
public sealed class FinishFlowTests
{
    private const string Ours = "vastps-n.0a1b2c3d.20270115T0830Z";
    private const string Running = "running running running";
    private const string Stopped = "exited stopped stopped";

    private readonly List<string> _asked = [];

    [Fact]
    public async Task What_is_gone_is_said_to_be_and_nobody_is_asked()
    {
        await using ScriptedVast server = Server(Ours, "");
        Finished finished = await FinishAsync(server, new FinishTerms(VastFinishAction.Remove));
        Assert.Equal(("instance 7 is gone", VastFinishAction.Keep, null), (finished.Became, finished.Verdict.Action, finished.Error));
        Assert.Empty(_asked);
        Assert.All(server.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task What_may_be_removed_is_removed_once_and_told_before()
    {
        await using ScriptedVast server = Server(Ours, Running, "");
        Finished finished = await FinishAsync(server, new FinishTerms(VastFinishAction.Remove));
        Assert.Equal(
            ("instance 7 was removed", VastFinishAction.Remove, null), (finished.Became, finished.Verdict.Action, finished.Error));
        Assert.Equal(["others", "acting"], _asked);
        Assert.Single(server.Requests, r => r.Method == "DELETE");
    }

    [Theory]
    [InlineData(VastFinishAction.Stop, false, @"^instance 7 was stopped; its disk goes on costing 0\.12 USD per day$")]
    [InlineData(
        VastFinishAction.Remove,
        true,
        @"^instance 7 was stopped; its disk goes on costing 0\.12 USD per day; it was not removed, because its disk still has the results$")]
    public async Task What_is_stopped_is_said_with_what_its_disk_costs(VastFinishAction action, bool isLeft, string became)
    {
        await using ScriptedVast server = Server(Ours, Running, Stopped);
        Finished finished =
            await FinishAsync(server, new FinishTerms(action), new FinishedRun(RunEnding.Over) { NotHere = isLeft ? ["out"] : [] });
        Assert.Matches(became, finished.Became);
        Assert.Equal(VastFinishAction.Stop, finished.Verdict.Action);
        Assert.Single(server.Requests, r => r.Method == "PUT");
        Assert.DoesNotContain(server.Requests, r => r.Method == "DELETE");
    }

    [Theory]
    [InlineData(VastFinishAction.Keep, Ours, "", "", "instance 7 is kept as it is; it costs 0.1000 USD/h", null)]
    [InlineData(
        VastFinishAction.Remove, Ours, "theirs", "others",
        "instance 7 is kept: the run 'theirs' still goes on there; it costs 0.1000 USD/h", VastReason.RunsShareBox)]
    [InlineData(
        VastFinishAction.Remove, "mine", "", "others",
        "instance 7 is kept: VastPS did not create it, and -Force was not given; it costs 0.1000 USD/h", VastReason.InstanceForeign)]
    public async Task What_is_kept_is_said_with_why_and_what_it_costs(
        VastFinishAction action, string label, string other, string asked, string became, VastReason? error)
    {
        await using ScriptedVast server = Server(label, Running);
        Finished finished = await FinishAsync(server, new FinishTerms(action), other: other);
        Assert.Equal((became, VastFinishAction.Keep, error), (finished.Became, finished.Verdict.Action, finished.Error?.Reason));
        Assert.Equal(asked, string.Join(' ', _asked));
        Assert.All(server.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Theory]
    [InlineData(VastFinishAction.Remove, "removed", VastReason.DestroyNotConfirmed)]
    [InlineData(VastFinishAction.Stop, "stopped", VastReason.StopNotConfirmed)]
    public async Task What_is_not_seen_to_happen_is_not_believed(VastFinishAction action, string done, VastReason reason)
    {
        await using ScriptedVast server = Server(Ours, Running);
        Finished finished = await FinishAsync(server, new FinishTerms(action));
        Assert.Equal($"instance 7 may not be {done}, and then costs 0.1000 USD/h", finished.Became);
        Assert.Equal((action, reason), (finished.Verdict.Action, finished.Error!.Reason));
    }

    // A hole in a sentence, or a 0, would look like a price.
    [Theory]
    [InlineData(VastFinishAction.Keep, "instance 7 is kept as it is; it costs an unknown amount per hour")]
    [InlineData(VastFinishAction.Stop, "instance 7 was stopped; its disk goes on costing an unknown amount per day")]
    public async Task A_price_that_the_server_does_not_tell_is_said_to_be_unknown(VastFinishAction action, string became)
    {
        await using ScriptedVast server = Server(Ours, Running + " unpriced", Stopped + " unpriced");
        Assert.Equal(became, (await FinishAsync(server, new FinishTerms(action))).Became);
    }

    [Theory]
    [InlineData(VastFailureAction.Stop, Stopped, "It was stopped; its disk goes on costing an unknown amount per hour until it is removed.")]
    [InlineData(VastFailureAction.Remove, Running, "It may still cost an unknown amount per hour. It costs up to an unknown amount per hour")]
    public async Task Nor_is_one_missing_where_a_wait_was_in_vain(VastFailureAction asked, string after, string became)
    {
        await using ScriptedVast server = Server(Ours, after + " unpriced");
        var failure = new VastException(VastReason.WaitTimedOut, 7L, "4s", "loading", "pulling", "costs", "type");
        var box = new VastInstance { InstanceId = 7, Label = Ours, IsMine = true };
        (VastException error, _) = await Services(server).Unready.ActAsync(new WaitResult(7, box, failure, false), asked, false, default);
        Assert.Contains(became, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_while_the_box_is_asked_ends_it_before_anything_is_done()
    {
        await using ScriptedVast server = Server(Ours, Running);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Finishing(server).FinishAsync(
            7,
            new FinishFacts(new FinishTerms(VastFinishAction.Remove), [new FinishedRun(RunEnding.Over)]),
            (_, _) =>
            {
                stop.Cancel();
                return Task.FromResult(new OtherRuns([], true));
            },
            () => _asked.Add("acting"),
            stop.Token));
        Assert.Empty(_asked);
        Assert.All(server.Requests, r => Assert.Equal("GET", r.Method));
    }

    // The wait for a box ended in vain: what was agreed to is done, unless it is not ours or may hold data.
    [Theory]
    [InlineData(VastFailureAction.Remove, Ours, false, false, "", "It was removed; nothing", "Get-VastOffer, and take another", true)]
    [InlineData(VastFailureAction.Remove, "mine", true, false, "", "It was removed; nothing", "Get-VastOffer, and take another", true)]
    [InlineData(
        VastFailureAction.Remove, Ours, false, true, Stopped,
        "It was stopped and not removed, because it had run before", "Remove-VastInstance -InstanceId 7", false)]
    [InlineData(
        VastFailureAction.Remove, Ours, false, null, Stopped,
        "It was stopped and not removed, because it may have run before", "Remove-VastInstance -InstanceId 7", false)]
    [InlineData(
        VastFailureAction.Stop, Ours, false, false, Stopped,
        "It was stopped; its disk goes on", "Remove-VastInstance -InstanceId 7", false)]
    [InlineData(
        VastFailureAction.Remove, "mine", false, false, Running,
        "It was NOT removed, because VastPS did not create it. It costs up to 0.1000 USD/h",
        "Wait-VastInstance -InstanceId 7 -OnFailure Remove -Force   or   Remove-VastInstance -InstanceId 7 -Force", false)]
    [InlineData(
        VastFailureAction.Stop, "mine", false, false, Running,
        "It was NOT stopped, because VastPS did not create it.",
        "Wait-VastInstance -InstanceId 7 -OnFailure Stop -Force   or   Remove-VastInstance -InstanceId 7 -Force", false)]
    [InlineData(
        VastFailureAction.Remove, Ours, false, false, Running,
        "It was NOT removed: ", "Get-VastInstance -InstanceId 7   then   Remove-VastInstance -InstanceId 7", false)]
    [InlineData(
        VastFailureAction.Stop, Ours, false, false, Running,
        "It was NOT stopped: ", "Get-VastInstance -InstanceId 7   then   Remove-VastInstance -InstanceId 7", false)]
    public async Task A_wait_in_vain_says_what_became_of_the_box(
        VastFailureAction asked, string label, bool force, bool? hadRun, string after, string became, string next, bool isGone)
    {
        await using ScriptedVast server = Server(label, after);
        var box = new VastInstance { InstanceId = 7, Label = label, IsMine = label == Ours, PricePerHour = 0.1m, DiskPricePerHour = 0.01m };
        var failure = new VastException(VastReason.WaitTimedOut, 7L, "4s", "loading", "pulling", "costs", "type");
        (VastException error, bool gone) =
            await Services(server).Unready.ActAsync(new WaitResult(7, box, failure, hadRun), asked, force, default);
        Assert.Equal((VastReason.WaitTimedOut, 7L, isGone), (error.Reason, error.Target, gone));
        Assert.Equal(["4s", "loading", "pulling"], error.Facts.Take(3).Select(f => f?.ToString()));
        Assert.StartsWith(became, (string)error.Facts[3]!, StringComparison.Ordinal);
        Assert.Equal((next, 5), (error.Facts[4], error.Facts.Count));
    }

    private Task<Finished> FinishAsync(ScriptedVast server, FinishTerms terms, FinishedRun? run = null, string other = "") =>
        Finishing(server).FinishAsync(
            7,
            new FinishFacts(terms, [run ?? new FinishedRun(RunEnding.Over)]),
            (box, _) =>
            {
                Assert.Equal(7, box.InstanceId);
                _asked.Add("others");
                return Task.FromResult(new OtherRuns(other.Length > 0 ? [other] : [], true));
            },
            () => _asked.Add("acting"),
            default);

    private static FinishFlow Finishing(ScriptedVast server)
    {
        RunspaceServices services = Services(server);
        return services.EndingWith(services.Api).Finishing;
    }

    private static RunspaceServices Services(ScriptedVast server) => OneInstance.Services(server);

    private static ScriptedVast Server(string label, params string[] reads) => OneInstance.Server(label, reads);
}
