using VastPS.Api;
using VastPS.Hosting;
using VastPS.Simulator;

namespace VastPS.Tests.Kit;

/// <summary>A simulator of its own, and hosts whose commands talk to it alone. Nothing of the process is redirected.</summary>
internal sealed class SimulatedVast : IAsyncDisposable
{
    // Searches are POSTs and logs are PUTs: what is a read is a list, not a method.
    private static readonly string[] s_reads =
        ["GET ", "POST /api/v0/bundles", "PUT /api/v0/search/asks", "PUT /api/v0/instances/request_logs/"];

    private SimulatedVast(SimServer server) => Server = server;

    public SimServer Server { get; }

    /// <summary>Requests that are not reads, as method and path.</summary>
    public IReadOnlyList<string> Writes =>
        [.. Server.Requests.Select(r => $"{r.Method} {r.Path}").Where(r => !s_reads.Any(read => r.StartsWith(read, StringComparison.Ordinal)))];

    public static async Task<SimulatedVast> StartAsync(SimOptions? options = null) =>
        new(await SimServer.StartAsync(options ?? Options(), default));

    /// <summary>Options with the test run's own ssh key.</summary>
    public static SimOptions Options(double? bytesPerSecond = null) => new() { DownloadRate = bytesPerSecond, KeyPath = TestEnvironment.KeyPath, BootTime = TimeSpan.FromMilliseconds(200), EndTime = TimeSpan.FromMilliseconds(200) };

    public CmdletHost Host(CaptureHost? host = null) => new(World(), host);

    public VastWorld World() => new(endpoint: () => new ApiEndpoint(Server.Address, Server.ApiKey, VastKeySource.Parameter, "the test"));

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
