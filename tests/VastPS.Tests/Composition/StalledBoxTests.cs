using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>The machine's own port is dead, and the proxy accepts and never answers: a stop leaves at once, with every command.</summary>
public sealed class StalledBoxTests
{
    // In the midst of a handshake the library hears no stop; the limit of the attempt, 8 s, ends it behind the command.
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(12);

    public static TheoryData<string, string> Dialing => new([
        ("$box | Invoke-VastCommand true", "SSH-2.0-OpenSSH_9.9\r\n"),
        ("$run | Receive-VastRunLog -Follow", ""),
        .. Scenarios.All.Where(s => s.Asks == Asks.Instance).Select(s => (s.Script, "")),
    ]);

    [Theory]
    [MemberData(nameof(Dialing))]
    public async Task A_stop_leaves_a_proxy_that_never_answers(string script, string greeting)
    {
        using var proxy = new MuteServer(greeting);
        string row = $$"""
            {"id":7,"machine_id":1,"actual_status":"running","cur_state":"running","intended_status":"running",
            "label":"vastps-run.0123abcd.20991231T0000Z","dph_total":0.1,
            "public_ipaddr":"127.0.0.1","ports":{"22/tcp":[{"HostIp":"0.0.0.0","HostPort":"{{SshBox.FreePort()}}"}]},"ssh_host":"127.0.0.1","ssh_port":{{proxy.Port}}}
            """;
        await using var server =
            new ScriptedVast(
                asked => Reply.Ok(
                    $$"""{"success":true,"instances":{{(asked.Path.Contains("/instances/7", StringComparison.Ordinal) ? row : $"[{row}]")}},"next_token":null}"""));
        var services = new RunspaceServices(() => server.Endpoint, new QuickClock());
        using var host = new CmdletHost(services);
        await RunBed.ProveAsync(services.Api.Server, 7);
        string here = Scenarios.Prepare(Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N")));
        (Ran _, TimeSpan took) = host.RunAndStop(
            script,
            () => Sockets.To(proxy.Port) > 0,
            ("box", new VastInstance { InstanceId = 7 }),
            ("run", await Scenarios.NoteRunAsync(services.Api.Server, 7)),
            ("repo", "file:///code"),
            ("link", server.Address),
            ("here", here));
        Promptly.Back(took);
        Wait.Until(() => Sockets.To(proxy.Port) == 0, s_closeLimit, "the connection to close");
        Assert.Equal([Path.Combine(here, "train.sh")], Directory.EnumerateFileSystemEntries(here));
    }
}
