using VastPS.Rules;
using VastPS.Store;

namespace VastPS.Tests.Kit;

/// <summary>A simulator with one rented box that has proved itself, and a host to type commands in.</summary>
internal sealed class RunBed : IAsyncDisposable
{
    private RunBed(SimulatedVast vast, CmdletHost host, VastInstance box)
    {
        Vast = vast;
        Host = host;
        Box = box;
    }

    public SimulatedVast Vast { get; }

    public CmdletHost Host { get; }

    public VastInstance Box { get; }

    public static async Task<RunBed> StartAsync(bool isProven = true)
    {
        SimulatedVast vast = await SimulatedVast.StartAsync();
        CmdletHost host = vast.Host();
        VastInstance box = Assert.Single(host
            .Run("Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance")
            .Clean<VastInstance>());
        var bed = new RunBed(vast, host, box);
        if (isProven)
        {
            foreach (EvidenceKind kind in Enum.GetValues<EvidenceKind>())
            {
                await bed.NoteAsync(kind, passed: true);
            }
        }

        return bed;
    }

    public Task NoteAsync(EvidenceKind kind, bool passed) =>
        new EvidenceBook(TimeProvider.System).NoteAsync(Host.World.Api.Server, Box.InstanceId, kind, passed, "noted by the test", default);

    /// <summary>Notes evidence with a pace: what an estimate assumes, or what a smoke test measured.</summary>
    public Task NoteAsync(EvidenceKind kind, RunPace pace) => new EvidenceBook(TimeProvider.System).NoteAsync(
        Host.World.Api.Server, Box.InstanceId, new Evidence(kind, true, TimeProvider.System.GetUtcNow(), "noted by the test") { Pace = pace }, default);

    public Ran Run(string script, params (string Name, object? Value)[] variables) => Host.Run(script, [("box", Box), .. variables]);

    /// <summary>Starts a command as a run.</summary>
    public VastRun Start(string command, string arguments = "-MaxRuntime 10m") =>
        Assert.Single(Run($"$box | Start-VastRun $command {arguments}", ("command", command)).Clean<VastRun>());

    /// <summary>The run as Get-VastRun shows it once it has ended.</summary>
    public VastRun Ended(VastRun run)
    {
        VastRun? seen = null;
        Wait.Until(
            () => (seen = Look(run)).State == VastRunState.Ended,
            TimeSpan.FromSeconds(30),
            "the run to end");
        return seen!;
    }

    public VastRun Look(VastRun run) => Assert.Single(Run("$run | Get-VastRun", ("run", run)).Clean<VastRun>());

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await Vast.DisposeAsync();
    }
}
