using System.Management.Automation;
using System.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>Three boxes on which commands run, and what becomes of commands that go wrong.</summary>
public sealed class InvokeVastCommandTests(InvokeVastCommandTests.BoxFixture boxes) : IClassFixture<InvokeVastCommandTests.BoxFixture>
{
    private long[] Ids => [.. boxes.All.Select(b => b.InstanceId)];

    [Fact]
    public void Many_boxes_run_at_the_same_time_and_each_gives_its_result()
    {
        // Each waits until all have begun: one after the other they would never end.
        string meet = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
        string script = $": >{meet}.$VASTPS_SIM_BOX; until [ $(ls {meet}.* | wc -l) -eq 3 ]; do sleep 0.02; done; echo $VASTPS_SIM_BOX";
        IReadOnlyList<VastCommandResult> ran =
            Run("$all | Invoke-VastCommand $script -Timeout 20s", ("script", script)).Clean<VastCommandResult>();

        Assert.Equal(Ids.Order(), ran.Select(r => r.InstanceId).Order());
        Assert.All(ran, r => Assert.Equal($"{r.InstanceId}", r.Stdout));
    }

    [Fact]
    public void No_more_run_at_a_time_than_asked_for()
    {
        string lone = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
        IReadOnlyList<VastCommandResult> ran = Run(
            "Invoke-VastCommand $script -InstanceId $ids -ThrottleLimit 1",
            ("script", $"mkdir {lone} && sleep 0.1; rmdir {lone}")).Clean<VastCommandResult>();

        Assert.Equal([0, 0, 0], ran.Select(r => r.ExitCode));
        Assert.Equal(Ids, ran.Select(r => r.InstanceId));
    }

    [Fact]
    public void What_fails_on_one_box_is_told_and_the_others_go_on()
    {
        Ran ran = Run("$ids[0], 4, $ids[1] | ForEach-Object { [pscustomobject]@{ InstanceId = $_ } } | Invoke-VastCommand 'echo here'");

        ErrorRecord error = ran.OneError("VastInstanceNotFound");
        Assert.Equal(4L, error.TargetObject);
        Assert.Null(ran.Thrown);
        Assert.Equal([Ids[0], Ids[1]], ran.Output.Cast<VastCommandResult>().Select(r => r.InstanceId).Order());
    }

    [Fact]
    public void A_box_named_twice_runs_the_command_once()
    {
        string count = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
        Run("$all[0], $all[0] | Invoke-VastCommand $script", ("script", $"echo once >>{count}")).Clean<VastCommandResult>();
        Assert.Equal("once\n", File.ReadAllText(count));
    }

    [Fact]
    public void Live_lines_of_several_boxes_say_whose_they_are()
    {
        Ran ran = Run("Invoke-VastCommand 'echo out; echo err >&2' -InstanceId $ids -Stream");

        Assert.Equal(Ids.Select(i => $"[{i}] out").Order(), ran.Output.OfType<string>().Order());
        Assert.Equal(Ids.Select(i => $"[{i}] err").Order(), ran.Warnings.Order());
        Assert.Equal(3, ran.Output.OfType<VastCommandResult>().Count());
        Ran one = Run("$all[0] | Invoke-VastCommand 'echo out; echo err >&2' -Stream");
        Assert.Equal(["out"], one.Output.OfType<string>());
        Assert.Equal(["err"], one.Warnings);
    }

    // Every character that a byte can be, alone and in a word, and what no byte can be: through the engine, ssh and the login shell.
    [Fact]
    public void Arguments_arrive_as_they_are_whatever_they_mean_to_a_shell()
    {
        string[] words =
        [
            .. Enumerable.Range(1, 255).Select(i => $"{(char)i}"),
            .. Enumerable.Range(1, 255).Select(i => $"a{(char)i}{(char)i}b"),
            "",
            "-n", "--", "a b", "*", "~", "~root", "$(id)", "`id`", "${IFS}", "$'x'", "''", "\\'", "a'b\"c", "\n\n", "end\n", "\r\n", "#x",
            "=", "!!", "{a,b}", "[a-z]", "<x", ">x", "2>&1", "a;b", "&&", "|",
            "é ü 漢 \U0001F600 \u200b \ufeff", "a\u0301", new string('x', 5000),
        ];
        const string Echo = "f() { for w; do printf '%s' \"$w\" | base64 -w 0; echo; done; }; f";
        string[] back = [.. Run("$all[0] | Invoke-VastCommand $echo $words", ("echo", Echo), ("words", words)).Clean<VastCommandResult>()[
            0].Stdout.Split('\n').Select(Decode)];

        Assert.Equal(words[..^1], back[..(words.Length - 1)]);
        Assert.Equal(words[^1], back[^1]);
    }

    [Fact]
    public void Text_and_files_reach_the_command_byte_for_byte()
    {
        string path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N") + " [1]");
        byte[] bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
        string sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) + "  -";

        Assert.Equal([sum, sum, sum], Run(
            "Invoke-VastCommand sha256sum -InstanceId $ids -InputPath $path",
            ("path", path)).Clean<VastCommandResult>().Select(r => r.Stdout));
        Assert.Equal("ü\n'$x", Decode(
            Run("$all[0] | Invoke-VastCommand 'base64 -w 0' -InputText $text", ("text", "ü\n'$x")).Clean<VastCommandResult>()[0].Stdout));
        Assert.Equal("0", Run("$all[0] | Invoke-VastCommand 'wc -c' -InputText ''").Clean<VastCommandResult>()[0].Stdout);
    }

    [Fact]
    public void The_environment_arrives_and_is_in_no_command_line_and_no_file()
    {
        const string Look =
            "printf '%s|%s' \"$TOKEN\" \"$N\"; grep -aols vrySecret- /proc/[0-9]*/cmdline; grep -D skip -rls 'vrySecret-[a-z]' ~ "
            + "/tmp/vast* 2>/dev/null; true";
        VastCommandResult ran = Run(
            "$all[0] | Invoke-VastCommand $look -Environment @{ TOKEN = 'vrySecret-' + 'value''$x'; N = 2.5 }",
            ("look", Look.Replace("vrySecret-", "vry[S]ecret-", StringComparison.Ordinal)))
            .Clean<VastCommandResult>()[0];
        Assert.Equal("vrySecret-value'$x|2.5", ran.Stdout);
    }

    [Theory]
    [InlineData("-Timeout 2s", "VastSshCommandTimeout")]
    [InlineData("-IdleTimeout 2s", "VastSshCommandSilent")]
    [InlineData("-IdleTimeout 2s -Timeout 3s", "VastSshCommandSilent")]
    public void Each_limit_has_an_error_of_its_own_and_nothing_is_left_on_the_box(string limits, string id)
    {
        string mark = $"sleep {Environment.ProcessId}.{Random.Shared.Next(100000, 999999)}";
        using CmdletHost host = boxes.HostInRealTime();
        Ran ran = host.Run($"$box | Invoke-VastCommand $script {limits}", ("box", boxes.All[0]), ("script", $"echo begin; {mark}"));

        Assert.Contains(" 2s", ran.OneError(id).Exception.Message, StringComparison.Ordinal);
        VastCommandResult ended = Assert.IsType<VastCommandResult>(Assert.Single(ran.Output));
        Assert.Equal((true, false, "begin"), (ended.TimedOut, ended.MayStillRun, ended.Stdout));
        Assert.False(Processes.Any(mark));
    }

    [Theory]
    [InlineData("-InputPath nothing/here", "VastLocalItemNotFound")]
    [InlineData("-InputPath .", "VastLocalItemUnusable")]
    [InlineData("-ArgumentList \"a`0b\"", "VastInvalidValue")]
    [InlineData("-ArgumentList ('x' * 70000)", "VastInvalidValue")]
    [InlineData("-Environment @{ 'A B' = 1 }", "VastInvalidValue")]
    [InlineData("-ThrottleLimit 0", "VastInvalidValue")]
    [InlineData("-Timeout 0s", "VastInvalidValue")]
    [InlineData("-IdleTimeout 0s", "VastInvalidValue")]
    [InlineData("-ConnectTimeout 0s", "VastInvalidValue")]
    [InlineData("-KeepAliveInterval 0s", "VastInvalidValue")]
    [InlineData("-KeyPath nothing/here", "VastKeyFileMissing")]
    public void Bad_input_is_one_error_and_nothing_runs(string arguments, string id)
    {
        string ran = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
        Run($"$all[0] | Invoke-VastCommand $script {arguments}", ("script", $": >{ran}; true")).OneError(id);
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public void An_argument_that_is_null_is_an_empty_one() =>
        Assert.Equal(
            "[a][][b]", Run("$all[0] | Invoke-VastCommand 'printf [%s]' -ArgumentList a, $null, b").Clean<VastCommandResult>()[0].Stdout);

    // The server hangs up where input comes behind the end of a command.
    [Fact]
    public void Input_that_nobody_reads_spoils_no_later_command()
    {
        string path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, new byte[8_000_000]);
        IReadOnlyList<VastCommandResult> ran =
            Run(
                "foreach ($i in 1..10) { $all[0] | Invoke-VastCommand 'head -c 1 | wc -c' -InputPath $path; $all[0] | Invoke-VastCommand "
                + "'echo 1' }",
                ("path", path)).Clean<VastCommandResult>();
        Assert.Equal(20, ran.Count(r => r.Stdout == "1"));
        File.Delete(path);
    }

    private Ran Run(string script, params (string, object?)[] variables) =>
        boxes.Host.Run(script, [("all", boxes.All), ("ids", Ids), .. variables]);

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    /// <summary>Three boxes of one account.</summary>
    public sealed class BoxFixture : IAsyncLifetime
    {
        private SimulatedVast? _vast;

        internal CmdletHost Host { get; private set; } = null!;

        internal VastInstance[] All { get; private set; } = [];

        // The limits of commands are short in tests, and must not become pauses.
        internal CmdletHost HostInRealTime() => _vast!.HostInRealTime();

        public async ValueTask InitializeAsync()
        {
            _vast = await SimulatedVast.StartAsync();
            Host = _vast.Host();
            All =
                [.. Host.Run(
                    "Get-VastOffer -GpuCount 1 -First 3 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | "
                    + "Wait-VastInstance")
                    .Clean<VastInstance>()];
        }

        public async ValueTask DisposeAsync()
        {
            Host.Dispose();
            await _vast!.DisposeAsync();
        }
    }
}
