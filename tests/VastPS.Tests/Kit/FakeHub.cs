using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using VastPS.Kernel.Hub;

namespace VastPS.Tests.Kit;

/// <summary>What a hub was asked.</summary>
/// <param name="Path">With what it was asked for.</param>
/// <param name="Headers">As they came.</param>
internal sealed record HubRequest(string Path, string Headers);

/// <summary>
/// A hub of models on a real socket, answering with what a test says: a text for a path, or a whole answer of HTTP. What has no
/// answer is 404; ranges are kept.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, Func<Stream, CancellationToken, Task>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HubRequest> _requests = new();
    private readonly CancellationTokenSource _over = new();

    public FakeHub()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public IReadOnlyList<HubRequest> Requests => [.. _requests];

    /// <summary>Where a process finds this hub.</summary>
    public HubSource Source => new(name => name == "HF_ENDPOINT" ? Address : null, "/nowhere");

    /// <summary>Answers a path with a body.</summary>
    public FakeHub Serve(string path, string body, int status = 200, string more = "") =>
        Serve(path, Encoding.UTF8.GetBytes(body), status, more);

    /// <summary>Answers a path with bytes; more headers end with a line break.</summary>
    public FakeHub Serve(string path, byte[] body, int status = 200, string more = "") => Raw(path, async (to, stop) =>
    {
        string head = $"HTTP/1.1 {status} Because\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{more}\r\n";
        await to.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
        await to.WriteAsync(body, stop);
    });

    /// <summary>Answers a path by hand.</summary>
    public FakeHub Raw(string path, Func<Stream, CancellationToken, Task> answer)
    {
        _answers[path] = answer;
        return this;
    }

    /// <summary>A model as hubs have it: what is known of it, its config, the beginning of its index.</summary>
    public FakeHub Model(string name, string config, string? types = null, double? indexBytes = null)
    {
        string files = indexBytes is null ? "" : """, { "rfilename": "model.safetensors.index.json" }""";
        string counted = types is null ? "" : $$""", "safetensors": { "parameters": { {{types}} } }""";
        Serve($"/api/models/{name}", $$"""{ "id": "{{name}}", "siblings": [{ "rfilename": "config.json" }{{files}}]{{counted}} }""");
        Serve($"/{name}/resolve/main/config.json", config);
        return indexBytes is { } bytes
            ? Serve($"/{name}/resolve/main/model.safetensors.index.json", FormattableString.Invariant(
                $$"""{ "metadata": { "total_size": {{bytes:0}} }, "weight_map": { "a": "model-00001-of-0""")) // cut, as ranges are
            : this;
    }

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken over = _over.Token;
        try
        {
            while (true)
            {
                TcpClient caller = await _listener.AcceptTcpClientAsync(over);
                _ = AnswerAsync(caller, over);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient caller, CancellationToken over)
    {
        using TcpClient one = caller;
        try
        {
            NetworkStream stream = one.GetStream();
            var text = new StringBuilder();
            byte[] bytes = new byte[4096];
            while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int read = await stream.ReadAsync(bytes, over);
                if (read == 0)
                {
                    return;
                }

                text.Append(Encoding.ASCII.GetString(bytes, 0, read));
            }

            string[] lines = text.ToString().Split("\r\n", 2);
            string path = lines[0].Split(' ')[1];
            _requests.Enqueue(new HubRequest(path, lines[1]));
            Func<Stream, CancellationToken, Task> answer = _answers.GetValueOrDefault(path, (to, stop) => to.WriteAsync(
                Encoding.ASCII.GetBytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\nX-Error-Code: EntryNotFound\r\n\r\n"), stop).AsTask());
            await answer(stream, over);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Who asked has gone, or the test is over.
        }
    }
}
