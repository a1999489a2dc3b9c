using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Features.Instances;

/// <summary>Stops and starts an instance, and notes when the GPU meter changed.</summary>
internal sealed class PowerFlow(VastApiClient api, InstanceConnections connections, RentalStore rentals, TimeProvider clock)
{
    // A start that has no GPU after this long waits for somebody else to stop.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <summary>Stops it and waits until the GPU is given back.</summary>
    public async Task<VastInstance> StopAsync(VastInstance instance, CancellationToken stop)
    {
        long id = instance.InstanceId;
        VastInstance stopped = await Charged.ChangeAsync(
            "stop",
            id,
            instance.PricePerHour,
            () => api.SetStateAsync(id, running: false, stop),
            () => UntilAsync(
                id,
                i => i.IsHalted && i.ContractState != "running" && !i.Meters.HasFlag(VastMeters.Gpu),
                VastReason.StopNotConfirmed,
                stop)).ConfigureAwait(false);
        await connections.CloseAsync(id).ConfigureAwait(false);
        return stopped;
    }

    /// <summary>
    /// Starts it and waits until the contract runs; a GPU that was taken meanwhile is an error, and the start is withdrawn.
    /// </summary>
    public Task<VastInstance> StartAsync(VastInstance instance, CancellationToken stop)
    {
        long id = instance.InstanceId;
        return Charged.ChangeAsync("start", id, instance.PricePerHour, () => api.SetStateAsync(id, running: true, stop), SeeAsync);

        async Task<VastInstance> SeeAsync()
        {
            try
            {
                return await UntilAsync(id, i => i.ContractState == "running", VastReason.StartNotConfirmed, stop).ConfigureAwait(false);
            }
            catch (VastException e) when (e.Reason == VastReason.StartNotConfirmed)
            {
                await api.SetStateAsync(id, running: false, stop).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Stops and starts the container. Connections to it end.</summary>
    public async Task<VastInstance> RestartAsync(VastInstance instance, CancellationToken stop)
    {
        long id = instance.InstanceId;
        await rentals.LookAsync(api.Server, [instance], stop).ConfigureAwait(false);
        await api.RebootAsync(id, stop).ConfigureAwait(false);
        await connections.CloseAsync(id).ConfigureAwait(false);
        return await UntilAsync(id, _ => true, VastReason.ChangeUnconfirmed, stop).ConfigureAwait(false);
    }

    /// <summary>Bids another price for its GPUs and waits until it is shown.</summary>
    public async Task<VastInstance> BidAsync(VastInstance instance, decimal bid, CancellationToken stop)
    {
        long id = instance.InstanceId;
        await rentals.LookAsync(api.Server, [instance], stop).ConfigureAwait(false);
        return await Charged.ChangeAsync(
            "bid",
            id,
            bid + instance.DiskPricePerHour,
            () => api.ChangeBidAsync(id, bid, stop),
            () => UntilAsync(id, i => BidRule.IsShown(i, bid), VastReason.BidNotConfirmed, stop)).ConfigureAwait(false);
    }

    /// <summary>Gives it another name. In a label of ours the mark that finds it and the deadline stay.</summary>
    public async Task<VastInstance> NameAsync(VastInstance instance, string name, CancellationToken stop)
    {
        string label = InstanceLabel.TryParse(instance.Label) is { } ours ? InstanceLabel.Make(name, ours.Nonce, ours.Deadline) : name;
        await api.SetLabelAsync(instance.InstanceId, label, stop).ConfigureAwait(false);
        return await UntilAsync(instance.InstanceId, _ => true, VastReason.ChangeUnconfirmed, stop).ConfigureAwait(false);
    }

    private async Task<VastInstance> UntilAsync(long id, Func<VastInstance, bool> reached, VastReason otherwise, CancellationToken stop)
    {
        VastInstance? now = null;
        return await Poll.UntilAsync(IsReachedAsync, s_limit, s_pause, clock, stop).ConfigureAwait(false)
            ? now!
            : throw new VastException(otherwise, id, Duration.Format(s_limit), now!.StateWord, now.PricePerHour);

        async Task<bool> IsReachedAsync()
        {
            now = await api.FindInstanceAsync(id, stop).ConfigureAwait(false)
                ?? throw new VastException(VastReason.InstanceNotFound, id);
            await rentals.LookAsync(api.Server, [now], stop).ConfigureAwait(false);
            return reached(now);
        }
    }
}
