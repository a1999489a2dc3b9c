namespace VastPS.Features.Instances;

/// <summary>What VastPS did not create is changed by force alone.</summary>
internal static class ForeignRule
{
    /// <summary>InstanceForeign for an instance of somebody else; the error names the command to type.</summary>
    public static void Demand(VastInstance found, bool force, string command)
    {
        if (!found.IsMine && !force)
        {
            throw new VastException(VastReason.InstanceForeign, found.InstanceId, found.Label, command);
        }
    }
}
