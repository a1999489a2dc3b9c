using System.Diagnostics;
using System.Text;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>The ssh configuration in a folder of the test's own, read by the real ssh.</summary>
public sealed class VastSshConfigTests : IAsyncLifetime
{
    private const string Rent =
        "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Label {0} -Confirm:$false | "
        + "Wait-VastInstance";
    private const string Before = "# mine\r\nHost work\r\n    HostName work.invalid\r\n    Port 2200";

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-sshconfig-").FullName;
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    private string Config => Path.Combine(_folder, "config");

    private string Hosts => Path.Combine(_folder, "vastps_config");

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.Host();
        File.WriteAllText(Config, Before);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Ssh_finds_a_box_by_name_and_by_id_and_everything_else_as_before()
    {
        VastInstance box = Box("train");
        VastSshConfigEntry entry = Assert.Single(Run("$box | Update-VastSshConfig -Path $path", box).Clean<VastSshConfigEntry>());
        Assert.Equal("vast-train", entry.Alias);
        Assert.Equal(["vast-train", $"vast-{box.InstanceId}"], entry.Aliases);

        foreach (string alias in entry.Aliases)
        {
            IReadOnlyList<string> seen = Ssh(alias);
            Assert.Contains($"hostname {box.SshAddresses[0].Host}", seen);
            Assert.Contains($"port {box.SshAddresses[0].Port}", seen);
            Assert.Contains($"user {box.SshAddresses[0].User}", seen);
            Assert.Contains($"hostkeyalias vast-{box.InstanceId}", seen);
            Assert.Contains($"userknownhostsfile {entry.KnownHostsFile}", seen);
            Assert.Contains($"identityfile {TestEnvironment.KeyPath}", seen);
        }

        Assert.Contains("port 2200", Ssh("work"));
        Assert.Contains("hostname elsewhere.invalid", Ssh("elsewhere.invalid"));
        Assert.EndsWith(Before, File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Equal(Before, File.ReadAllText(Config + ".vastps-backup"));

        string hello = Output("ssh", "-F", Config, "-o", "BatchMode=yes", entry.Alias, "echo it works");
        Assert.Equal("it works", hello.Trim());
        Assert.Contains($"vast-{box.InstanceId}", File.ReadAllText(entry.KnownHostsFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_update_changes_the_configuration_no_more_and_removal_gives_it_back()
    {
        VastInstance box = Box("train");
        Run("Update-VastSshConfig -Path $path", box).Clean<object>();
        byte[] once = File.ReadAllBytes(Config);
        Run("Update-VastSshConfig -Path $path", box).Clean<object>();
        Assert.Equal(once, File.ReadAllBytes(Config));
        Assert.Equal([box.InstanceId], Run("Get-VastSshConfig -Path $path", box).Clean<VastSshConfigEntry>().Select(e => e.InstanceId));

        Run("Remove-VastSshConfig -Path $path -All", box).Clean<object>();
        Assert.Equal(Encoding.UTF8.GetBytes(Before), File.ReadAllBytes(Config));
        Assert.Equal(
            ["config", "config.vastps-backup"],
            Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Run("Get-VastSshConfig -Path $path", box).Clean<object>());
    }

    [Fact]
    public void Entries_of_boxes_that_are_gone_are_pruned_and_single_ones_removed()
    {
        VastInstance first = Box("one");
        VastInstance second = Box("two");
        Assert.Equal(2, Run("Update-VastSshConfig -Path $path", first).Clean<VastSshConfigEntry>().Count);
        Run("$box | Remove-VastInstance -Confirm:$false", first).Clean<object>();
        Assert.Equal(
            [second.InstanceId], Run("Update-VastSshConfig -Path $path", first).Clean<VastSshConfigEntry>().Select(e => e.InstanceId));
        Run("$box | Remove-VastSshConfig -Path $path", first).OneError("VastSshConfigEntryNotFound");
        Run("$box | Remove-VastSshConfig -Path $path", second).Clean<object>();
        Assert.Empty(Run("Get-VastSshConfig -Path $path", second).Clean<object>());
        Run("Get-VastSshConfig -Path $path -InstanceId 77", second).OneError("VastSshConfigEntryNotFound");
    }

    [Fact]
    public void WhatIf_and_an_empty_pipeline_write_nothing()
    {
        VastInstance box = Box("train");
        Run(
            "$box | Update-VastSshConfig -Path $path -WhatIf; Update-VastSshConfig -Path $path -WhatIf; @() | Update-VastSshConfig -Path "
            + "$path",
            box).Clean<object>();
        Assert.Equal(["config"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));

        Run("Update-VastSshConfig -Path $path", box).Clean<object>();
        byte[] hosts = File.ReadAllBytes(Hosts);
        Run("$box | Remove-VastSshConfig -Path $path -WhatIf; Remove-VastSshConfig -All -Path $path -WhatIf", box).Clean<object>();
        Assert.Equal(hosts, File.ReadAllBytes(Hosts));
    }

    [Fact]
    public void WhatIf_shows_each_line_that_would_come_or_go()
    {
        VastInstance box = Box("train");
        var shown = new CaptureHost();
        using CmdletHost host = _vast.Host(shown);
        Ask("Update-VastSshConfig -Path $path -WhatIf");
        Assert.Contains($"{Config}:\n+ Include \"{Hosts}\"\n", shown.Shown, StringComparison.Ordinal);
        Assert.Contains($"{Hosts}:\n", shown.Shown, StringComparison.Ordinal);
        Assert.Contains(
            $"+ Host vast-train vast-{box.InstanceId}\n+     HostName {box.SshAddresses[0].Host}\n", shown.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("work.invalid", shown.Shown, StringComparison.Ordinal);
        Assert.Equal(["config"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));

        Ask("Update-VastSshConfig -Path $path");
        Ask("Update-VastSshConfig -Path $path -Proxy -WhatIf");
        Assert.Contains(
            $"-     Port {box.SshAddresses[0].Port}\n+     Port {box.SshAddresses[1].Port}\n", shown.Shown, StringComparison.Ordinal);
        Ask("Remove-VastSshConfig -All -Path $path -WhatIf");
        Assert.Contains($"- Include \"{Hosts}\"\n", shown.Shown, StringComparison.Ordinal);
        Assert.Contains("- Host vast-train", shown.Shown, StringComparison.Ordinal);
        Ask("Update-VastSshConfig -Path $path -WhatIf");
        Assert.Contains("\"Change nothing\"", shown.Shown, StringComparison.Ordinal);

        void Ask(string script) => host.Run(script, ("path", Config)).Clean<object>();
    }

    [Fact]
    public void A_name_that_is_the_user_s_stays_what_it_is()
    {
        VastInstance box = Box("train");
        Directory.CreateDirectory(Path.Combine(_folder, "my hosts"));
        File.WriteAllText(Path.Combine(_folder, "my hosts", "a.conf"), "Host VAST-train\n    Port 77\n");
        string mine = $"Include \"{_folder}/my hosts/*.conf\"\n{Before}";
        File.WriteAllText(Config, mine);
        Ran ran = Run("Update-VastSshConfig -Path $path", box);
        Assert.Equal([$"vast-{box.InstanceId}"], Assert.Single(ran.Clean<VastSshConfigEntry>()).Aliases);
        Assert.Contains("VAST-train", Assert.Single(ran.Warnings), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("port 77", Ssh("VAST-train"));

        File.WriteAllText(Config, $"Match host vast-{box.InstanceId}\n    Port 78\n");
        Run("Update-VastSshConfig -Path $path", box).OneError("VastSshConfigNameTaken");
        Assert.Contains("port 78", Ssh($"vast-{box.InstanceId}"));
        Assert.Empty(Run("Get-VastSshConfig -Path $path", box).Clean<object>());
    }

    [Fact]
    public void Ssh_and_the_commands_trust_the_same_host_key()
    {
        VastInstance box = Box("train");
        VastSshConfigEntry entry = Assert.Single(Run("Update-VastSshConfig -Path $path", box).Clean<VastSshConfigEntry>());
        Assert.Contains("stricthostkeychecking true", Ssh(entry.Alias));
        Assert.StartsWith($"vast-{box.InstanceId} ssh-", File.ReadAllText(entry.KnownHostsFile), StringComparison.Ordinal);

        // Forgotten by the commands, met by ssh: then it holds for both again.
        var book = new VastPS.Kernel.State.HostKeyStore(TestEnvironment.StateFolder, TimeProvider.System);
        string scope = VastPS.Kernel.Connections.SshTarget.ScopeOf(_host.Services.Api.Server, box.InstanceId);
        book.ForgetAsync(scope, default).GetAwaiter().GetResult();
        Run("Update-VastSshConfig -Path $path", box).Clean<object>();
        Assert.NotEmpty(book.Find(VastPS.Kernel.Connections.SshTarget.ScopeOf(scope, box.SshAddresses[0]))!.Base64);
    }

    [Fact]
    public void What_cannot_be_reached_is_told_and_left_out()
    {
        VastInstance box = Box("train");
        Run("Update-VastSshConfig 4040404 -Path $path", box).OneError("VastInstanceNotFound");
        Run(
            "$box | Stop-VastInstance -Confirm:$false -WarningAction SilentlyContinue; $box | Wait-VastInstance -State Stopped",
            box).Clean<object>();
        Run("$box | Update-VastSshConfig -Path $path", box).OneError("VastInstanceNotRunning");
        Assert.Empty(Run("Get-VastSshConfig -Path $path", box).Clean<object>());
    }

    [Fact]
    public void A_link_a_read_only_file_and_a_stranger_s_file_are_not_touched()
    {
        VastInstance box = Box("train");
        string real = Path.Combine(_folder, "real");
        File.Move(Config, real);
        File.CreateSymbolicLink(Config, real);
        Refused("symbolic link");
        Assert.Equal(real, new FileInfo(Config).LinkTarget);

        File.Delete(Config);
        File.Copy(real, Config);
        File.SetAttributes(Config, FileAttributes.ReadOnly);
        Refused("read-only");
        File.SetAttributes(Config, FileAttributes.Normal);

        File.WriteAllText(Config, Before, Encoding.Unicode);
        Refused("UTF-16");
        File.WriteAllText(Config, Before);

        if (Environment.IsPrivilegedProcess)
        {
            Output("chown", "12345", Config);
            Refused("another user");
        }

        // The line written by hand, as the error says: from then on only our own file is changed.
        File.WriteAllText(Config, $"Include \"{Hosts}\"\n{Before}");
        Run("Update-VastSshConfig -Path $path", box).Clean<object>();
        Assert.Contains($"port {box.SshAddresses[0].Port}", Ssh("vast-train"));

        void Refused(string why)
        {
            string said = Run("Update-VastSshConfig -Path $path", box).OneError("VastSshConfigRefused").Exception.Message;
            Assert.Contains(why, said, StringComparison.Ordinal);
            Assert.False(File.Exists(Hosts), "Something was written before the refusal.");
        }
    }

    [Fact]
    public void A_configuration_that_is_not_there_is_made_for_its_owner_alone()
    {
        VastInstance box = Box("train");
        string path = Path.Combine(_folder, "new", "config");
        _host.Run("Update-VastSshConfig -Path $path", ("path", path)).Clean<object>();
        Assert.Equal($"Include \"{Path.Combine(_folder, "new", "vastps_config")}\"\n", File.ReadAllText(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Equal(
            [box.InstanceId],
            _host.Run("Get-VastSshConfig -Path $path", ("path", path)).Clean<VastSshConfigEntry>().Select(e => e.InstanceId));
    }

    [Theory]
    [InlineData("Update-VastSshConfig -Path $path -Proxy")]
    [InlineData("$box | Remove-VastSshConfig -Path $path")]
    public void A_stop_while_another_holds_the_file_changes_nothing(string script)
    {
        VastInstance box = Box("train");
        Run("Update-VastSshConfig -Path $path", box).Clean<object>();
        Dictionary<string, string> before = Files();
        var clock = new WaitCounter();
        using var host = new CmdletHost(new RunspaceServices(
            () => new ApiEndpoint(_vast.Server.Address, _vast.Server.ApiKey, VastKeySource.Parameter, "the test"), clock));
        using (new FileStream(Hosts + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            (Ran _, TimeSpan took) = host.RunAndStop(script, () => clock.Waits > 3, ("box", box), ("path", Config));
            Promptly.Back(took);
        }

        Assert.Equal(before, Files());
        Run(script, box).Clean<object>();
        Assert.NotEqual(before, Files());
    }

    private Dictionary<string, string> Files() =>
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);

    private VastInstance Box(string label) =>
        Assert.Single(_host.Run(Rent.Replace("{0}", label, StringComparison.Ordinal)).Clean<VastInstance>());

    private Ran Run(string script, VastInstance box) => _host.Run(script, ("box", box), ("path", Config));

    private string[] Ssh(string alias) => Output("ssh", "-G", "-F", Config, alias).Split('\n');

    private static string Output(string program, params string[] arguments)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
        return output;
    }

    // Counts the pauses in which a command waits for the lock.
    private sealed class WaitCounter : TimeProvider
    {
        private int _waits;

        public int Waits => Volatile.Read(ref _waits);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.FromMilliseconds(10))
            {
                Interlocked.Increment(ref _waits);
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
