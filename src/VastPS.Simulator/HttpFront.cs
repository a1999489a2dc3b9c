using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VastPS.Simulator;

/// <summary>The HTTP listener on loopback. Every answer ends its connection.</summary>
internal sealed class HttpFront : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<HttpListenerContext, Task> _serve;

    private HttpFront(HttpListener listener, int port, Func<HttpListenerContext, Task> serve)
    {
        _listener = listener;
        _serve = serve;
        Port = port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public static HttpFront Start(Func<HttpListenerContext, Task> serve)
    {
        for (int tries = 1; ; tries++)
        {
            int port = FreePort();
            HttpListener listener = new();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return new HttpFront(listener, port, serve);
            }
            catch (HttpListenerException) when (tries < 10)
            {
                // Somebody took the port in between.
                listener.Close();
            }
        }
    }

    public static async Task WriteAsync(HttpListenerContext context, int status, string type, string text, CancellationToken stop)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes, stop);
    }

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => ServeAsync(context));
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_listener.IsListening)
                {
                    return;
                }
            }
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            context.Response.KeepAlive = false;
            await _serve(context);
            context.Response.Close();
        }
        catch (Exception error) when (error is IOException
            or HttpListenerException
            or ObjectDisposedException
            or OperationCanceledException
            or InvalidOperationException)
        {
            // The client went away, or the simulator ends.
            context.Response.Abort();
        }
    }
}
