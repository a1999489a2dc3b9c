using VastPS.Features.Checks;
using VastPS.Kernel.Api;
using VastPS.Simulator;

namespace VastPS.Features.Simulation;

/// <summary>
/// The simulator of this process, at most one. While it runs the whole process is pointed at it:
/// other runspaces and child processes by the environment, the client itself by a lock on its address.
/// </summary>
internal static class SimulatorHost
{
    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static Dictionary<string, string?> s_before = [];
    private static int s_seed;

    /// <summary>The running simulator, or null.</summary>
    public static SimServer? Current { get; private set; }

    /// <summary>Starts it; a second one is an error.</summary>
    public static async Task<SimServer> StartAsync(SimOptions options, CancellationToken stop)
    {
        await s_gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (Current is { } running)
            {
                throw new VastException(VastReason.SimulatorExists, running.Address);
            }

            SimServer server = await SimServer.StartAsync(options, stop).ConfigureAwait(false);
            s_before = Redirect(server);
            s_seed = options.Seed;
            ApiEndpoint.LockTo(server.Address, server.ApiKey);
            return Current = server;
        }
        finally
        {
            s_gate.Release();
        }
    }

    /// <summary>Takes everything down and puts the environment back; false where none ran.</summary>
    public static async Task<bool> StopAsync()
    {
        await s_gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Current is not { } server)
            {
                return false;
            }

            Current = null;
            foreach ((string name, string? value) in s_before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            ApiEndpoint.Release();
            await server.DisposeAsync().ConfigureAwait(false);
            return true;
        }
        finally
        {
            s_gate.Release();
        }
    }

    /// <summary>The simulator as users see it: without its key.</summary>
    public static VastSimulatorInfo Describe(SimServer server) => new()
    {
        Address = server.Address,
        HasBoxes = server.HasBoxes,
        LoginUser = server.LoginUser,
        Now = server.Clock.Now,
        Seed = s_seed,
        Faults = server.Faults.On,
        SlowMachines = server.SlowMachines,
    };

    private static Dictionary<string, string?> Redirect(SimServer server)
    {
        var ours = new Dictionary<string, string?>
        {
            ["VAST_URL"] = server.Address.AbsoluteUri,
            ["VAST_API_KEY"] = server.ApiKey,
            ["VASTPS_KEY_PATH"] = server.KeyPath,
            [DownloadUris.Variable] = server.DownloadUri().AbsoluteUri,
            ["VASTPS_STATE"] = Path.Combine(server.Folder, "state"),
        };
        Dictionary<string, string?> before = ours.Keys.ToDictionary(n => n, Environment.GetEnvironmentVariable);
        foreach ((string name, string? value) in ours)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        return before;
    }
}
