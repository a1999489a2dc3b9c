using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Simulator;

namespace VastPS.Tests.Kit;

/// <summary>A simulator with one rented box that counts as proven where wanted, and a host to type commands in.</summary>
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

    public static async Task<RunBed> StartAsync(bool isProven = true, SimOptions? options = null)
    {
        SimulatedVast vast = await SimulatedVast.StartAsync(options);
        CmdletHost host = vast.Host();
        VastInstance box = Assert.Single(host
            .Run(
                "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | "
                + "Wait-VastInstance")
            .Clean<VastInstance>());
        var bed = new RunBed(vast, host, box);
        if (isProven)
        {
            await ProveAsync(host.Services.Api.Server, box.InstanceId);
        }

        return bed;
    }

    /// <summary>Notes everything that a run asks for before it starts.</summary>
    public static async Task ProveAsync(string server, long instanceId)
    {
        foreach (EvidenceKind kind in Enum.GetValues<EvidenceKind>())
        {
            await NoteAsync(server, instanceId, new Evidence(kind, true, TimeProvider.System.GetUtcNow(), "noted by the test"));
        }
    }

    public Task NoteAsync(EvidenceKind kind, bool passed) =>
        NoteAsync(new Evidence(kind, passed, TimeProvider.System.GetUtcNow(), "noted by the test"));

    /// <summary>Notes evidence with a pace: what an estimate assumes, or what a smoke test measured.</summary>
    public Task NoteAsync(EvidenceKind kind, RunPace pace) =>
        NoteAsync(new Evidence(kind, true, TimeProvider.System.GetUtcNow(), "noted by the test") { Pace = pace });

    public Ran Run(string script, params (string Name, object? Value)[] variables) => Host.Run(script, [("box", Box), .. variables]);

    /// <summary>
    /// Stops a command in the midst: it must be back at once, and no connection to the box may stay that was not there before.
    /// </summary>
    public void Stops(string script, Func<bool> ready, params (string Name, object? Value)[] variables)
    {
        int before = Connections();
        (Ran _, TimeSpan took) = Host.RunAndStop(script, ready, [("box", Box), .. variables]);
        Promptly.Back(took);
        Wait.Until(() => Connections() <= before, TimeSpan.FromSeconds(5), "the ssh connections to close");
    }

    /// <summary>The same where it works on the box: that ends too.</summary>
    public void Stops(string script, string remote, params (string Name, object? Value)[] variables)
    {
        Stops(script, () => Processes.Any(remote), variables);
        Wait.Until(() => !Processes.Any(remote), TimeSpan.FromSeconds(5), "the remote processes to end");
    }

    /// <summary>Puts a program of the test's own before all others on the box, until what is returned is disposed.</summary>
    public async Task<IDisposable> ReplaceAsync(string program, string script) =>
        new Replaced(Path.Combine(await FolderAsync(), "bin", program), script);

    /// <summary>Cuts every connection to the box at its end. The next one finds it as before.</summary>
    public async Task CutAsync()
    {
        string config = Path.Combine(await FolderAsync(), "sshd_config");
        int server = Procs.WithCommandLine(config).Single(p => Procs.CommandLine(p).Contains("sshd -D", StringComparison.Ordinal));
        foreach (int session in Procs.Children(server).SelectMany(Procs.Tree))
        {
            Procs.Kill(session);
        }
    }

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

    /// <summary>What a command on the box prints.</summary>
    public string Shell(string command) =>
        Assert.Single(Run("$box | Invoke-VastCommand $command", ("command", command)).Clean<VastCommandResult>()).Stdout;

    /// <summary>Kills what sshd has for the connections that are open now: cut, while everything else goes on.</summary>
    public void Cut()
    {
        foreach (int session in Sessions())
        {
            Procs.Signal(session, "KILL");
        }
    }

    /// <summary>The processes of the box's sshd, without its listener and without what they started.</summary>
    public IReadOnlyList<int> Sessions()
    {
        string config = Path.Combine(Vast.Server.Folder, $"{Box.InstanceId}", "sshd_config");
        return [.. Procs.WithCommandLine(config).Where(p => Procs.CommandLine(p).Contains("[listener]", StringComparison.Ordinal))
            .SelectMany(Procs.Tree).Where(p => Procs.CommandLine(p) is var line
                && line.StartsWith("sshd", StringComparison.Ordinal)
                && !line.Contains("[listener]", StringComparison.Ordinal))];
    }

    /// <summary>Makes every address of the box drop what comes, and resets what is open; the box goes on. False takes it back.</summary>
    public async Task SeverAsync(bool isCut)
    {
        foreach (Relay way in await Vast.Server.GetWaysAsync(Box.InstanceId))
        {
            way.Disarm();
            if (isCut)
            {
                way.Arm(FaultKind.DropBefore, times: int.MaxValue);
                way.ResetAll();
            }
        }
    }

    /// <summary>The open connections to the box.</summary>
    public int Connections() => Box.SshAddresses.Sum(a => Sockets.To(a.Port));

    public VastRun Look(VastRun run) => Assert.Single(Run("$run | Get-VastRun", ("run", run)).Clean<VastRun>());

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await Vast.DisposeAsync();
    }

    private Task NoteAsync(Evidence shown) => NoteAsync(Host.Services.Api.Server, Box.InstanceId, shown);

    private static Task NoteAsync(string server, long instanceId, Evidence shown) =>
        new EvidenceStore(TimeProvider.System, new WorkloadConverter()).NoteAsync(server, instanceId, shown, default);

    private async Task<string> FolderAsync() =>
        Path.GetDirectoryName((await Vast.Server.GetInstancesAsync()).Single(i => i.InstanceId == Box.InstanceId).Home)!;

    private sealed class Replaced : IDisposable
    {
        private const UnixFileMode Program = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

        private readonly string _path;
        private readonly string? _before;

        public Replaced(string path, string script)
        {
            _path = path;
            _before = File.Exists(path) ? File.ReadAllText(path) : null;
            Write("#!/bin/sh\n" + script + "\n");
        }

        public void Dispose()
        {
            File.Delete(_path);
            if (_before is not null)
            {
                Write(_before);
            }
        }

        private void Write(string text)
        {
            File.WriteAllText(_path, text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_path, Program);
            }
        }
    }
}

/// <summary>One box behind a slow line for all tests of a class, which leave it as they found it.</summary>
public sealed class SharedBed : IAsyncLifetime
{
    private RunBed? _bed;

    internal RunBed Bed => _bed!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync(options: SimulatedVast.Options(bytesPerSecond: 170_000));

    public async ValueTask DisposeAsync() => await Bed.DisposeAsync();
}

/// <summary>One bed for all tests of a class.</summary>
public sealed class SharedRunBed : IAsyncLifetime
{
    internal RunBed Bed { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Bed = await RunBed.StartAsync();

    public ValueTask DisposeAsync() => Bed.DisposeAsync();
}
