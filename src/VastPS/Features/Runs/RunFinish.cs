using VastPS.Features.Transfer;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What was agreed for the time after the runs of a box.</summary>
/// <param name="Paths">To fetch, from the box.</param>
/// <param name="Folder">Where they come to.</param>
/// <param name="Terms">What becomes of the instance.</param>
/// <param name="KeyPath">The user's private key; null for the usual places.</param>
internal sealed record RunFinish(IReadOnlyList<string> Paths, string Folder, FinishTerms Terms, string? KeyPath)
{
    // As the limit of the box gives it: a training script may save a last checkpoint.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    /// <summary>False where all stays as it is.</summary>
    public bool IsSomething => Terms.StopsOnTrouble || Terms.Action != VastFinishAction.Keep || Paths.Count > 0;

    /// <summary>
    /// Ends a run that goes on although it should not, where that was agreed to. What cannot be ended is told and kept in mind.
    /// </summary>
    public async Task<WatchedRun> EndAsync(EndingFlows flows, RunRecord run, WatchedRun watched, CancellationToken stop)
    {
        if (watched.End is not { Ending: var ending } seen || watched.IsOver || !FinishRule.Ends(ending, Terms))
        {
            return watched;
        }

        // What a rule that nobody typed ended is over, and in doubt.
        RunEnd end = seen with
        {
            At = flows.Services.Clock.GetUtcNow(),
            Evidence = [.. seen.Evidence, Texts.RunEnded],
            Ending = ending == RunEnding.NaNRule ? ending : RunEnding.Over,
            IsDoubtful = seen.IsDoubtful || ending != RunEnding.TypedRule,
        };
        try
        {
            await flows.Runs.EndAsync(run, s_grace, KeyPath, end, stop);

            // That it is over makes trouble no less a trouble: -Discard is about results, and removes no box after it.
            return new WatchedRun(
                watched.Run.With([Texts.RunEnded]), end with { Ending = ending == RunEnding.TypedRule ? RunEnding.Over : ending }, true);
        }
        catch (VastException e)
        {
            // Without contact nobody can end it, and it is none the worse for it.
            RunEnding left = ending == RunEnding.LostContact ? ending : RunEnding.NotEnded;
            return new WatchedRun(watched.Run.With([Texts.RunNotEnded(e)]), seen with { Ending = left }, false);
        }
    }

    /// <summary>
    /// Fetches, then stops or removes where that may be done. Data before money: what could not be fetched is still on the
    /// disk, so the box is stopped and not removed.
    /// </summary>
    /// <returns>The facts for the runs.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(
        EndingFlows flows,
        RunRecord[] runs,
        WatchedRun[] watched,
        FinishListener listener,
        CancellationToken stop)
    {
        (ILane lane, Action<VastException> tell, Action<long> acting) = listener;
        long id = runs[0].InstanceId;
        if (watched.Length < runs.Length)
        {
            return [Texts.NotAllWatched(id)];
        }

        Results got = await flows.Services.Results.ReceiveAsync(
            id, Paths, Folder, KeyPath, p => lane.Progress("Receiving", p.Status, p.Percent, p.Left), stop);
        bool isGone = got.Missing.Any(m => m.Reason == VastReason.InstanceNotFound);
        string[] here = got.Missing.Count == 0 ? [.. Paths] : [];

        // Checkpoints of earlier runs lie on the same disk, and would go with it as well.
        IEnumerable<RunRecord> all = flows.Services.RunRecords.Where(flows.Services.Api.Server, r => r.InstanceId == id).Concat(runs);
        string[] left = [.. all.Select(r => r.CheckpointPath).OfType<string>().Distinct().Where(p => !ResultPaths.IsWithin(p, here))];
        string[] notHere = [.. (here.Length == 0 ? Paths : []).Concat(left).Distinct()];
        var facts = new FinishFacts(
            Terms, [.. watched.Select(w => new FinishedRun(w.End!.Ending) { IsDoubtful = w.End.IsDoubtful, NotHere = notHere })]);
        Finished finished;
        try
        {
            finished = await flows.Finishing.FinishAsync(
                id, facts, (box, end) => flows.Runs.OthersAsync(box, runs, KeyPath, end), () => acting(id), stop);
        }
        catch (VastException e)
        {
            finished = new Finished(Texts.StillThere(id), new FinishVerdict(VastFinishAction.Keep, ""), e);
        }

        if (finished.Error is { } error)
        {
            tell(error);
        }

        bool isStopped = finished.Verdict.Action == VastFinishAction.Stop;
        if (got.Missing.Count > 0)
        {
            string why = string.Join(" ", got.Missing.Select(VastErrors.Sentence));
            string next = isGone ? Texts.LookForIt : Texts.FetchByHand(id, isStopped, notHere, Folder);
            tell(new VastException(
                VastReason.ResultsNotReceived, id, string.Join(", ", runs.Select(r => r.Name)), why, finished.Became, next));
        }
        else if (Terms.Action != VastFinishAction.Keep && (finished.Verdict.Why.Length > 0 || (isStopped && left.Length > 0)))
        {
            lane.Warn(left.Length > 0
                ? Texts.NotFetched(finished.Became, Texts.FetchByHand(id, isStopped, left, Folder))
                : Texts.Sentence(finished.Became));
        }

        return [.. Texts.Received(got), finished.Became];
    }
}

/// <summary>Hears of an end.</summary>
/// <param name="Lane">Progress and warnings.</param>
/// <param name="Tell">What could not be done.</param>
/// <param name="Acting">The instance, before anything becomes of it.</param>
internal sealed record FinishListener(ILane Lane, Action<VastException> Tell, Action<long> Acting);
