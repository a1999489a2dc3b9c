using VastPS.Basics;

namespace VastPS.Features.Instances;

/// <summary>Does what was agreed with an instance that did not arrive, and only then makes the error that says so.</summary>
internal sealed class UnreadyFlow(PowerFlow power, DestroyFlow destroying)
{
    /// <summary>The failure with what became of its instance.</summary>
    /// <param name="arrival">The failure, of an instance that is still there.</param>
    /// <param name="asked">What was agreed to.</param>
    /// <param name="force">True where it may be done to what VastPS did not create.</param>
    /// <param name="stop">The user's stop; nothing else ends what was begun.</param>
    public async Task<(VastException Error, bool IsGone)> ActAsync(
        WaitResult arrival, VastFailureAction asked, bool force, CancellationToken stop)
    {
        (VastInstance instance, VastException failure) = (arrival.Instance!, arrival.Failure!);
        long id = instance.InstanceId;
        VastFailureAction deed = FailureRule.Deed(asked, instance.IsMine || force, arrival.HadRun);
        try
        {
            switch (deed)
            {
                case VastFailureAction.Remove:
                    await destroying.DestroyAsync(instance, stop).ConfigureAwait(false);
                    return (
                        Ending(failure, "It was removed; nothing is charged for it any more.", "Get-VastOffer, and take another"),
                        true);
                case VastFailureAction.Stop:
                    VastInstance stopped = await power.StopAsync(instance, stop).ConfigureAwait(false);
                    return (Ending(failure, Stopped(stopped, asked, arrival.HadRun), $"Remove-VastInstance -InstanceId {id}"), false);
                default:
                    return (Ending(failure, $"It was NOT {Done(asked)}, because VastPS did not create it. {Costs(instance)}",
                        $"Wait-VastInstance -InstanceId {id} -OnFailure {asked} -Force   or   Remove-VastInstance -InstanceId {id} -Force"),
                            false);
            }
        }
        catch (VastException e)
        {
            return (Ending(failure, $"It was NOT {Done(deed)}: {VastException.Sentence(e)} {Costs(instance)}",
                $"Get-VastInstance -InstanceId {id}   then   Remove-VastInstance -InstanceId {id}"), false);
        }
    }

    /// <summary>What an instance that is left as it is goes on costing. In doubt the GPU is charged.</summary>
    public static string Costs(VastInstance instance) =>
        $"It costs up to {PriceText.PerHour(instance.HighestPricePerHour)} until it is removed.";

    /// <summary>The same failure with another end.</summary>
    public static VastException Ending(VastException failure, string ending, string next) =>
        new(failure.Reason, failure.InnerException, failure.Target, [.. failure.Facts.Take(failure.Facts.Count - 2), ending, next]);

    private static string Stopped(VastInstance stopped, VastFailureAction asked, bool? hadRun) => string.Concat(
        asked != VastFailureAction.Remove ? "It was stopped; "
            : hadRun == true ? "It was stopped and not removed, because it had run before and its disk may hold your data; "
            : "It was stopped and not removed, because it may have run before and its disk may hold your data; ",
        $"its disk goes on costing {PriceText.PerHour(stopped.DiskPricePerHour)} until it is removed.");

    private static string Done(VastFailureAction action) => action == VastFailureAction.Remove ? "removed" : "stopped";
}
