using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Features.Instances;

/// <summary>Removes an instance and believes it only when it is no longer listed.</summary>
internal sealed class DestroyFlow(VastApiClient api, InstanceConnections connections, RentalStore rentals, TimeProvider clock)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <summary>Removes it; throws DestroyNotConfirmed where it is still there after a minute.</summary>
    public async Task DestroyAsync(VastInstance instance, CancellationToken stop)
    {
        await rentals.LookAsync(api.Server, [instance], stop).ConfigureAwait(false);
        await DestroyAsync(instance.InstanceId, instance.PricePerHour, stop).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DestroyAsync(VastInstance, CancellationToken)"/>
    public async Task DestroyAsync(long id, decimal? pricePerHour, CancellationToken stop)
    {
        await Charged.ChangeAsync("removal", id, pricePerHour, () => api.DestroyAsync(id, stop), () => UntilGoneAsync(id, stop))
            .ConfigureAwait(false);
        await rentals.CloseAsync(api.Server, id, stop).ConfigureAwait(false);
        await connections.ForgetAsync(id, stop).ConfigureAwait(false);
    }

    private async Task<bool> UntilGoneAsync(long id, CancellationToken stop)
    {
        VastInstance? still = null;
        return await Poll.UntilAsync(IsGoneAsync, s_limit, s_pause, clock, stop).ConfigureAwait(false)
            ? true
            : throw new VastException(VastReason.DestroyNotConfirmed, id, Duration.Format(s_limit), still!.StateWord, still.PricePerHour);

        async Task<bool> IsGoneAsync() => (still = await api.FindInstanceAsync(id, stop).ConfigureAwait(false)) is null;
    }
}
