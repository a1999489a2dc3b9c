using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string RemoveSessionAction = "close the connection";

    public static string Forwarding(PortForward forward, long instanceId) => FormattableString.Invariant(
        $"While the shell is open, localhost:{forward.LocalPort} leads to {forward.Host}:{forward.RemotePort} as seen from instance {instanceId}");

    public static string SlowSsh(IEnumerable<string> missing) =>
        $"The ssh library has changed inside: {string.Join(", ", missing)} is missing. VastPS uses the library's own sockets instead: "
        + $"copies to distant boxes are slow, and a log-in that hangs ends late. Please report it.";
}
