using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using VastPS.Kernel.Api;

namespace VastPS.Tests.Kit;

/// <summary>
/// A loopback server that answers exactly what a test says, byte for byte: broken answers that no good server gives.
/// </summary>
internal sealed class ScriptedVast : IAsyncDisposable
{
    public const string Key = "0123456789abcdef0123456789abcdef";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly Func<Asked, Reply> _answer;
    private readonly Task _serving;
    private int _connections;

    public ScriptedVast(Func<Asked, Reply> answer)
    {
        _answer = answer;
        _listener.Start();

        // Off the test's own threads: a test that waits must not keep its server from answering.
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Answers one after the other; the last one again and again.</summary>
    public ScriptedVast(params Reply[] replies)
        : this(asked => replies[Math.Min(asked.Number, replies.Length - 1)])
    {
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public IReadOnlyList<Asked> Requests => [.. _asked];

    public int Connections => _connections;

    public ApiEndpoint Endpoint => new(Address, Key, VastKeySource.Parameter, "-ApiKey");

    public VastApiClient Client(TimeProvider? clock = null) =>
        new(() => Endpoint, new Resilience(clock ?? TimeProvider.System), clock ?? TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        try
        {
            await _serving;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Interlocked.Increment(ref _connections);
            _ = TalkAsync(client);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using TcpClient _ = client;
        try
        {
            NetworkStream stream = client.GetStream();
            while (await ReadAsync(stream) is { } asked)
            {
                Reply reply = _answer(asked);
                if (reply.Hang)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                }

                if (reply.Drop)
                {
                    client.Client.LingerState = new LingerOption(true, 0);
                    return;
                }

                byte[] body = Encoding.UTF8.GetBytes(reply.Body);
                string head =
                    $"HTTP/1.1 {reply.Status} X\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {body.Length + reply.Missing}\r\n"
                    + (reply.Location is null ? "" : $"Location: {reply.Location}\r\n") + "\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
                await stream.WriteAsync(body, _stop.Token);
                if (reply.Missing > 0)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task<Asked?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers =
            lines.Skip(1).Select(l => l.Split(':', 2)).ToDictionary(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        byte[] body =
            new byte[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _stop.Token);
        string[] first = lines[0].Split(' ');
        lock (_asked)
        {
            var asked =
                new Asked(_asked.Count, first[0], first[1], headers, Encoding.UTF8.GetString(body), TimeProvider.System.GetTimestamp());
            _asked.Enqueue(asked);
            return asked;
        }
    }
}

/// <summary>A request as it came over the wire.</summary>
internal sealed record Asked(int Number, string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, long At);

/// <summary>What to send back.</summary>
internal sealed record Reply(int Status, string Body, string ContentType = "application/json")
{
    /// <summary>Closes the connection instead of answering.</summary>
    public static Reply Lost { get; } = new(0, "") { Drop = true };

    /// <summary>Never answers.</summary>
    public static Reply Never { get; } = new(0, "") { Hang = true };

    public bool Drop { get; init; }

    public bool Hang { get; init; }

    public string? Location { get; init; }

    /// <summary>Bytes that are announced and never come.</summary>
    public int Missing { get; init; }

    public static Reply Ok(string body) => new(200, body);
}
