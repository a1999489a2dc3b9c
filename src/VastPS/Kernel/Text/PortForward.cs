using System.Globalization;

namespace VastPS.Kernel.Text;

/// <summary>A port of this computer that leads to a port seen from the box.</summary>
internal sealed record PortForward(int LocalPort, string Host, int RemotePort)
{
    /// <summary>
    /// Reads 8888 (the same port on both sides), 8080:8888, or 8080:host:8888, where the host is looked up on the box.
    /// Throws InvalidValue for anything else.
    /// </summary>
    public static PortForward Parse(string text, string parameter)
    {
        string[] parts = text.Split(':');
        (string local, string host, string remote) = parts switch
        {
            [var port] => (port, "localhost", port),
            [var from, var to] => (from, "localhost", to),
            [var from, var name, var to] => (from, name, to),
            _ => ("", "", ""),
        };
        return Port(local) is { } here && Port(remote) is { } there && HostName.IsHost(host)
            ? new PortForward(here, host, there)
            : throw new VastException(
                VastReason.InvalidValue,
                TerminalText.Line(text),
                "-" + parameter,
                "it must be a port, port:port or port:host:port",
                $"-{parameter} 8888   or   -{parameter} 8080:localhost:8888");
    }

    /// <summary>
    /// As ssh reads it. Only this computer can use the port; by its address, because a name with two addresses may be half taken.
    /// </summary>
    public override string ToString() => FormattableString.Invariant($"127.0.0.1:{LocalPort}:{Host}:{RemotePort}");

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && HostName.IsPort(port) ? port : null;
}
