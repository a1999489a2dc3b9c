using System.Net.Sockets;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;
using VastPS.Tests.Package;

namespace VastPS.Tests.Features.Access;

/// <summary>The system's own ssh on a real box: with the key, the port and the host key that all commands use.</summary>
public sealed class EnterVastInstanceTests(SharedRunBed shared) : IClassFixture<SharedRunBed>, IDisposable
{
    private readonly RunBed _bed = shared.Bed;
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-enter-").FullName;
    private readonly HostKeyStore _book = new(TestEnvironment.StateFolder, TimeProvider.System);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_typed_runs_on_the_box_and_the_exit_code_comes_back()
    {
        Enter(new StubSsh(_folder), "$box | Enter-VastInstance").Clean<object>();
        var ssh = new StubSsh(_folder, "echo \"it works for $USER\"\nexit 7\n");
        Ran ran = Enter(ssh, "$box | Enter-VastInstance; $LASTEXITCODE");
        Assert.Equal([7], ran.Clean<int>());
        Assert.Contains("it works for ", ssh.Output, StringComparison.Ordinal);
        Assert.Equal(["--", $"vast-{_bed.Box.InstanceId}"], ssh.Words.TakeLast(2));
        Assert.Contains($"HostName={_bed.Box.SshAddresses[0].Host}", ssh.Words);
        Assert.Contains($"Port={_bed.Box.SshAddresses[0].Port}", ssh.Words);
        Assert.Contains($"IdentityFile=\"{TestEnvironment.KeyPath}\"", ssh.Words);
        Assert.Contains("StrictHostKeyChecking=yes", ssh.Words);
    }

    [Fact]
    public async Task The_key_met_first_is_the_only_one_for_every_command()
    {
        await ForgetAsync();
        var first = new StubSsh(_folder);
        Enter(first, "$box | Enter-VastInstance").Clean<object>();
        Assert.Contains("StrictHostKeyChecking=accept-new", first.Words);
        HostKey met = _book.Find(Scope)!;
        Assert.NotEmpty(met.Base64);

        var second = new StubSsh(_folder);
        Enter(second, "$box | Enter-VastInstance").Clean<object>();
        Assert.Contains("StrictHostKeyChecking=yes", second.Words);

        // In a runspace of its own, which connects anew.
        Assert.Equal("hello", Assert.Single(Enter(second, "$box | Invoke-VastCommand 'echo hello'").Clean<VastCommandResult>()).Stdout);
        Assert.Equal(met, _book.Find(Scope));
    }

    [Fact]
    public async Task Another_host_key_is_refused_by_ssh_itself()
    {
        await ForgetAsync();
        string other = Path.Combine(_folder, "other");
        SshBox.KeyGen(other, "");
        PublicKeyText key = PublicKeyText.Parse(await File.ReadAllTextAsync(other + ".pub"));
        await _book.MeetAsync(Scope, new HostKey(key.Type, key.Fingerprint, key.Base64), default);
        try
        {
            var ssh = new StubSsh(_folder, "echo nobody\n");
            Ran ran = Enter(ssh, "$box | Enter-VastInstance; $LASTEXITCODE");
            ran.OneError("VastShellFailed");
            Assert.Equal([255], ran.Output.Cast<int>());
            Assert.Contains("Host key verification failed", ssh.Errors, StringComparison.Ordinal);
            Assert.Empty(ssh.Output);
        }
        finally
        {
            await ForgetAsync();
        }
    }

    [Fact]
    public void A_port_leads_to_the_box_while_the_shell_is_open_and_a_stop_closes_both()
    {
        int port = SshBox.FreePort();
        var ssh = new StubSsh(_folder, "while kill -0 $PPID; do sleep 0.1; done\n");
        using CmdletHost host = Host(ssh);
        (Ran _, TimeSpan took) = host.RunAndStop(
            "$box | Enter-VastInstance -LocalForward $forward",
            () => Greets(port),
            ("box", _bed.Box),
            ("forward", $"{port}:localhost:{_bed.Box.SshAddresses[0].Port}"));
        Promptly.Back(took);
        Wait.Until(() => !Processes.Any($"127.0.0.1:{port}:"), TimeSpan.FromSeconds(5), "ssh to end");
        Assert.False(Greets(port));
    }

    [Fact]
    public void A_port_in_use_is_an_error_and_no_shell()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var ssh = new StubSsh(_folder, "echo shell\n");
        Enter(ssh, $"$box | Enter-VastInstance -LocalForward {((System.Net.IPEndPoint)taken.LocalEndpoint).Port}").OneError(
            "VastShellFailed");
        Assert.Contains("in use", ssh.Errors, StringComparison.Ordinal);
        Assert.Empty(ssh.Output);
    }

    [Theory]
    [InlineData("$box | Enter-VastInstance -LocalForward '8888:-oProxyCommand=x:1'", "VastInvalidValue")]
    [InlineData("$box | Enter-VastInstance -LocalForward 8888, 0", "VastInvalidValue")]
    [InlineData("$box | Enter-VastInstance -KeyPath /nowhere/key", "VastKeyFileMissing")]
    [InlineData("Enter-VastInstance 4040404", "VastInstanceNotFound")]
    public void Bad_input_starts_nothing(string script, string id)
    {
        var ssh = new StubSsh(_folder);
        Enter(ssh, script).OneError(id);
        Assert.False(File.Exists(Path.Combine(_folder, "ssh.words")));
    }

    [Fact]
    public void Without_a_terminal_or_an_ssh_it_says_so()
    {
        _bed.Run("$box | Enter-VastInstance").OneError("VastNotATerminal");
        using CmdletHost host = new(_bed.Vast.Services(new LocalSsh(Path.Combine(_folder, "no-ssh"))), new CaptureHost());
        Assert.Contains(
            "openssh-client",
            host.Run("$box | Enter-VastInstance", ("box", _bed.Box)).OneError("VastLocalSshMissing").ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_that_cannot_be_reached_or_does_not_run_is_named_before_ssh_starts()
    {
        await using RunBed bed = await RunBed.StartAsync(isProven: false);
        var ssh = new StubSsh(_folder);
        using CmdletHost host = new(bed.Vast.Services(ssh.Program), new CaptureHost());
        await bed.SeverAsync(isCut: true);
        host.Run("$box | Enter-VastInstance", ("box", bed.Box)).OneError("VastSshHandshakeFailed");
        await bed.SeverAsync(isCut: false);
        host.Run(
            "$box | Stop-VastInstance -Confirm:$false -WarningAction Ignore; $box | Wait-VastInstance -State Stopped", ("box", bed.Box));
        host.Run("$box | Enter-VastInstance", ("box", bed.Box)).OneError("VastInstanceNotRunning");
        Assert.False(File.Exists(Path.Combine(_folder, "ssh.words")));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void At_a_real_terminal_the_box_has_a_terminal_too()
    {
        Assert.SkipUnless(Terminal.IsThere, Terminal.Missing);
        string script = Path.Combine(_folder, "session.ps1");
        File.WriteAllText(script, """
            Import-Module ./out/VastPS
            $null = Start-VastSimulator -BootTime 0.2s -WarningAction Ignore
            $box = @(Get-VastOffer -GpuCount 1 -First 1) | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance
            $null = $box | Invoke-VastCommand 'touch ~/.no_auto_tmux'
            $box | Enter-VastInstance
            "ssh ended with $LASTEXITCODE"
            exit $LASTEXITCODE
            """);
        Exited ran = Terminal.Run(script, "echo \"I sit at $(tty), $TERM\"\nexit 3\n", ("VASTPS_STATE", Path.Combine(_folder, "state")));
        Assert.Contains("I sit at /dev/pts/", ran.Output, StringComparison.Ordinal);
        Assert.Contains("ssh ended with 3", ran.Output, StringComparison.Ordinal);
        Assert.Equal(3, ran.Code);
    }

    private string Scope =>
        SshTarget.ScopeOf(SshTarget.ScopeOf(_bed.Host.Services.Api.Server, _bed.Box.InstanceId), _bed.Box.SshAddresses[0]);

    private Task ForgetAsync() => _book.ForgetAsync(Scope, default);

    private CmdletHost Host(StubSsh ssh) => new(_bed.Vast.Services(ssh.Program), new CaptureHost());

    private Ran Enter(StubSsh ssh, string script)
    {
        using CmdletHost host = Host(ssh);
        return host.Run(script, ("box", _bed.Box));
    }

    private static bool Greets(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 2000 };
            byte[] greeting = new byte[4];
            return client.GetStream().ReadAtLeast(greeting, 4, throwOnEndOfStream: false) == 4 && greeting.AsSpan().SequenceEqual("SSH-"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
