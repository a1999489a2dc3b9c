using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace VastPS.Simulator.Boxes;

/// <summary>
/// The ports of a box that were asked for with "-p 8000:8000" or "-p 8081:8081/udp": each is reached at another one of this computer.
/// </summary>
internal sealed class OpenPorts : IDisposable
{
    /// <summary>From here on a number asks for any port that is the same inside and outside.</summary>
    private const int FirstIdentity = 70_000;

    private readonly List<Relay> _relays = [];

    /// <summary>Docker's name of each, such as 8000/tcp, and the port outside.</summary>
    public Dictionary<string, int> Outside { get; } = [];

    /// <summary>What the box hears of them: VAST_TCP_PORT_8000 and the like.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public static OpenPorts Of(JsonObject env)
    {
        OpenPorts ports = new();
        foreach (string wish in env.Select(pair => pair.Key).Where(key => key.StartsWith("-p ", StringComparison.Ordinal)))
        {
            ports.Open(wish[3..].Trim());
        }

        return ports;
    }

    public void Dispose() => _relays.ForEach(relay => relay.Dispose());

    private void Open(string wish)
    {
        bool isUdp = wish.EndsWith("/udp", StringComparison.Ordinal);
        string text = wish.Split('/')[0];
        if (!int.TryParse(text[(text.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int inside))
        {
            return;
        }

        int outside = Free();
        string name = string.Create(CultureInfo.InvariantCulture, $"VAST_{(isUdp ? "UDP" : "TCP")}_PORT_{inside}");
        if (inside >= FirstIdentity)
        {
            inside = outside;
        }
        else if (!isUdp)
        {
            Relay relay = Relay.ForStreams(inside);
            _relays.Add(relay);
            outside = relay.Port;
        }

        Outside[string.Create(CultureInfo.InvariantCulture, $"{inside}/{(isUdp ? "udp" : "tcp")}")] = outside;
        Variables[name] = outside.ToString(CultureInfo.InvariantCulture);
    }

    private static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
