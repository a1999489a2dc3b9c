using System.Net;
using System.Net.Sockets;

namespace VastPS.Tests.Kit;

/// <summary>A port whose queue is full: who calls it gets no answer at all.</summary>
internal sealed class FullServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _callers = [];

    public FullServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        do
        {
            var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _callers.Add(caller);
            Assert.Throws<SocketException>(() => caller.Connect(_listener.LocalEndPoint!));
        }
        while (_callers[^1].Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite));
        Callers = Sockets.CallersOf(Port);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How many wait for an answer already.</summary>
    public int Callers { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _callers.ForEach(c => c.Dispose());
    }
}
