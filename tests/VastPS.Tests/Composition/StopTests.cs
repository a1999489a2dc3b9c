using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>A stop in the midst of each waiting command: back within a second, and nothing is left on either side.</summary>
public sealed class StopTests(SharedBed shared) : IClassFixture<SharedBed>
{
    private const string Hang = "exec sleep 3145";

    private readonly RunBed _bed = shared.Bed;

    // The box's sshd is root's when the tests are: it delivers no signals, so what ends the command is ours.
    [Theory]
    [InlineData("$box | Invoke-VastCommand 'echo begin; sleep 3141'", "sleep 3141")]
    [InlineData("$session = $box | New-VastSession; $session | Invoke-VastCommand 'sleep 3142'", "sleep 3142")]
    [InlineData("Invoke-VastCommand 'sleep 3143' -InstanceId $box.InstanceId, 4", "sleep 3143")]
    [InlineData("$box | Invoke-VastCommand 'trap \"\" TERM; (sleep 2718; sleep 2719) & wait' -Stream", "sleep 2718")]
    public void Work_on_the_box_ends_with_the_command(string script, string remote) => _bed.Stops(script, remote);

    [Fact]
    public void A_download_on_the_box_ends_with_the_command()
    {
        Uri uri = _bed.Vast.Server.DownloadUri(_bed.Box.InstanceId);
        _bed.Stops("$box | Test-VastBandwidth -SampleTime 30s -Uri $uri", uri.AbsoluteUri, ("uri", uri));
    }

    [Theory]
    [InlineData("$box | Test-VastGpu", "nvidia-smi")]
    [InlineData("$box | Test-VastMemory", "df")]
    [InlineData("$box | Test-VastDisk", "dd")]
    [InlineData("$box | Get-VastIdleInstance", "nvidia-smi")]
    [InlineData("$box | Start-VastRun 'sleep 3146' -MaxRuntime 1h", "mkdir")]
    [InlineData("$box | Get-VastRun", "cat")]
    [InlineData("$run | Receive-VastRunLog -Follow", "cat")]
    [InlineData("$run | Get-VastRunMetric", "cat")]
    [InlineData("$run | Show-VastRunMetric", "cat")]
    [InlineData("$run | Stop-VastRun", "grep")]
    [InlineData("$run | Wait-VastRun", "cat")]
    [InlineData("$run | Test-VastRun", "nvidia-smi")]
    [InlineData("$run | Get-VastRunCheckpoint -Path code", "find")]
    [InlineData("$run | Set-VastRun -MaxRuntime 3h", "cat")]
    public async Task A_box_on_which_a_program_hangs_is_left_without_a_trace(string script, string program)
    {
        VastRun run = _bed.Start("sleep 3147");
        using (await _bed.ReplaceAsync(program, Hang))
        {
            _bed.Stops(script, "sleep 3145", ("run", run));
        }

        Assert.False(Processes.Any("sleep 3146"));
        _bed.Run("$run | Stop-VastRun -Grace 0s", ("run", run)).Clean<VastRun>();

        // What writes down its end uses the programs of the box as well: the next test may be about one of them.
        Wait.Until(() => !Processes.Any($"over.sh {run.RunId}"), TimeSpan.FromSeconds(30), "the end to be written down");
    }

    [Fact]
    public void A_stop_while_a_run_is_given_its_grace_leaves_the_run_as_it_is()
    {
        VastRun run = _bed.Start("trap 'sleep 3148' TERM; while :; do sleep 0.1; done");
        _bed.Stops("$run | Stop-VastRun -Grace 60s", () => Processes.Any("sleep 3148"), ("run", run));
        Assert.Equal(VastRunState.Running, _bed.Look(run).State);
        Assert.Equal(
            VastRunOutcome.Killed, Assert.Single(_bed.Run("$run | Stop-VastRun -Grace 0s", ("run", run)).Clean<VastRun>()).Outcome);
        Assert.False(Processes.Any("sleep 3148"));
    }

    [Theory]
    [InlineData("$box | Wait-VastInstance -State Stopped", null)]
    [InlineData("$box | Remove-VastInstance -Confirm:$false", SimFault.DestroyIgnored)]
    public void Polling_stops(string script, SimFault? fault)
    {
        if (fault is { } f)
        {
            _bed.Vast.Server.Faults.Set(f, true);
        }

        int before = _bed.Vast.Requests.Count;
        _bed.Stops(script, () => _bed.Vast.Requests.Count > before + 1);
        Assert.InRange(_bed.Vast.Requests.Count, before, before + 20);
        if (fault is { } on)
        {
            _bed.Vast.Server.Faults.Set(on, false);
        }
    }

    public static TheoryData<string> Asking =>
        [.. Scenarios.All.Where(s => s.Asks != Asks.Nobody).Select(s => s.Script)];

    [Theory]
    [MemberData(nameof(Asking))]
    public async Task A_server_that_accepts_and_never_answers_is_left(string script)
    {
        SimServer server = _bed.Vast.Server;
        string here = Scenarios.Prepare(Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N")));
        int before = _bed.Vast.Requests.Count;
        server.Relay.Arm(FaultKind.Stall, "", times: 50);

        // A runspace of its own: over a connection that is open already, a command asks no server.
        using CmdletHost host = _bed.Vast.Host();
        (Ran _, TimeSpan took) = host.RunAndStop(
            script,
            () => _bed.Vast.Requests.Count > before,
            ("key", new System.Net.NetworkCredential("", server.ApiKey).SecurePassword),
            ("uri", server.Address.AbsoluteUri),
            ("offer", new VastOffer { OfferId = 5, DiskGB = 20 }),
            ("box", _bed.Box),
            ("run", await Scenarios.NoteRunAsync(server.Address.Authority, _bed.Box.InstanceId)),
            ("repo", "file:///code"),
            ("link", server.DownloadUri()),
            ("here", here));
        Promptly.Back(took);
        server.Relay.Disarm();
        Wait.Until(() => Sockets.To(server.Address.Port) == 0, TimeSpan.FromSeconds(5), "the connection to close");
        Assert.Equal([Path.Combine(here, "train.sh")], Directory.EnumerateFileSystemEntries(here));
    }

    [Fact]
    public async Task A_stop_while_renting_takes_back_what_was_rented()
    {
        var shown = new CaptureHost("Yes");
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host(shown);
        VastOffer offer = host.Run("Get-VastOffer -GpuCount 1 -First 1").Clean<VastOffer>()[0];
        vast.Server.Relay.Arm(FaultKind.Slow, "PUT /api/v0/asks/", times: 1, bytes: 60);
        (Ran ran, TimeSpan took) = host.RunAndStop(
            "$offer | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false",
            () => vast.Requests.Any(r => r.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal)),
            ("offer", offer));
        Promptly.Back(took);
        Assert.Empty(ran.Output);
        Assert.Contains("Get-VastInstance -Label", shown.Shown, StringComparison.Ordinal);
        await Wait.UntilAsync(
            async () => (await vast.Server.GetInstancesAsync()).All(i => i.Status == "destroyed"),
            TimeSpan.FromSeconds(20),
            "the instance to be taken back");
    }
}
