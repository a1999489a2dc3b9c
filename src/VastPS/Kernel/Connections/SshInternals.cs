using System.Net.Sockets;
using System.Reflection;
using Renci.SshNet;

namespace VastPS.Kernel.Connections;

/// <summary>
/// The inner members of the library that <see cref="SshSocket"/> stands on. The library promises none of them, so each is
/// looked for by name; where one is missing, connections use the library's own sockets, and that is told once. Decision 14.
/// </summary>
internal sealed class SshInternals
{
    private static readonly (string Name, Func<Assembly, object?> Find)[] s_needed =
    [
        ("ISocketFactory", a => Type(a, "Connection.ISocketFactory")),
        ("IServiceFactory", a => Type(a, "IServiceFactory")),
        ("IServiceFactory.CreateSession", a => Method(
            Type(a, "IServiceFactory"),
            "CreateSession",
            Type(a, "ISession"),
            Type(a, "ConnectionInfo"),
            Type(a, "Connection.ISocketFactory"))),
        ("IServiceFactory.CreateConnector", a => Method(
            Type(a, "IServiceFactory"),
            "CreateConnector",
            Type(a, "Connection.IConnector"),
            Type(a, "IConnectionInfo"),
            Type(a, "Connection.ISocketFactory"))),
        ("ServiceFactory()", a => Constructor(Type(a, "ServiceFactory"))),
        ("IConnector", a => Type(a, "Connection.IConnector")),
        ("IConnector.Connect", a => Method(Type(a, "Connection.IConnector"), "Connect", typeof(Socket), Type(a, "IConnectionInfo"))),
        ("Session(ConnectionInfo, IServiceFactory, ISocketFactory)", a => Constructor(
            Type(a, "Session"), Type(a, "ConnectionInfo"), Type(a, "IServiceFactory"), Type(a, "Connection.ISocketFactory"))),
        ("SshClient(ConnectionInfo, bool, IServiceFactory)", a => Constructor(
            Type(a, "SshClient"), Type(a, "ConnectionInfo"), typeof(bool), Type(a, "IServiceFactory"))),
    ];

    private readonly Lazy<IReadOnlyList<string>> _missing;
    private int _wasMissed;
    private int _wasTold;

    /// <param name="library">The library, or in tests what stands for another version of it.</param>
    public SshInternals(Assembly? library = null) =>
        _missing = new(() => [.. s_needed.Where(n => n.Find(library ?? typeof(SshClient).Assembly) is null).Select(n => n.Name)]);

    /// <summary>The names of all that are needed.</summary>
    public static IEnumerable<string> Needed => s_needed.Select(n => n.Name);

    /// <summary>The names of those that this version of the library lacks.</summary>
    public IReadOnlyList<string> Missing => _missing.Value;

    /// <summary>True where a connection can be opened over our own socket; where it cannot, that is worth telling.</summary>
    public bool CanStandIn()
    {
        bool canStandIn = Missing.Count == 0;
        if (!canStandIn)
        {
            Interlocked.Exchange(ref _wasMissed, 1);
        }

        return canStandIn;
    }

    /// <summary>True once, after the first connection that had to do without.</summary>
    public bool ShouldTell() => Volatile.Read(ref _wasMissed) == 1 && Interlocked.Exchange(ref _wasTold, 1) == 0;

    private static Type? Type(Assembly library, string name) => library.GetType("Renci.SshNet." + name);

    private static MethodInfo? Method(Type? type, string name, Type? result, params Type?[] parameters) =>
        Known(parameters) is { } known && type?.GetMethod(name, known) is { } method && method.ReturnType == result ? method : null;

    private static ConstructorInfo? Constructor(Type? type, params Type?[] parameters) =>
        Known(parameters) is { } known
            ? type?.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, known)
            : null;

    private static Type[]? Known(Type?[] types) => types.Contains(null) ? null : [.. types.OfType<Type>()];
}
