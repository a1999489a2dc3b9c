using VastPS.Features.Transfer;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What was agreed for the time after the runs of a box.</summary>
/// <param name="Paths">To fetch, from the box.</param>
/// <param name="Folder">Where they come to.</param>
/// <param name="Action">What becomes of the instance.</param>
/// <param name="KeyPath">The user's private key; null for the usual places.</param>
internal sealed record RunFinish(IReadOnlyList<string> Paths, string Folder, VastFinishAction Action, string? KeyPath)
{
    /// <summary>
    /// Fetches, then stops or removes. Data before money: what could not be fetched is still on the disk, so the box is
    /// stopped and not removed.
    /// </summary>
    /// <returns>The facts for the runs, and what went wrong.</returns>
    public async Task<(IReadOnlyList<string> Facts, IReadOnlyList<VastException> Errors)> RunAsync(VastWorld world, RunRecord[] runs, ILane lane, CancellationToken stop)
    {
        long id = runs[0].InstanceId;
        Results got = await world.Results.ReceiveAsync(id, Paths, Folder, KeyPath, p => lane.Progress("Receiving", p.Status, p.Percent, p.Left), stop);
        bool isGone = got.Missing.Any(m => m.Reason == VastReason.InstanceNotFound);
        bool isSpared = got.Missing.Count > 0 && !isGone && Action == VastFinishAction.Remove;
        var errors = new List<VastException>();
        string became = Texts.StillThere(id);
        try
        {
            if (Action != VastFinishAction.Keep)
            {
                string did = await world.Finishing.FinishAsync(runs, isSpared ? VastFinishAction.Stop : Action, stop);
                became = isSpared ? Texts.NotRemoved(did) : did;
            }
        }
        catch (VastException e)
        {
            errors.Add(e);
        }

        if (got.Missing.Count > 0)
        {
            string why = string.Join(" ", got.Missing.Select(VastErrors.Sentence));
            string next = isGone ? Texts.LookForIt : Texts.FetchByHand(id, isSpared || Action == VastFinishAction.Stop, Paths, Folder);
            errors.Add(new VastException(VastReason.ResultsNotReceived, id, string.Join(", ", runs.Select(r => r.Name)), why, became, next));
        }

        return ([.. Texts.Received(got), became], errors);
    }
}
