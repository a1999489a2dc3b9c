using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Simulator;

namespace VastPS.Tests.Kit;

/// <summary>A simulator of its own, and hosts whose commands talk to it alone. Nothing of the process is redirected.</summary>
internal sealed class SimulatedVast : IAsyncDisposable
{
    // Searches are POSTs and logs are PUTs: what is a read is a list, not a method.
    private static readonly string[] s_reads =
        [
            "GET ", "POST /api/v0/bundles", "POST /api/v0/volumes/search/", "PUT /api/v0/search/asks",
            "PUT /api/v0/instances/request_logs/",
        ];

    // The registration of the test run's key is not part of any story.
    private int _told;

    private SimulatedVast(SimServer server) => Server = server;

    public SimServer Server { get; }

    /// <summary>What was asked since the start.</summary>
    public IReadOnlyList<SimRequest> Requests => [.. Server.Requests.Skip(_told)];

    /// <summary>Requests that are not reads, as method and path.</summary>
    public IReadOnlyList<string> Writes =>
        [.. Requests.Select(r => $"{r.Method} {r.Path}").Where(r => !s_reads.Any(read => r.StartsWith(read, StringComparison.Ordinal)))];

    public static async Task<SimulatedVast> StartAsync(SimOptions? options = null)
    {
        var vast = new SimulatedVast(await SimServer.StartAsync(options ?? Options(), default));
        await TestEnvironment.ForgetAsync(vast.Server.Address.Authority);
        await vast.Services().Api.AddSshKeyAsync(await File.ReadAllTextAsync(TestEnvironment.KeyPath + ".pub"), default);
        vast._told = vast.Server.Requests.Count;
        return vast;
    }

    /// <summary>Options for quick tests.</summary>
    public static SimOptions Options(double? bytesPerSecond = null) => new()
        {
        DownloadRate = bytesPerSecond,
        BootTime = TimeSpan.FromMilliseconds(200),
        RestartTime = TimeSpan.FromMilliseconds(200),
        EndTime = TimeSpan.FromMilliseconds(200)
    };

    public CmdletHost Host(CaptureHost? host = null) => new(Services(), host);

    /// <summary>A runspace in which the longest pauses of a wait are short, too: minutes of waiting pass in seconds.</summary>
    public CmdletHost HurriedHost() => new(Services(longest: TimeSpan.FromSeconds(11)));

    /// <summary>A computer of its own whose clock is that of the simulator, which stands still but for pauses and the test.</summary>
    /// <param name="folder">Its state folder.</param>
    /// <param name="before">Called before each request that needs the account.</param>
    public RunspaceServices Computer(string folder, Action? before = null)
    {
        Server.Clock.Freeze();
        return new RunspaceServices(Ask, new SimTime(Server.Clock), folder);

        ApiEndpoint Ask()
        {
            before?.Invoke();
            return Endpoint();
        }
    }

    /// <summary>A runspace whose clock is the system's.</summary>
    public CmdletHost HostInRealTime(CaptureHost? host = null) => new(new RunspaceServices(Endpoint), host);

    /// <summary>A world whose pauses are short.</summary>
    /// <param name="ssh">The system's ssh; null for a stub.</param>
    /// <param name="longest">The longest pause to shorten; null for the usual.</param>
    /// <param name="internals">What the ssh library has; null for what it really has.</param>
    /// <param name="names">Which names a folder here takes for one; null for what its disk does.</param>
    public RunspaceServices Services(
        LocalSsh? ssh = null, TimeSpan? longest = null, SshInternals? internals = null, Func<string, FolderNames>? names = null) =>
        new(Endpoint, new QuickClock(longest))
    {
        LocalSsh = ssh ?? StubSsh.Shared.Program,
        SshInternals = internals ?? new SshInternals(),
        NamesOf = names ?? FolderProbe.Try,
    };

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    private ApiEndpoint Endpoint() => new(Server.Address, Server.ApiKey, VastKeySource.Parameter, "the test");
}
