using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Renci.SshNet;

namespace VastPS.Kernel.Connections;

/// <summary>
/// Opens the connection that the library then speaks ssh over. The library's own sockets have small buffers of a fixed
/// size, which bound the rate on a long way to a few megabytes a second, and they wait by way of the thread pool. It has
/// no public way to take another, so this answers in the place of its inner factory, where <see cref="SshInternals"/>
/// has found all that it needs. Decision 14.
/// </summary>
internal class SshSocket : DispatchProxy
{
    private static readonly Assembly s_library = typeof(SshClient).Assembly;
    private static readonly Type s_factory = Inner("IServiceFactory");
    private static readonly Type s_connector = Inner("Connection.IConnector");

    private readonly object _own = Activator.CreateInstance(Inner("ServiceFactory"), nonPublic: true)!;
    private Socket? _socket;

    /// <summary>A connected socket that blocks, with buffers that the system sizes. Throws SocketException.</summary>
    public static async Task<Socket> ConnectAsync(string host, int port, CancellationToken stop)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, stop).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Not ConnectAsync: a socket that was once used that way never really blocks again.
            await BlockingCalls.OnThread(() => socket.Connect(addresses, port)).WaitAsync(stop).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A client that logs in over a connected socket with <see cref="BaseClient.Connect"/>.</summary>
    public static SshClient Client(Socket socket, ConnectionInfo info) =>
        (SshClient)Make(typeof(SshClient), info, true, For(s_factory, socket));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "CreateSession" => Make(Inner("Session"), args![0], this, args[1]),
        "CreateConnector" => For(s_connector, _socket!),
        "Connect" => _socket,
        _ => targetMethod.Invoke(_own, BindingFlags.DoNotWrapExceptions, null, args, null),
    };

    private static object For(Type what, Socket socket)
    {
        var made = (SshSocket)Create(what, typeof(SshSocket));
        made._socket = socket;
        return made;
    }

    private static object Make(Type type, params object?[] values) => Activator.CreateInstance(
        type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, null, values, null)!;

    private static Type Inner(string name) => s_library.GetType("Renci.SshNet." + name, throwOnError: true)!;
}
