using System.Net.Sockets;

namespace VastPS.Tests.Kit;

/// <summary>A Unix socket that accepts and answers with the given bytes, or never.</summary>
internal sealed class MuteAgent : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-agent-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _callers = [];

    public MuteAgent(byte[]? answer = null)
    {
        Address = Path.Combine(_folder, "socket");
        _listener.Bind(new UnixDomainSocketEndPoint(Address));
        _listener.Listen();
        _ = AcceptAsync(answer);
    }

    public string Address { get; }

    public int Callers
    {
        get
        {
            lock (_callers)
            {
                return _callers.Count;
            }
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_callers)
        {
            _callers.ForEach(c => c.Dispose());
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync(byte[]? answer)
    {
        try
        {
            while (true)
            {
                Socket caller = await _listener.AcceptAsync();
                lock (_callers)
                {
                    _callers.Add(caller);
                }

                if (answer is not null)
                {
                    await caller.SendAsync(answer);
                    caller.Shutdown(SocketShutdown.Send);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
            _ = e;
        }
    }
}
