namespace VastPS.Features.Instances;

/// <summary>What was rented, by which plan, under which label.</summary>
internal sealed record RentResult(RentPlan Plan, VastInstance Instance, string Label);

/// <summary>Rents the first of some offers whose box comes up. One that does not is gone before the next is asked for.</summary>
internal sealed class FallbackFlow(RentFlow renting, ReadyFlow ready, UnreadyFlow unready)
{
    // Longer than a slow pull of an image usually takes.
    private static readonly TimeSpan s_bootLimit = TimeSpan.FromMinutes(15);

    /// <summary>Plans for the first offer and those that stand in for it. What cannot be rented now is told and left out.</summary>
    /// <param name="offerIds">In the order in which they are tried; the failure of the last one is thrown where none does.</param>
    /// <param name="options">What is wanted of an offer; the price that the user saw is that of the first.</param>
    /// <param name="failed">Hears why one does not do.</param>
    /// <param name="stop">Ends the planning.</param>
    public async Task<IReadOnlyList<RentPlan>> PlanAsync(
        long[] offerIds, Func<long, RentOptions> options, Action<VastException> failed, CancellationToken stop)
    {
        var plans = new List<RentPlan>();
        foreach (long id in offerIds)
        {
            try
            {
                plans.Add(await renting.PlanAsync(options(id), stop).ConfigureAwait(false));
            }
            catch (VastException e) when (RentChecks.IsAboutOneOffer(e.Reason) && (plans.Count > 0 || id != offerIds[^1]))
            {
                failed(e);
            }
        }

        return plans;
    }

    /// <summary>Rents and waits until ssh answers; the failure of the last plan is thrown, those before it are told.</summary>
    /// <param name="plans">In the order in which they are tried.</param>
    /// <param name="label">Makes the label of each try.</param>
    /// <param name="failed">Hears why one did not do; its box is gone then.</param>
    /// <param name="stop">Ends the tries.</param>
    public async Task<RentResult> RentAsync(
        IReadOnlyList<RentPlan> plans, Func<string> label, Action<VastException> failed, CancellationToken stop)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await TryAsync(plans[i], label(), stop).ConfigureAwait(false);
            }
            catch (VastException e) when (i < plans.Count - 1 && RentChecks.IsAboutOneOffer(e.Reason))
            {
                failed(e);
            }
        }
    }

    private async Task<RentResult> TryAsync(RentPlan plan, string label, CancellationToken stop)
    {
        VastInstance rented = await renting.RentAsync(plan, label, stop).ConfigureAwait(false);
        WaitResult? arrival = null;
        await ready.WaitAsync(
            [rented.InstanceId],
            new WaitGoal(VastWaitState.Running, s_bootLimit, plan.Options.KeyPath),
            one => arrival = one,
            (_, _) => { },
            stop).ConfigureAwait(false);
        if (arrival!.Failure is not { } failure)
        {
            return new RentResult(plan, arrival.Instance ?? rented, label);
        }

        // Nobody but this flow has had it: there is nothing on it to keep.
        (VastException error, bool isGone) = arrival.Instance is null
            ? (failure, true)
            : await unready.ActAsync(arrival with { HadRun = false }, VastFailureAction.Remove, force: false, stop).ConfigureAwait(false);
        if (!isGone)
        {
            throw VastException.Because(error, VastReason.InstancesFailed, rented.InstanceId, error);
        }

        await renting.HandOverAsync(label, stop).ConfigureAwait(false);
        throw error;
    }
}
