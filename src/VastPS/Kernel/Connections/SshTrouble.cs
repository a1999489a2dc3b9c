namespace VastPS.Kernel.Connections;

/// <summary>Which failures of a connection may pass by themselves.</summary>
internal static class SshTrouble
{
    /// <summary>True for a way that broke or is closed for now; false where the box or the key is not what it was.</summary>
    public static bool MayPass(VastReason reason) => reason is VastReason.SshLinkLost or VastReason.SshRefused or VastReason.SshUnreachable
        or VastReason.SshTimeout or VastReason.SshHandshakeFailed or VastReason.SshNoAddress;
}
