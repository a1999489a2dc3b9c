using System.Diagnostics;
using VastPS.Kernel.Connections;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Connections;

/// <summary>What a timeout, a stop or a lost link leaves behind on the box: nothing.</summary>
public sealed class SshEndTests
{
    // Children and grandchildren that ignore TERM, one of them without the environment, one in a group of its own.
    private const string Stubborn = """
        sh -c 'trap "" TERM; env -i sh -c "trap \"\" TERM; sleep {0}; sleep {0}" & sleep {0}; sleep {0}' &
        ( set -m; sleep {0} & wait )&
        echo ready
        sleep {0}
        """;

    private static int s_mark = 40000;

    // A sleep that no other test sleeps.
    private readonly string _sleep = $"{Environment.ProcessId}.{Interlocked.Increment(ref s_mark)}";

    [Fact]
    public async Task A_timeout_is_a_result_and_ends_the_whole_session()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await using ISshLink link = await bed.ConnectAsync();

        SshResult result = await link.RunAsync(new SshCommandSpec(Text(Stubborn)) { Timeout = TimeSpan.FromSeconds(1) }, default);

        Assert.True(result.TimedOut);
        Assert.False(result.MayStillRun);
        Assert.Null(result.ExitCode);
        Assert.Equal("ready\n", result.Stdout);
        Assert.Empty(Left());
        Assert.Equal("after\n", (await link.RunAsync(new SshCommandSpec("echo after"), default)).Stdout);
    }

    // Its sshd is no root's: it may not change users, and it refuses to pass on signals where a command is forced.
    [Fact]
    public async Task An_ordinary_users_sshd_leaves_nothing_either()
    {
        using SshTestBed bed = await SshTestBed.StartForGuestAsync();
        ISshLink link = await bed.ConnectAsync();
        Assert.Equal(bed.Box.User + "\n", (await link.RunAsync(new SshCommandSpec("id -un"), default)).Stdout);
        SshResult result = await link.RunAsync(new SshCommandSpec(Text(Stubborn)) { Timeout = TimeSpan.FromSeconds(1) }, default);
        Assert.True(result.TimedOut);
        Assert.False(result.MayStillRun);
        Assert.Empty(Left());

        using var stop = new CancellationTokenSource();
        Task<SshResult> running = link.RunAsync(new SshCommandSpec(Text(Stubborn)), stop.Token);
        await Eventually.TrueAsync(() => Left().Count >= 5, "the command did not start");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await link.DisposeAsync();
        Assert.Empty(Left());
    }

    // The forced command stays between sshd and the command, so that the command has no session of its own from sshd.
    [Fact]
    public async Task A_command_that_gets_no_session_from_sshd_makes_its_own()
    {
        using SshTestBed bed = await SshTestBed.StartAsync("ForceCommand sh -c \"$SSH_ORIGINAL_COMMAND\"; exit $?");
        await using ISshLink link = await bed.ConnectAsync();

        SshResult result = await link.RunAsync(new SshCommandSpec(Text(Stubborn)) { Timeout = TimeSpan.FromSeconds(1) }, default);

        Assert.Equal((true, false), (result.TimedOut, result.MayStillRun));
        Assert.Empty(Left());
        Assert.Equal((3, "out\n"), await ExitAndOutputAsync(link));
    }

    // BusyBox's setsid waits for nothing.
    [Fact]
    [Needs("busybox")]
    public async Task It_makes_its_own_on_a_box_of_BusyBox_as_well_and_keeps_its_stdin()
    {
        string programs = Directory.CreateTempSubdirectory("vastps-busybox-").FullName;
        try
        {
            BoxShell.InstallBusyBox(programs);
            using SshTestBed bed =
                await SshTestBed.StartAsync($"ForceCommand env PATH={programs} sh -c \"$SSH_ORIGINAL_COMMAND\"; exit $?");
            await using ISshLink link = await bed.ConnectAsync();

            SshResult ended = await link.RunAsync(new SshCommandSpec(Text(Stubborn)) { Timeout = TimeSpan.FromSeconds(1) }, default);
            Assert.Equal((true, false), (ended.TimedOut, ended.MayStillRun));
            Assert.Empty(Left());
            Assert.Equal((3, "out\n"), await ExitAndOutputAsync(link));
            var spec = new SshCommandSpec("cat; exit 4") { Input = new MemoryStream("given"u8.ToArray()) };
            SshResult read = await link.RunAsync(spec, default);
            Assert.Equal((4, "given"), (read.ExitCode, read.Stdout));
        }
        finally
        {
            Directory.Delete(programs, recursive: true);
        }
    }

    [Fact]
    public async Task What_left_the_session_on_purpose_is_left_alone()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await using ISshLink link = await bed.ConnectAsync();
        var spec =
            new SshCommandSpec(Text("setsid sleep {0} </dev/null >/dev/null 2>&1 & sleep 4712")) { Timeout = TimeSpan.FromSeconds(1) };

        SshResult result = await link.RunAsync(spec, default);

        Assert.True(result.TimedOut);
        int daemon = Assert.Single(Left());
        Procs.Kill(daemon);
    }

    [Fact]
    public async Task A_program_that_tidies_up_on_TERM_is_given_the_time()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await using ISshLink link = await bed.ConnectAsync();
        var spec = new SshCommandSpec(Text("trap 'sleep 0.1; echo tidy; exit 0' TERM; echo ready; while :; do sleep 0.02; done"))
        {
            Timeout = TimeSpan.FromSeconds(1),
            KillGrace = TimeSpan.FromSeconds(2),
        };

        SshResult result = await link.RunAsync(spec, default);

        Assert.True(result.TimedOut);
        Assert.Equal("ready\ntidy\n", result.Stdout);
    }

    // MaxSessions 1 leaves no second channel: the ending needs a new connection. Root's sshd ignores signals by itself.
    [Theory]
    [InlineData("MaxSessions 10")]
    [InlineData("MaxSessions 1")]
    public async Task A_stop_in_the_middle_returns_within_a_second_and_nothing_is_left(string config)
    {
        using SshTestBed bed = await SshTestBed.StartAsync(config);
        ISshLink link = await bed.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task<SshResult> running = link.RunAsync(new SshCommandSpec(Text(Stubborn)), stop.Token);
        await Eventually.TrueAsync(() => Left().Count >= 5, "the command did not start");

        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Promptly.Back(clock.Elapsed);
        await link.DisposeAsync();

        Assert.Empty(Left());
        await Eventually.TrueAsync(() => bed.Box.Sessions().Count == 0, "an sshd session was left");
    }

    // A channel is free a moment after its command was ended: with sshd's 10 a slow computer would have none left for the last ones.
    [Fact]
    public async Task A_stop_just_after_the_start_leaves_nothing_either()
    {
        using SshTestBed bed = await SshTestBed.StartAsync("MaxSessions 100");
        ISshLink link = await bed.ConnectAsync();
        foreach (int delay in Enumerable.Range(0, 12))
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay * 4));
            var clock = Stopwatch.StartNew();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => link.RunAsync(new SshCommandSpec(Text("sleep {0}")), stop.Token));
            Promptly.Back(clock.Elapsed);
        }

        await link.DisposeAsync();

        Assert.Empty(Left());
    }

    [Fact]
    public async Task Nobody_hears_lines_after_a_stop()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await using ISshLink link = await bed.ConnectAsync();
        using var stop = new CancellationTokenSource();
        int lines = 0;
        var spec = new SshCommandSpec(
            Text("while :; do echo line; sleep 0.01; done # {0}")) { OnStdoutLine = _ => Interlocked.Increment(ref lines) };
        Task<SshResult> running = link.RunAsync(spec, stop.Token);
        await Eventually.TrueAsync(() => Volatile.Read(ref lines) > 3);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        int heard = Volatile.Read(ref lines);
        await link.DisposeAsync();

        Assert.Equal(heard, Volatile.Read(ref lines));
    }

    [Fact]
    public async Task A_lost_link_is_an_error_and_the_command_is_ended_over_a_new_connection()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await using ISshLink link = await bed.ConnectAsync();
        Task<SshResult> running = link.RunAsync(new SshCommandSpec(Text(Stubborn)), default);
        await Eventually.TrueAsync(() => Left().Count >= 5, "the command did not start");

        // Only sshd's own processes: the command goes on, as on a real box.
        foreach (int session in bed.Box.Sessions()
            .SelectMany(s => Procs.Children(s).Where(c => Procs.CommandLine(c).Contains("sshd", StringComparison.Ordinal)).Append(s))
            .ToList())
        {
            Procs.Kill(session);
        }

        VastException lost = await Assert.ThrowsAsync<VastException>(() => running);

        Assert.Equal(VastReason.SshLinkLost, lost.Reason);
        Assert.Equal(77L, lost.Target);
        Assert.Contains("What it had started there was ended.", ErrorText.By(lost), StringComparison.Ordinal);
        Assert.Empty(Left());
        VastException again = await Assert.ThrowsAsync<VastException>(() => link.RunAsync(new SshCommandSpec("true"), default));
        Assert.Equal(VastReason.SshLinkLost, again.Reason);
    }

    [Fact]
    public async Task A_link_that_hangs_still_stops_within_a_second_and_the_command_is_ended()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        ISshLink link = await bed.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task<SshResult> running = link.RunAsync(new SshCommandSpec(Text("sleep {0}")), stop.Token);
        await Eventually.TrueAsync(() => Left().Count > 0, "the command did not start");
        List<int> frozen =
            [.. bed.Box.Sessions().SelectMany(Procs.Tree).Where(p => Procs.CommandLine(p).Contains("sshd", StringComparison.Ordinal))];
        frozen.ForEach(p => Procs.Signal(p, "STOP"));

        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Promptly.Back(clock.Elapsed);

        await Eventually.TrueAsync(() => Left().Count == 0, "the command was not ended over a new connection");
        frozen.ForEach(p => Procs.Signal(p, "CONT"));
        await link.DisposeAsync();
    }

    [Fact]
    public async Task A_box_that_gives_no_sign_of_life_is_a_lost_link_and_the_command_is_ended_over_a_new_connection()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        ISshLink link = await bed.ConnectAsync();
        Task<SshResult> running = link.RunAsync(new SshCommandSpec(Text("sleep {0}")) { KeepAlive = TimeSpan.FromSeconds(1) }, default);
        await Eventually.TrueAsync(() => Left().Count > 0, "the command did not start");
        List<int> frozen =
            [.. bed.Box.Sessions().SelectMany(Procs.Tree).Where(p => Procs.CommandLine(p).Contains("sshd", StringComparison.Ordinal))];
        frozen.ForEach(p => Procs.Signal(p, "STOP"));

        VastException lost = await Assert.ThrowsAsync<VastException>(() => running);

        Assert.Equal(VastReason.SshLinkLost, lost.Reason);
        Assert.Contains("no answer for 1s", ErrorText.By(lost), StringComparison.Ordinal);
        Assert.Empty(Left());
        frozen.ForEach(p => Procs.Signal(p, "CONT"));
        await link.DisposeAsync();
    }

    // With one session allowed the question is refused, and that is a sign of life too.
    [Theory]
    [InlineData("MaxSessions 10")]
    [InlineData("MaxSessions 1")]
    public async Task A_command_that_is_silent_on_a_box_that_lives_goes_on(string config)
    {
        using SshTestBed bed = await SshTestBed.StartAsync(config);
        await using ISshLink link = await bed.ConnectAsync();

        SshResult result = await link.RunAsync(new SshCommandSpec("sleep 5; echo done") { KeepAlive = TimeSpan.FromSeconds(2) }, default);

        Assert.Equal((0, "done\n"), (result.ExitCode, result.Stdout));
    }

    [Fact]
    public async Task Silence_ends_a_command_and_output_does_not()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await using ISshLink link = await bed.ConnectAsync();
        var spec = new SshCommandSpec(Text("for i in 1 2 3 4 5; do echo $i; sleep 0.4; done; sleep {0}"))
            {
            IdleTimeout = TimeSpan.FromSeconds(3),
            Timeout = TimeSpan.FromSeconds(30)
        };

        SshResult result = await link.RunAsync(spec, default);

        Assert.Equal((true, true, "1\n2\n3\n4\n5\n"), (result.TimedOut, result.WasSilent, result.Stdout));
        Assert.Empty(Left());
    }

    [Fact]
    public async Task After_many_links_nothing_is_left_on_either_side()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await OnceAsync(bed);
        await Eventually.TrueAsync(() => bed.Box.Sessions().Count == 0);
        int threads = Process.GetCurrentProcess().Threads.Count;

        for (int i = 0; i < 20; i++)
        {
            await OnceAsync(bed);
        }

        await Eventually.TrueAsync(() => bed.Box.Sessions().Count == 0, "sshd sessions were left");
        await Eventually.TrueAsync(() => Process.GetCurrentProcess().Threads.Count <= threads + 8, "threads were left");
        await Eventually.TrueAsync(() => Sockets.To(bed.Box.Port) == 0, "connections were left");
    }

    private static async Task<(int?, string)> ExitAndOutputAsync(ISshLink link)
    {
        SshResult result = await link.RunAsync(new SshCommandSpec("echo out; exit 3"), default);
        return (result.ExitCode, result.Stdout);
    }

    private static async Task OnceAsync(SshTestBed bed)
    {
        await using ISshLink link = await bed.ConnectAsync();
        Assert.NotEqual(0, Sockets.To(bed.Box.Port));
        await Task.WhenAll(
            link.RunAsync(new SshCommandSpec("echo hello"), default),
            link.RunAsync(new SshCommandSpec("sleep 60") { Timeout = TimeSpan.FromMilliseconds(50) }, default));
    }

    private string Text(string command) => command.Replace("{0}", _sleep, StringComparison.Ordinal);

    private IReadOnlyList<int> Left() => Procs.WithCommandLine(_sleep);
}
