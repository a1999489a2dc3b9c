using System.Security.Cryptography;
using VastPS.Basics;
using VastPS.Kernel.Api;

namespace VastPS.Features.Instances;

/// <summary>A volume that can be rented, and what it costs.</summary>
internal sealed record VolumePlan(VolumeOffer Offer, double SizeGB)
{
    /// <summary>USD per hour; null where the server does not say.</summary>
    public decimal? PricePerHour => Offer.PricePerGB * (decimal)SizeGB;
}

/// <summary>Rents and removes volumes, and believes either only when the server shows it.</summary>
internal sealed class VolumeFlow(VastApiClient api, TimeProvider clock)
{
    // The list of volumes may be read every 5.5 s.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <summary>Finds what is to be rented; nothing is paid for.</summary>
    public async Task<VolumePlan> PlanAsync(long machineId, double sizeGB, CancellationToken stop) =>
        await api.FindVolumeOfferAsync(machineId, sizeGB, stop).ConfigureAwait(false) is { } offer
            ? new VolumePlan(offer, sizeGB)
            : throw new VastException(VastReason.NoVolumeOffer, machineId, sizeGB);

    /// <summary>Rents it once. Where the answer is lost the list is asked for its unique name; it is never asked for twice.</summary>
    public async Task<VastVolume> RentAsync(VolumePlan plan, string name, CancellationToken stop)
    {
        string label = WireMap.VolumeName(name, RandomNumberGenerator.GetHexString(8, lowercase: true));
        VastException? trouble = null;
        try
        {
            await api.RentVolumeAsync(plan.Offer.VolumeOfferId, plan.SizeGB, label, stop).ConfigureAwait(false);
        }
        catch (VastException e) when (e.IsUncertain)
        {
            trouble = e;
        }

        VastVolume? rented = null;
        return await Poll.UntilAsync(IsThereAsync, s_limit, s_pause, clock, stop).ConfigureAwait(false)
            ? rented!
            : throw VastException.Because(
                trouble ?? new VastException(VastReason.VolumeNotFound, label),
                VastReason.VolumeUncertain, label, "rented", "It is not listed.", plan.PricePerHour);

        async Task<bool> IsThereAsync() =>
            (rented = (await api.GetVolumesAsync(stop).ConfigureAwait(false)).FirstOrDefault(v => v.Label == label)) is not null;
    }

    /// <summary>Removes it, and waits until it is no longer listed.</summary>
    public async Task RemoveAsync(VastVolume volume, CancellationToken stop)
    {
        await api.RemoveVolumeAsync(volume.VolumeId, stop).ConfigureAwait(false);
        if (!await Poll.UntilAsync(IsGoneAsync, s_limit, s_pause, clock, stop).ConfigureAwait(false))
        {
            throw new VastException(
                VastReason.VolumeUncertain, volume.VolumeId, "removed", "It is still listed.", volume.PricePerHour);
        }

        async Task<bool> IsGoneAsync() =>
            (await api.GetVolumesAsync(stop).ConfigureAwait(false)).All(v => v.VolumeId != volume.VolumeId);
    }
}
