using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Simulator;

public sealed class BoxTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_box_answers_over_its_direct_port_and_its_proxy_with_a_home_of_its_own()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync(more: ",\"onstart\":\"echo hello $WHO\",\"env\":{\"WHO\":\"world\",\"-p 8000:8000\":\"1\"}");
        JsonObject row = (await kit.RowAsync(id))!;
        Assert.Equal("127.0.0.1 ", row["public_ipaddr"]!.GetValue<string>());
        string direct = row["ports"]!["22/tcp"]![0]!["HostPort"]!.GetValue<string>();
        int proxy = row["ssh_port"]!.GetValue<int>();
        Assert.NotEqual(direct, proxy.ToString(CultureInfo.InvariantCulture));

        SimKit.Ran ran = await kit.SshAsync(
            id,
            "pwd; echo \"[$CONTAINER_ID$CONTAINER_API_KEY$WHO]\"; echo 'it''s' > file; command -v nvidia-smi; exit 7",
            int.Parse(direct, CultureInfo.InvariantCulture));
        string[] lines = ran.Text.Split('\n');
        Assert.Equal(7, ran.ExitCode);
        Assert.Equal("[]", lines[1]);
        Assert.EndsWith("/bin/nvidia-smi", lines[2], StringComparison.Ordinal);
        string home = (await kit.Server.GetInstancesAsync())[0].Home!;
        Assert.True(File.Exists(Path.Combine(home, "file")));
        Assert.Equal("file onstart.sh workspace", (await kit.SshAsync(id, "ls | xargs", proxy)).Text.Trim());
        Assert.Equal("file", (await kit.SshAsync(id, "cd $HOME && ls file")).Text.Trim());
        await Wait.UntilAsync(
            async () => (await LogAsync(kit, id)).Contains("hello world", StringComparison.Ordinal), s_limit, "the output of onstart");
    }

    [Fact]
    public async Task Files_go_in_and_out_over_sftp()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync();
        SimInstanceView view = (await kit.Server.GetInstancesAsync())[0];
        string source = Path.Combine(kit.Server.Folder, "up.txt");
        await File.WriteAllTextAsync(source, "from outside");
        string batch = Path.Combine(kit.Server.Folder, "batch");
        await File.WriteAllTextAsync(batch, $"put {source} workspace/in.txt\nget workspace/in.txt {source}.back\n");
        SimKit.Ran ran = await SimKit.RunAsync("sftp", [
            .. kit.SshOptions(), "-P", view.SshPort.ToString(CultureInfo.InvariantCulture), "-b", batch, $"{kit.Server.LoginUser}@127.0.0.1"
        ]);

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Equal("from outside", await File.ReadAllTextAsync(source + ".back"));
        Assert.Equal("from outside", (await kit.SshAsync(id, "cat workspace/in.txt")).Text);
    }

    [Fact]
    public async Task Stop_ends_what_runs_and_keeps_the_home_and_start_gives_new_ports()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync();
        string mark = "98" + Random.Shared.Next(1_000_000, 9_999_999).ToString(CultureInfo.InvariantCulture);
        await kit.SshAsync(
            id,
            $"touch kept; setsid sleep {mark} </dev/null >/dev/null 2>&1 & nohup sleep {mark} </dev/null >/dev/null 2>&1 & env -i nohup "
            + $"sleep {mark} </dev/null >/dev/null 2>&1 &");
        Wait.Until(() => Sleepers(mark) == 3, s_limit, "all to start");
        SimInstanceView before = (await kit.Server.GetInstancesAsync())[0];

        await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"stopped"}""");
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        JsonObject row = (await kit.RowAsync(id))!;
        Assert.False(row.ContainsKey("ports"));
        Assert.Equal(0, Sleepers(mark));
        Assert.Equal(255, (await kit.SshAsync(id, "true", before.SshPort)).ExitCode);

        await kit.AskAsync("PUT", $"api/v0/instances/{id}/", """{"state":"running"}""");
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        SimInstanceView after = (await kit.Server.GetInstancesAsync())[0];
        Assert.NotEqual(before.SshPort, after.SshPort);
        Assert.Equal("kept", (await kit.SshAsync(id, "ls kept")).Text.Trim());

        await kit.AskAsync("DELETE", $"api/v0/instances/{id}/", "{}");
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        await kit.Server.SettleAsync();
        Assert.False(Directory.Exists(before.Home!));
    }

    [Fact]
    public async Task The_end_of_the_simulator_leaves_no_process_and_no_folder()
    {
        string folder;
        string mark = "97" + Random.Shared.Next(1_000_000, 9_999_999).ToString(CultureInfo.InvariantCulture);
        await using (SimKit kit = await SimKit.StartBoxesAsync())
        {
            folder = kit.Server.Folder;
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder));
            long id = await kit.RentRunningAsync();
            await kit.SshAsync(id, $"setsid sleep {mark} </dev/null >/dev/null 2>&1 &");
            Assert.NotEmpty(CommandLines(folder));
        }

        Assert.False(Directory.Exists(folder));
        Assert.Empty(CommandLines(folder));
        Assert.Equal(0, Sleepers(mark));
    }

    [Fact]
    public async Task Ssh_can_be_refused_and_the_host_key_can_change()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync("SshRefused", "HostKeyChanges");
        long id = await kit.RentRunningAsync();
        Assert.Equal(0, (await kit.Server.GetInstancesAsync())[0].SshPort);
        kit.Server.Faults.Set("SshRefused", false);
        string first = await HostKeyAsync(kit);
        await kit.AskAsync("PUT", $"api/v0/instances/reboot/{id}/", "{}");
        await kit.Server.SettleAsync();
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(first, await HostKeyAsync(kit));
        kit.Server.Faults.Set("HostKeyChanges", false);
        string second = await HostKeyAsync(kit);
        await kit.AskAsync("PUT", $"api/v0/instances/reboot/{id}/", "{}");
        await kit.Server.SettleAsync();
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(second, await HostKeyAsync(kit));
    }

    [Fact]
    public async Task The_proxy_can_be_cut()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync();
        SimInstanceView view = (await kit.Server.GetInstancesAsync())[0];
        Relay proxy = await kit.Server.GetProxyAsync(id);
        proxy.Arm(FaultKind.Reset);
        Assert.Equal(255, (await kit.SshAsync(id, "true", view.ProxyPort)).ExitCode);
        Task<SimKit.Ran> waiting = kit.SshAsync(id, "echo here; sleep 100", view.ProxyPort);
        Wait.Until(() => proxy.Connections == 1, s_limit, "the connection through the proxy");
        proxy.ResetAll();
        Assert.Equal(255, (await waiting.WaitAsync(s_limit)).ExitCode);
    }

    [Fact]
    public async Task Only_keys_of_the_account_at_creation_log_in()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long key = JsonNode.Parse((await kit.AskAsync("GET", "api/v0/ssh/")).Text)![0]!["id"]!.GetValue<long>();
        await kit.AskAsync("DELETE", $"api/v0/ssh/{key}/", "{}");
        long id = await kit.RentRunningAsync();
        Assert.Equal(255, (await kit.SshAsync(id, "true")).ExitCode);
        string publicKey = (await File.ReadAllTextAsync(kit.Server.KeyPath + ".pub")).Trim();
        await kit.AskAsync("POST", $"api/v0/instances/{id}/ssh/", new JsonObject { ["ssh_key"] = publicKey }.ToJsonString());
        Assert.Equal(0, (await kit.SshAsync(id, "true")).ExitCode);
    }

    private static async Task<string> LogAsync(SimKit kit, long id)
    {
        string link = (await kit.AskAsync("PUT", $"api/v0/instances/request_logs/{id}/", "{}")).Json["result_url"]!.GetValue<string>();
        await kit.AskAsync("GET", link, key: null);
        await kit.AskAsync("GET", link, key: null);
        return (await kit.AskAsync("GET", link, key: null)).Text;
    }

    private static async Task<string> HostKeyAsync(SimKit kit)
    {
        int port = (await kit.Server.GetInstancesAsync())[0].SshPort;
        SimKit.Ran ran =
            await SimKit.RunAsync("ssh-keyscan", ["-t", "ed25519", "-p", port.ToString(CultureInfo.InvariantCulture), "127.0.0.1"]);
        return ran.Text.Split(' ')[^1];
    }

    private static int Sleepers(string mark) => CommandLines("sleep\0" + mark).Count;

    /// <summary>Command lines of all processes that contain a text.</summary>
    private static List<string> CommandLines(string text)
    {
        List<string> found = [];
        foreach (Process process in Process.GetProcesses())
        {
            try
            {
                string line = File.ReadAllText($"/proc/{process.Id}/cmdline");
                if (line.Contains(text, StringComparison.Ordinal) && process.Id != Environment.ProcessId)
                {
                    found.Add(line);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is another user's.
            }
            finally
            {
                process.Dispose();
            }
        }

        return found;
    }
}
