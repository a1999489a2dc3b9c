using System.Net;
using System.Net.Sockets;

namespace VastPS.Simulator;

/// <summary>What a relay can do to a connection.</summary>
public enum FaultKind
{
    /// <summary>The connection closes before the request reaches the server: no effect, no answer.</summary>
    DropBefore,

    /// <summary>The server does its work, but the answer is lost.</summary>
    DropAfter,

    /// <summary>The connection is reset before the request reaches the server.</summary>
    Reset,

    /// <summary>Half of the answer arrives, then the server's side of the connection closes.</summary>
    HalfClose,

    /// <summary>The server does its work; after the given number of bytes of the answer nothing more comes.</summary>
    Stall,

    /// <summary>The answer comes at the given number of bytes a second.</summary>
    Slow,
}

/// <summary>
/// A TCP relay on loopback that stands before a server and hurts connections on demand.
/// Before the API it looks at each request; before an sshd each connection counts as one.
/// </summary>
public sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private readonly List<Armed> _armed = [];
    private readonly HashSet<Socket> _open = [];
    private readonly bool _isHttp;
    private readonly int _target;
    private bool _isDisposed;

    private Relay(int target, bool isHttp)
    {
        _target = target;
        _isHttp = isHttp;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Clients connected now.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>
    /// Arms a fault for the next <paramref name="times"/> connections after <paramref name="skip"/> others that match.
    /// </summary>
    /// <param name="kind">What happens.</param>
    /// <param name="match">Start of the request line, such as <c>PUT /api/v0/asks/</c>; empty matches everything.</param>
    /// <param name="times">How often.</param>
    /// <param name="skip">How many matching ones pass unharmed first.</param>
    /// <param name="bytes">Slow: bytes a second; Stall: bytes of the answer that still pass.</param>
    public void Arm(FaultKind kind, string match = "", int times = 1, int skip = 0, double bytes = 0)
    {
        ArgumentNullException.ThrowIfNull(match);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        if (kind == FaultKind.Slow)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        }

        lock (_lock)
        {
            _armed.Add(new Armed(kind, match, bytes) { Left = times, Skip = skip });
        }
    }

    /// <summary>Forgets all armed faults.</summary>
    public void Disarm()
    {
        lock (_lock)
        {
            _armed.Clear();
        }
    }

    /// <summary>Resets every connection that is open now.</summary>
    public void ResetAll()
    {
        List<Socket> open;
        lock (_lock)
        {
            open = [.. _open];
        }

        open.ForEach(Kill);
    }

    /// <summary>Stops listening and resets what is open.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _stop.Cancel();
        _listener.Dispose();
        ResetAll();
        _stop.Dispose();
    }

    internal static Relay ForHttp(int target) => new(target, true);

    internal static Relay ForStreams(int target) => new(target, false);

    private static void Kill(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(stop);
                _ = ServeAsync(client, stop);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (stop.IsCancellationRequested || error is not SocketException)
                {
                    return;
                }
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        lock (_lock)
        {
            _open.Add(client);
        }

        try
        {
            client.NoDelay = true;
            await RelayAsync(client, stop);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Kill(client);
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(client);
            }

            client.Dispose();
        }
    }

    private async Task RelayAsync(Socket client, CancellationToken stop)
    {
        using NetworkStream near = new(client);
        byte[] first = _isHttp ? await HttpHead.ReadAsync(near, stop) : [];
        if (_isHttp && first.Length == 0)
        {
            return;
        }

        Armed? fault = Take(_isHttp ? HttpHead.FirstLine(first) : "");
        if (fault?.Kind is FaultKind.DropBefore or FaultKind.Reset)
        {
            if (fault.Kind == FaultKind.Reset)
            {
                Kill(client);
            }

            return;
        }

        using Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await server.ConnectAsync(IPAddress.Loopback, _target, stop);
        using NetworkStream far = new(server);
        await far.WriteAsync(first, stop);
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task up = PumpUpAsync(near, far, server, done.Token);
        await AnswerAsync(fault, client, near, far, up, stop);
        await done.CancelAsync();
    }

    private static void Quiet(Socket server)
    {
        try
        {
            server.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The server was faster.
        }
    }

    private static async Task PumpUpAsync(NetworkStream near, NetworkStream far, Socket server, CancellationToken stop)
    {
        try
        {
            await near.CopyToAsync(far, stop);
            Quiet(server);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone; the other pump sees it too.
        }
    }

    private async Task AnswerAsync(Armed? fault, Socket client, NetworkStream near, NetworkStream far, Task up, CancellationToken stop)
    {
        switch (fault?.Kind)
        {
            case FaultKind.DropAfter:
                await DrainAsync(far, _isHttp, stop);
                break;
            case FaultKind.HalfClose:
                await HalfAsync(client, near, far, stop);
                break;
            case FaultKind.Stall:
                await PassAsync(near, far, (long)fault.Bytes, stop);
                await up.WaitAsync(stop);
                break;
            case FaultKind.Slow:
                await SlowAsync(near, far, fault.Bytes, stop);
                break;
            default:
                await far.CopyToAsync(near, stop);
                break;
        }
    }

    private static async Task DrainAsync(NetworkStream far, bool all, CancellationToken stop)
    {
        byte[] buffer = new byte[16384];
        while (await far.ReadAsync(buffer, stop) > 0 && all)
        {
            // The answer goes nowhere.
        }
    }

    private async Task HalfAsync(Socket client, NetworkStream near, NetworkStream far, CancellationToken stop)
    {
        using MemoryStream answer = new();
        byte[] buffer = new byte[16384];
        int read;
        while ((read = await far.ReadAsync(buffer, stop)) > 0)
        {
            answer.Write(buffer, 0, read);
            if (!_isHttp)
            {
                break;
            }
        }

        await near.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length / 2), stop);
        client.Shutdown(SocketShutdown.Send);
        await near.CopyToAsync(Stream.Null, stop);
    }

    private static async Task PassAsync(NetworkStream near, NetworkStream far, long bytes, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        while (bytes > 0)
        {
            int read = await far.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), stop);
            if (read == 0)
            {
                return;
            }

            bytes -= read;
            await near.WriteAsync(buffer.AsMemory(0, read), stop);
        }

        // Keep the server from waiting for us: what it still sends is thrown away.
        await DrainAsync(far, true, stop);
    }

    private static async Task SlowAsync(NetworkStream near, NetworkStream far, double rate, CancellationToken stop)
    {
        RateLimiter limiter = new(rate);
        byte[] buffer = new byte[limiter.Chunk];
        int read;
        while ((read = await far.ReadAsync(buffer, stop)) > 0)
        {
            await limiter.TakeAsync(read, stop);
            await near.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }

    private Armed? Take(string line)
    {
        lock (_lock)
        {
            foreach (Armed armed in _armed.Where(one => line.StartsWith(one.Match, StringComparison.OrdinalIgnoreCase)))
            {
                if (armed.Skip-- > 0)
                {
                    continue;
                }

                if (--armed.Left == 0)
                {
                    _armed.Remove(armed);
                }

                return armed;
            }

            return null;
        }
    }

    private sealed record Armed(FaultKind Kind, string Match, double Bytes)
    {
        public int Left { get; set; }

        public int Skip { get; set; }
    }
}
