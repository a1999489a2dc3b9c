namespace VastPS.Features.Instances;

/// <summary>Which volumes may go.</summary>
internal static class VolumeRule
{
    /// <summary>The volume, where it may be removed; else the error that says why not.</summary>
    public static VastVolume Removable(long id, IReadOnlyList<VastVolume> all, bool force)
    {
        VastVolume found = all.FirstOrDefault(v => v.VolumeId == id) ?? throw new VastException(VastReason.VolumeNotFound, id);
        return !found.IsMine && !force ? throw new VastException(VastReason.VolumeForeign, id, found.Label)
            : found.InstanceIds is [var user, ..] ? throw new VastException(VastReason.VolumeInUse, id, user)
            : found;
    }
}
