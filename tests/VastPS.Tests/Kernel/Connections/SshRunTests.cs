using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Connections;

public sealed class SshRunTests : IAsyncLifetime
{
    private SshTestBed _bed = null!;
    private ISshLink _link = null!;

    public async ValueTask InitializeAsync()
    {
        _bed = await SshTestBed.StartAsync("Banner /etc/passwd");
        _link = await _bed.ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _bed.Dispose();
    }

    [Fact]
    public async Task Both_streams_and_the_exit_code_come_back_apart()
    {
        SshResult result = await RunAsync("printf 'out\\n'; printf 'err\\n' >&2; exit 3");

        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, result.Stdout, result.Stderr));
        Assert.False(result.TimedOut);
        Assert.Equal(_bed.Box.Port, result.AddressUsed.Port);
    }

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 255", 255)]
    [InlineData("no-such-program-here", 127)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("sh -c 'kill -SEGV $$'", 139)]
    public async Task The_exit_code_is_the_commands_own(string command, int code)
    {
        Assert.Equal(code, (await RunAsync(command)).ExitCode);
        Assert.Equal(code, (await _link.RunAsync(new SshCommandSpec(command) { InLoginShell = true }, default)).ExitCode);
    }

    [Fact]
    public async Task A_command_of_several_lines_with_quotes_arrives_as_written()
    {
        SshResult result = await RunAsync("x='it'\"'\"'s'\nfor i in 1 2; do\n  printf '%s %s\\n' \"$x\" \"$i\"\ndone");

        Assert.Equal("it's 1\nit's 2\n", result.Stdout);
    }

    [Fact]
    public async Task Five_megabytes_arrive_whole()
    {
        SshResult result = await RunAsync("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end");

        Assert.Equal(5_000_000 + 5, result.Stdout.Length);
        Assert.EndsWith("x\nend\n", result.Stdout, StringComparison.Ordinal);
        Assert.Equal(5_000_005, result.StdoutBytes);
    }

    [Fact]
    public async Task A_long_output_keeps_its_end_and_says_so()
    {
        SshResult result = await _link.RunAsync(new SshCommandSpec("seq 1 100000") { KeepChars = 1000 }, default);

        Assert.True(result.IsTruncated);
        Assert.InRange(result.Stdout.Length, 1000, 2000);
        Assert.EndsWith("\n100000\n", result.Stdout, StringComparison.Ordinal);
        Assert.Equal(588_895, result.StdoutBytes);
    }

    [Fact]
    public async Task Input_reaches_the_command_byte_for_byte()
    {
        byte[] bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);

        SshResult result = await _link.RunAsync(new SshCommandSpec("sha256sum") { Input = new MemoryStream(bytes) }, default);

        Assert.StartsWith(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), result.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_input_stdin_is_at_its_end(bool emptyStream)
    {
        SshResult result = await _link.RunAsync(
            new SshCommandSpec("wc -c") { Input = emptyStream ? Stream.Null : null, Timeout = TimeSpan.FromSeconds(10) }, default);

        Assert.Equal("0", result.Stdout.Trim());
    }

    [Fact]
    public async Task A_command_that_does_not_read_its_input_still_ends()
    {
        SshResult result = await _link.RunAsync(
            new SshCommandSpec("exit 4") { Input = new MemoryStream(new byte[8_000_000]), Timeout = TimeSpan.FromSeconds(20) }, default);

        Assert.Equal(4, result.ExitCode);
    }

    [Fact]
    public async Task The_environment_arrives_without_showing_in_any_command_line()
    {
        const string Secret = "s3cret-'\"$`\\-value\nsecond line";
        var spec = new SshCommandSpec("printf '%s' \"$TOKEN\"; grep -aols s[3]cret /proc/[0-9]*/cmdline; cat")
        {
            Environment = new Dictionary<string, string> { ["TOKEN"] = Secret, ["OTHER"] = "" },
            Input = new MemoryStream("<rest>"u8.ToArray()),
        };

        SshResult result = await _link.RunAsync(spec, default);

        Assert.Equal(Secret + "<rest>", result.Stdout);
    }

    [Fact]
    public async Task Lines_come_while_the_command_runs_and_characters_are_never_cut()
    {
        var lines = new List<string>();
        var errors = new List<string>();
        string gate = Path.Combine(_bed.Box.Folder, "gate");
        var spec = new SshCommandSpec($"""
            printf 'gr\303'; sleep 0.1; printf '\274n\r\n'; printf '\033[31mred\033[0m\n50%%\r100%%\n'
            echo warn >&2
            while [ ! -e {gate} ]; do sleep 0.02; done
            printf 'last'
            """)
        {
            OnStdoutLine = line => Note(lines, line),
            OnStderrLine = line => Note(errors, line),
            Timeout = TimeSpan.FromSeconds(20),
        };

        Task<SshResult> running = _link.RunAsync(spec, default);
        await Eventually.TrueAsync(() => Count(lines) == 4 && Count(errors) == 1, "the lines did not come while the command ran");
        await File.WriteAllTextAsync(gate, "");
        SshResult result = await running;

        Assert.Equal(["grün", "red", "50%", "100%", "last"], lines);
        Assert.Equal(["warn"], errors);
        Assert.StartsWith("grün\r\n\u001b[31mred", result.Stdout, StringComparison.Ordinal);
        Assert.StartsWith("grün\r\nred", result.ToModel(77, "x").Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_link_runs_many_commands_at_once()
    {
        SshResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RunAsync($"sleep 0.2; echo {i}")));

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}\n"), results.Select(r => r.Stdout));
        Assert.Single(_bed.Box.Sessions());
    }

    [Fact]
    public async Task A_listener_that_throws_ends_the_command_and_its_exception_comes_back()
    {
        string mark = "sleep 4711." + _bed.Box.Port;
        var spec = new SshCommandSpec($"echo go; {mark}") { OnStdoutLine = _ => throw new FormatException("enough") };

        await Assert.ThrowsAsync<FormatException>(() => _link.RunAsync(spec, default));

        Assert.Empty(Procs.WithCommandLine(mark));
    }

    [Fact]
    public async Task A_server_that_opens_no_second_channel_says_so_and_the_first_command_goes_on()
    {
        using SshTestBed bed = await SshTestBed.StartAsync("MaxSessions 1");
        await using ISshLink link = await bed.ConnectAsync();
        string gate = Path.Combine(bed.Box.Folder, "gate");
        Task<SshResult> first = link.RunAsync(
            new SshCommandSpec($"until [ -e {gate} ]; do sleep 0.02; done; echo first") { Timeout = TimeSpan.FromSeconds(20) }, default);
        await Eventually.TrueAsync(() => Procs.WithCommandLine(gate).Count > 0);

        VastException error = await Assert.ThrowsAsync<VastException>(() => link.RunAsync(new SshCommandSpec("true"), default));
        await File.WriteAllTextAsync(gate, "");

        Assert.Equal(VastReason.SshHandshakeFailed, error.Reason);
        Assert.Contains("no further channel", ErrorText.By(error), StringComparison.Ordinal);
        Assert.Equal("first\n", (await first).Stdout);
        Assert.Equal(0, (await link.RunAsync(new SshCommandSpec("true"), default)).ExitCode);
    }

    // bash reads BASH_ENV as it would read a .bashrc that greets.
    [Fact]
    public async Task What_login_scripts_print_is_not_the_commands_output()
    {
        string noise = Path.Combine(_bed.Box.Folder, "noise.sh");
        await File.WriteAllTextAsync(noise, "echo Welcome to the box; echo warning >&2; set -x\n");
        using SshTestBed bed = await SshTestBed.StartAsync("SetEnv BASH_ENV=" + noise);
        await using ISshLink link = await bed.ConnectAsync();

        SshResult result = await link.RunAsync(new SshCommandSpec("echo out; echo err >&2"), default);

        Assert.Equal(("out\n", "err\n"), (result.Stdout, result.Stderr));
    }

    // Every byte that means something to a shell, alone, doubled and between letters, through a real sh.
    [Fact]
    public async Task Quoted_arguments_arrive_as_they_are()
    {
        List<string> words = [
            "", "-n", "--", "a b", "*", "~", "$(id)", "`id`", "é ü 漢 \U0001F600", "'", "''", "\\'", "a'b\"c", "\n\n", "end\n", "#x", "=",
            "!!", "{a,b}", "[a-z]"
        ];
        words.AddRange(Enumerable.Range(1, 127).SelectMany(i => new[] { $"{(char)i}", $"{(char)i}{(char)i}", $"a{(char)i}b" }));

        SshResult result = await RunAsync("printf '%s\\037\\n' " + ShellQuote.Join(words));

        Assert.Equal(string.Concat(words.Select(w => w + "\u001f\n")), result.Stdout);
    }

    private Task<SshResult> RunAsync(string command) =>
        _link.RunAsync(new SshCommandSpec(command) { Timeout = TimeSpan.FromSeconds(30) }, default);

    private static void Note(List<string> lines, string line)
    {
        lock (lines)
        {
            lines.Add(line);
        }
    }

    private static int Count(List<string> lines)
    {
        lock (lines)
        {
            return lines.Count;
        }
    }
}
