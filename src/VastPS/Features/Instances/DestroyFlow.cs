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
    public Task DestroyAsync(VastInstance instance, CancellationToken stop) =>
        DestroyAsync(instance.InstanceId, instance.PricePerHour, stop);

    /// <inheritdoc cref="DestroyAsync(VastInstance, CancellationToken)"/>
    public async Task DestroyAsync(long id, decimal? pricePerHour, CancellationToken stop)
    {
        await Charged.ChangeAsync("removal", id, pricePerHour, () => api.DestroyAsync(id, stop), () => UntilGoneAsync(id, stop))
            .ConfigureAwait(false);
        await rentals.SeeAsync(api.Server, id, RentalEventKind.Removed, stop).ConfigureAwait(false);
        await connections.ForgetAsync(id, stop).ConfigureAwait(false);
    }

    private async Task<bool> UntilGoneAsync(long id, CancellationToken stop)
    {
        DateTimeOffset end = clock.GetUtcNow() + s_limit;
        while (await api.FindInstanceAsync(id, stop).ConfigureAwait(false) is { } still)
        {
            if (clock.GetUtcNow() >= end)
            {
                throw new VastException(VastReason.DestroyNotConfirmed, id, Duration.Format(s_limit), still.StateWord, still.PricePerHour);
            }

            await Task.Delay(s_pause, clock, stop).ConfigureAwait(false);
        }

        return true;
    }
}
