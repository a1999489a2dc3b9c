using System.Diagnostics;
using System.Globalization;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>Many processes write the ssh configuration at once while ssh reads it.</summary>
[Trait("Speed", "Slow")]
public sealed class SshConfigWritersTests : IDisposable
{
    private const int Writers = 8;
    private const int Rounds = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-writers-").FullName;

    private string Config => Path.Combine(_folder, "config");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Eight_processes_lose_no_entry_and_ssh_can_read_at_every_moment()
    {
        const string Mine = "Host work\n    HostName work.invalid\n    Port 2200\n";
        await File.WriteAllTextAsync(Config, Mine);
        string rows = string.Join(',', Enumerable.Range(1, Writers).Select(i => $$"""
            {"id":{{i}},"machine_id":1,"actual_status":"running","cur_state":"running","intended_status":"running","label":"box{{i}}","dph_total":0.1,
            "public_ipaddr":"203.0.113.{{i}}","ports":{"22/tcp":[{"HostIp":"0.0.0.0","HostPort":"41234"}]},"ssh_host":"ssh7.example.com","ssh_port":11696}
            """));
        await using var vast = new ScriptedVast(Reply.Ok($$"""{"success":true,"instances":[{{rows}}],"next_token":null}"""));
        Process[] writers = [.. Enumerable.Range(1, Writers).Select(i => Start(i, vast))];
        Task<string>[] errors = [.. writers.Select(w => w.StandardError.ReadToEndAsync())];
        foreach (Process writer in writers)
        {
            Assert.Equal("ready", await writer.StandardOutput.ReadLineAsync());
        }

        foreach (Process writer in writers)
        {
            await writer.StandardInput.WriteLineAsync("go");
            await writer.StandardInput.FlushAsync();
        }

        int looks = 0;
        while (writers.Any(w => !w.HasExited))
        {
            Assert.Contains("port 2200", Ask("work"));
            _ = Ask("vast-1");
            looks++;
        }

        Assert.All(writers.Zip(errors), w => Assert.True(w.First.ExitCode == 0, w.Second.Result));
        Assert.True(looks > 1);
        for (int i = 1; i <= Writers; i++)
        {
            Assert.Contains($"hostname 203.0.113.{i}", Ask($"vast-box{i}"));
            Assert.Contains("port 41234", Ask(string.Create(CultureInfo.InvariantCulture, $"vast-{i}")));
        }

        Assert.Equal($"Include \"{Path.Combine(_folder, "vastps_config")}\"\n{Mine}", await File.ReadAllTextAsync(Config));
        Assert.Equal(Mine, await File.ReadAllTextAsync(Config + ".vastps-backup"));
        Assert.Equal(
            ["config", "config.vastps-backup", "vastps_config", "vastps_config.lock", "vastps_known_hosts"],
            Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Array.ForEach(writers, w => w.Dispose());

        using var host = new CmdletHost(new RunspaceServices(() => vast.Endpoint, new QuickClock()));
        Assert.Equal(Writers, host.Run("Get-VastSshConfig -Path $path", ("path", Config)).Clean<VastSshConfigEntry>().Count);
    }

    // Each names its own box, over and over, by turns on both ways, so that there is something to write every time.
    private Process Start(int id, ScriptedVast vast) => PowerShellProcess.Start(
        [
            "-NonInteractive", "-Command",
            $"$ErrorActionPreference = 'Stop'; Import-Module ./out/VastPS; 'ready'; [void][Console]::In.ReadLine(); "
            + $"for ($i = 0; $i -lt {Rounds}; $i++) {{ $null = Update-VastSshConfig {id} -Path '{Config}' -Proxy:($i % 2 -eq 1) }}",
        ],
        ("VAST_URL", vast.Address.AbsoluteUri), ("VAST_API_KEY", ScriptedVast.Key));

    private string[] Ask(string host)
    {
        using Process ssh = Process.Start(
            new ProcessStartInfo("ssh", ["-F", Config, "-G", host]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = ssh.StandardError.ReadToEndAsync();
        string text = ssh.StandardOutput.ReadToEnd();
        ssh.WaitForExit();
        Assert.True(ssh.ExitCode == 0, $"At one moment ssh could not read the configuration: {errors.Result}");
        return text.Split('\n');
    }
}
