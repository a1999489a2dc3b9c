using System.Collections.Concurrent;
using VastPS.Basics;
using VastPS.Features.Transfer;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>
/// Watches the runs of a list until each has an outcome, or until the time for watching is over, and then does what was agreed to.
/// </summary>
/// <param name="services">Of the runspace.</param>
/// <param name="list">The runs.</param>
/// <param name="options">How to watch.</param>
/// <param name="asked">What was asked for the time after them. Of several boxes each has a folder of its own.</param>
/// <param name="lane">Asks for consent, and shows what goes on.</param>
internal sealed class WatchFlow(RunspaceServices services, WatchList list, WatchOptions options, RunFinish asked, ILane lane)
{
    private readonly long[] _boxes = [.. list.All.Select(r => r.InstanceId).Distinct()];
    private readonly InstanceRound _instances = new(services.Api, [.. list.All.Select(r => r.InstanceId).Distinct()], services.Clock);
    private int _hasLogTrouble;

    private EndingFlows Ending => services.EndingWith(_instances.Api);

    /// <summary>Asks once, before anything begins; then watches them all.</summary>
    /// <param name="stop">Ends it; the runs are left alone.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        bool isAgreed = await IsAgreedAsync();
        if (isAgreed && asked.Paths.Count > 0)
        {
            ResultsFlow.DemandFolder(asked.Folder);
        }

        if (isAgreed && asked.Terms is { IsForced: false } terms && (terms.Action != VastFinishAction.Keep || terms.StopsOnTrouble))
        {
            await LetGoOfForeignAsync(stop);
        }

        RunRecord[] all = list.All;
        if (all.Any(r => r.End is null))
        {
            lane.Warn(Texts.WatchingRuns(all));
        }

        await WatchAsync(all, isAgreed, stop);
    }

    private async Task<bool> IsAgreedAsync()
    {
        RunRecord[] all = list.All;
        bool hasRules = options.AbortIf.Count > 0 || all.Any(r => r.IsOpen && r.AbortIf.Count > 0);
        return (hasRules || asked.IsSomething)
            && all.Length > 0
            && await lane.ConfirmAsync(
                string.Join(", ", all.Select(r => r.Name)),
                Texts.OnFinishAction(asked.Terms, hasRules, _boxes, asked.Paths, asked.Folder));
    }

    // Takes runs on instances that VastPS did not create from the list, each instance with its error: nothing that was asked for
    // may be done about them.
    private async Task LetGoOfForeignAsync(CancellationToken stop)
    {
        foreach (IGrouping<long, RunRecord> box in list.All.GroupBy(r => r.InstanceId))
        {
            if ((await _instances.FindAsync(box.Key, _instances.Before, stop)).Instance is { IsMine: false } foreign)
            {
                list.Fail(new VastException(VastReason.InstanceForeign, foreign.InstanceId, foreign.Label));
                foreach (RunRecord run in box)
                {
                    list.Remove(run.RunId);
                }
            }
        }
    }

    private async Task WatchAsync(RunRecord[] all, bool isAgreed, CancellationToken stop)
    {
        using CancellationTokenSource limit = options.Timeout is { } time ? new(time, services.Clock) : new();
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        var left = new ConcurrentBag<RunRecord>();
        await Task.WhenAll(all.Select((run, i) => (Run: run, Place: new WatchPlace(_instances, new SpreadRule(i, all.Length))))
            .GroupBy(r => r.Run.InstanceId)
            .Select(async box =>
            {
                RunFinish? agreed = isAgreed ? Of(box.Key) : null;
                WatchedRun?[] watched = await Task.WhenAll(
                    box.Select(r => WatchAsync(r.Run, r.Place, agreed, new Tokens(watching.Token, stop))));
                foreach (((RunRecord run, _), _) in box.Zip(watched).Where(w => w.Second is { End: null }))
                {
                    left.Add(run);
                }

                await FinishAsync([.. box.Select(r => r.Run)], [.. watched.OfType<WatchedRun>()], agreed, stop);
            }));
        if (!left.IsEmpty)
        {
            lane.Warn(Texts.WatchTimedOut([.. left.OrderBy(r => r.StartedAt)], options.Timeout!.Value));
        }
    }

    // Two boxes have their results under the same names.
    private RunFinish Of(long instanceId) =>
        _boxes.Length == 1 ? asked : asked with { Folder = Path.Combine(asked.Folder, $"{instanceId}") };

    // The instance is stopped or removed only when the last of its runs has an outcome, and its results are here.
    private async Task FinishAsync(RunRecord[] runs, WatchedRun[] watched, RunFinish? agreed, CancellationToken stop)
    {
        long id = runs[0].InstanceId;
        IReadOnlyList<string> facts = agreed is null
            ? []
            : watched.Any(w => w.End is null)
                ? [Texts.NotAllEnded(id)]
                : await agreed.RunAsync(Ending, runs, watched, new FinishListener(lane, list.Fail, list.Begin), stop);
        list.End(id);
        foreach (WatchedRun run in watched)
        {
            list.Remove(run.Run.RunId);
            lane.Write(run.Run.With(facts));
        }
    }

    // Null where the watching could not begin; the other runs are watched all the same.
    private async Task<WatchedRun?> WatchAsync(RunRecord run, WatchPlace place, RunFinish? agreed, Tokens ends)
    {
        VastRun? last = null;
        try
        {
            var listener = new WatchListener(
                (view, progress) =>
                {
                    last = view;
                    Show(progress, place.Spread.Count == 1);
                    Note(progress);
                },
                progress => Show(progress, place.Spread.Count == 1),
                text => lane.Warn($"{run.Name}: {text}"));
            WatchedRun watched = await services.Watching.WatchAsync(run, options, place, listener, ends.Watching);
            WatchedRun ended = agreed is null ? watched : await agreed.EndAsync(Ending, run, watched, ends.Stop);
            return ended.IsOver || ended.Run.Outcome != VastRunOutcome.Contradicted
                ? ended
                : ended with { Run = ended.Run.With([Texts.GoesOn]) };
        }
        catch (OperationCanceledException) when (ends.Watching.IsCancellationRequested && !ends.Stop.IsCancellationRequested)
        {
            VastRun view = last ?? RunView.Of(run, services.Clock.GetUtcNow(), Texts.NotLookedAt);
            return new WatchedRun(view.Unwatched(OutcomeRule.WatchEnded, Texts.WatchEnded(options.Timeout!.Value)), null, false);
        }
        catch (VastException e)
        {
            list.Fail(e);
            return null;
        }
    }

    // Of many runs each look is shown, and no percent: there is one line for all of them.
    private void Show(WatchProgress progress, bool isAlone)
    {
        DateTimeOffset now = services.Clock.GetUtcNow();
        lane.Progress(
            Texts.Watching(list.Count),
            WatchProgressRule.Line(progress, now),
            isAlone ? progress.Percent : null,
            isAlone && progress.End > now ? progress.End - now : null);
    }

    // A disk that is full ends no watch.
    private void Note(WatchProgress progress)
    {
        try
        {
            options.Log?.Add(Redactor.Clean(TerminalText.Line(WatchProgressRule.LogLine(progress))));
        }
        catch (VastException e)
        {
            if (Interlocked.Exchange(ref _hasLogTrouble, 1) == 0)
            {
                lane.Warn(Texts.WatchLogTrouble(e));
            }
        }
    }

    /// <summary>What ends the looks, and what ends all.</summary>
    private readonly record struct Tokens(CancellationToken Watching, CancellationToken Stop);
}
