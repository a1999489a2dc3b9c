using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string RemoveSessionAction = "close the connection";

    public static string Forwarding(PortForward forward, long instanceId) => FormattableString.Invariant(
        $"While the shell is open, localhost:{forward.LocalPort} leads to {forward.Host}:{forward.RemotePort} as seen from instance {instanceId}");
}
