using System.Reflection;
using System.Reflection.Emit;
using VastPS.Kernel.Connections;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Connections;

/// <summary>What our own sockets need of the inside of the ssh library, and what happens where a version lacks it.</summary>
public sealed class SshInternalsTests
{
    public static TheoryData<string> Needed => [.. SshInternals.Needed];

    // A canary: the message names what a new version of the library has changed. Decision 14.
    [Theory]
    [MemberData(nameof(Needed))]
    public void The_library_has_this_inner_member(string name) =>
        Assert.DoesNotContain(name, new SshInternals().Missing);

    [Fact]
    public void Nine_are_needed_and_another_library_lacks_all_of_them()
    {
        Assert.Equal(9, Needed.Count);
        Assert.Equal(SshInternals.Needed, new SshInternals(typeof(SshInternalsTests).Assembly).Missing);
    }

    [Fact]
    public void A_member_whose_shape_changed_is_missed_by_name_and_no_other()
    {
        SshInternals changed = new(Library(connectReturns: typeof(object)));
        Assert.Equal(["IConnector.Connect"], changed.Missing);
        Assert.Empty(new SshInternals(Library(connectReturns: typeof(System.Net.Sockets.Socket))).Missing);
    }

    [Fact]
    public async Task Where_one_is_missing_the_librarys_own_socket_serves_and_one_warning_says_so()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using var host = new CmdletHost(vast.Services(internals: new SshInternals(Library(connectReturns: typeof(object)))));

        Ran ran = host.Run("""
            $box = Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance
            $box | Invoke-VastCommand 'echo one'
            $session = $box | New-VastSession
            $box | Invoke-VastCommand 'echo two'
            $session | Remove-VastSession
            $box | Invoke-VastCommand 'echo three'
            """);

        Assert.Equal(["one", "two", "three"], ran.Clean<VastCommandResult>().Select(r => r.Stdout));
        Assert.Contains(
            "IConnector.Connect",
            Assert.Single(ran.Warnings, w => w.Contains("ssh library", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_all_are_there_nothing_is_said()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        SshInternals internals = new();
        using var host = new CmdletHost(vast.Services(internals: internals));

        Ran ran = host.Run(
            "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance");

        ran.Clean<VastInstance>();
        Assert.DoesNotContain(ran.Warnings, w => w.Contains("ssh library", StringComparison.Ordinal));
        Assert.True(internals.CanStandIn());
        Assert.False(internals.ShouldTell());
    }

    // Another version of the library, with one inner member of another shape.
    private static AssemblyBuilder Library(Type connectReturns)
    {
        AssemblyBuilder library = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Renci.SshNet"), AssemblyBuilderAccess.Run);
        ModuleBuilder module = library.DefineDynamicModule("Renci.SshNet");
        Type connectionInfo = Class("ConnectionInfo").CreateType();
        Type iConnectionInfo = Interface("IConnectionInfo").CreateType();
        Type iSession = Interface("ISession").CreateType();
        Type iSocketFactory = Interface("Connection.ISocketFactory").CreateType();
        Type iConnector = With(Interface("Connection.IConnector"), "Connect", connectReturns, iConnectionInfo).CreateType();
        TypeBuilder services = With(Interface("IServiceFactory"), "CreateSession", iSession, connectionInfo, iSocketFactory);
        Type iServiceFactory = With(services, "CreateConnector", iConnector, iConnectionInfo, iSocketFactory).CreateType();
        Made("ServiceFactory");
        Made("Session", connectionInfo, iServiceFactory, iSocketFactory);
        Made("SshClient", connectionInfo, typeof(bool), iServiceFactory);
        return library;

        TypeBuilder Class(string name) => module.DefineType("Renci.SshNet." + name, TypeAttributes.Class);

        TypeBuilder Interface(string name) => module.DefineType("Renci.SshNet." + name, TypeAttributes.Interface | TypeAttributes.Abstract);

        static TypeBuilder With(TypeBuilder type, string method, Type result, params Type[] parameters)
        {
            type.DefineMethod(method, MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual, result, parameters);
            return type;
        }

        void Made(string name, params Type[] parameters)
        {
            TypeBuilder type = Class(name);
            type.DefineConstructor(MethodAttributes.Assembly, CallingConventions.Standard, parameters).GetILGenerator().Emit(OpCodes.Ret);
            type.CreateType();
        }
    }
}
