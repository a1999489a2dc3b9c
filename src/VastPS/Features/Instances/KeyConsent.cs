using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>Consent to a host key that is another one than before.</summary>
internal static class KeyConsent
{
    /// <summary>Whoever agreed beforehand knows why the key is another one; both are shown all the same.</summary>
    public static async Task<bool> AcceptKeyAsync(this ILane lane, VastException changed)
    {
        if (!await lane.ConfirmAsync($"instance {changed.Target}", Texts.AcceptKeyAction(changed)))
        {
            return false;
        }

        lane.Warn(Texts.KeyAccepted(changed));
        return true;
    }
}
