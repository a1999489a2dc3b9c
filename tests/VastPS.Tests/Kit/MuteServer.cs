using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VastPS.Tests.Kit;

/// <summary>Accepts connections, says at most one thing, and never answers.</summary>
internal sealed class MuteServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _open = [];

    public MuteServer(string greeting = "", bool hangUp = false)
    {
        _listener.Start();
        _ = AcceptAsync(Encoding.ASCII.GetBytes(greeting), hangUp);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_open)
        {
            _open.ForEach(s => s.Dispose());
        }
    }

    private async Task AcceptAsync(byte[] greeting, bool hangUp)
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                await socket.SendAsync(greeting);
                if (hangUp)
                {
                    socket.Dispose();
                    continue;
                }

                lock (_open)
                {
                    _open.Add(socket);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
