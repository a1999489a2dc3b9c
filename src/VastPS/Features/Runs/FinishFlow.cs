using VastPS.Features.Instances;
using VastPS.Kernel.Api;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Stops or removes an instance after its runs, and believes it only when the server shows it.</summary>
internal sealed class FinishFlow(VastApiClient api, PowerFlow power, DestroyFlow destroying)
{
    /// <summary>
    /// Says what became of the instance. RunsShareBox where another run still goes on there: it would die with the box.
    /// </summary>
    /// <param name="ended">The runs that have an outcome, all of one instance.</param>
    /// <param name="action">What was agreed to.</param>
    /// <param name="stop">Ends the waiting for the server.</param>
    public async Task<string> FinishAsync(IReadOnlyList<RunRecord> ended, VastFinishAction action, CancellationToken stop)
    {
        long id = ended[0].InstanceId;
        if (RunStore.All(api.Server).FirstOrDefault(r => r.InstanceId == id && r.End is null && !ended.Any(e => e.RunId == r.RunId)) is { } other)
        {
            throw new VastException(VastReason.RunsShareBox, id, other.Name);
        }

        if (await api.FindInstanceAsync(id, stop).ConfigureAwait(false) is not { } instance)
        {
            return FormattableString.Invariant($"instance {id} is gone");
        }

        if (action == VastFinishAction.Remove)
        {
            await destroying.DestroyAsync(instance, stop).ConfigureAwait(false);
            return FormattableString.Invariant($"instance {id} was removed");
        }

        VastInstance stopped = await power.StopAsync(instance, stop).ConfigureAwait(false);
        return FormattableString.Invariant($"instance {id} was stopped; its disk goes on costing {stopped.DiskPricePerHour * 24:0.00} USD per day");
    }
}
