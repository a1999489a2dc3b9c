using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>A box that is somebody's trap, behind a service that repeats what its owner wrote.</summary>
public sealed partial class HostileBoxTests(SharedRunBed shared) : IClassFixture<SharedRunBed>, IDisposable
{
    // Title, clear screen, colour, C1, a reversed direction, a bell, a line written over: as text and as a shell prints it.
    private const string Poison = "\u001b]0;owned\u0007\u001b[2J\u001b[31m\u009b31m\u202e\u2067\u0008\u0000";
    private const string Print = @"printf '\033]0;owned\007\033[2J\033[31m\302\2331m\342\200\256\342\201\247\010'";

    // What the story needs as it is; everything else that a service says may be anything.
    private static readonly HashSet<string> s_needed =
    [
        "actual_status",
        "intended_status", "cur_state", "next_state", "label", "ssh_host", "public_ipaddr", "image_runtype", "type", "source",
        "HostIp",
        "HostPort", "key", "public_key", "ssh_key", "ssh_keys", "next_token", "result_url", "compute_cap", "start_date", "end_date",
        "error",
    ];

    private readonly RunBed _bed = shared.Bed;
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_command_repeats_what_a_terminal_would_obey()
    {
        using var real = new HttpClient { BaseAddress = _bed.Vast.Server.Address };
        await using var middle = new ScriptedVast(asked => Forward(real, asked));
        var shown = new CaptureHost();
        var services = new RunspaceServices(
            () => new ApiEndpoint(middle.Address, _bed.Vast.Server.ApiKey, VastKeySource.Parameter, "the test"),
            new QuickClock()) { LocalSsh = StubSsh.Shared.Program };
        using var host = new CmdletHost(services, shown);
        host.Run("$VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'");
        VastOffer offer = host.Run("Get-VastOffer -GpuCount 1").Clean<VastOffer>().First(o => o.MachineId != _bed.Box.MachineId);
        Assert.Contains("owned", _poisoned, StringComparison.Ordinal);
        VastRun run = await Scenarios.NoteRunAsync(services.Api.Server, _bed.Box.InstanceId);
        var told = new List<(string By, string Text)>();
        List<IDisposable> traps = [];
        try
        {
            foreach (string program in (string[])["nvidia-smi", "df", "cat", "ls", "dd", "curl", "tail"])
            {
                traps.Add(
                    await _bed.ReplaceAsync(program, $"{Print}; {Print} >&2; exec \"$(PATH=${{PATH#*:}}; command -v {program})\" \"$@\""));
            }

            string repository =
                "file://" + _bed.Shell(Scenarios.MakeRepository + "; git commit -q --allow-empty -m x >/dev/null 2>&1").Split('\n')[^1];
            foreach ((string command, string script) in Scenarios.All.Where(
                s => s.Moment is not (Moment.Remove or Moment.Leave) && s.Command != "Connect-VastAccount"))
            {
                await RunBed.ProveAsync(services.Api.Server, _bed.Box.InstanceId);
                Ran ran = host.Run(
                    $"$all = @({script.Replace("-OnFinish Stop", "", StringComparison.Ordinal)}); $all; $all | Out-Default",
                    ("key", new NetworkCredential("", _bed.Vast.Server.ApiKey).SecurePassword),
                    ("uri", middle.Address.AbsoluteUri), ("offer", offer), ("box", _bed.Box),
                    ("run", run), ("repo", repository), ("link", _bed.Vast.Server.DownloadUri()),
                    ("here", Scenarios.Prepare(_folder)));
                told.Add((command, ran.Everything()));
            }
        }
        finally
        {
            traps.ForEach(t => t.Dispose());
        }

        // The engine's own headings are bold, and our verdicts have a colour.
        told.Add(("the host", Bold().Replace(shown.Shown, "")));
        Law.Holds("A terminal would obey this.", told.Where(t => t.Text.Any(IsObeyed)).Select(t => $"{t.By}: {Around(t.Text)}"));
    }

    [Theory]
    [InlineData("printf 'a\\033[31mb\\033[0mc\\n'", "abc")]
    [InlineData("printf '\\033]8;;http://evil\\033\\\\link\\n'", "link")]
    [InlineData("printf '10%%\\r100%%\\n'", "10%|100%")]
    [InlineData("printf '\\302\\23331mx\\342\\200\\256y\\n'", "xy")]
    public void What_a_command_prints_is_only_text(string command, string text)
    {
        foreach (string way in (string[])["", " >&2"])
        {
            Ran ran = _bed.Run("$box | Invoke-VastCommand $command -Stream", ("command", command + way));
            VastCommandResult result = ran.Output.OfType<VastCommandResult>().Single();
            IEnumerable<string> lines = way.Length == 0 ? ran.Output.OfType<string>() : ran.Warnings;
            Assert.Equal(text, (way.Length == 0 ? result.Stdout : result.Stderr).Replace('\n', '|'));
            Assert.Equal(text.Split('|'), lines);
        }
    }

    [Fact]
    public void A_hostile_file_name_is_refused_or_arrives_and_is_told_as_text()
    {
        _bed.Shell("mkdir -p trap && cd trap && touch \"$(printf 'a\\033[31mb')\" plain && mkfifo \"$(printf 'p\\033]0;x\\007')\"");
        Ran ran = _bed.Run("$box | Receive-VastItem trap $to -Recurse -PassThru -Verbose", ("to", _folder));
        Assert.NotEmpty(ran.Errors);
        Assert.DoesNotContain(ran.Everything(), IsObeyed);
        Assert.True(Directory.GetFiles(_folder, "plain", SearchOption.AllDirectories).Length == 1, ran.Everything());
    }

    [Fact]
    public void A_hostile_log_is_followed_as_text()
    {
        VastRun run = _bed.Start("for i in 1 2 3; do printf \"step $i \\033[31mloss\\033]0;owned\\007 $i.0\\n\"; sleep 0.1; done");
        Ran ran = _bed.Run("$run | Receive-VastRunLog -Follow", ("run", run));
        Assert.Equal(["step 1 loss 1.0", "step 2 loss 2.0", "step 3 loss 3.0"], ran.Clean<string>());
        Assert.DoesNotContain(
            _bed.Run("$run | Get-VastRun; $run | Get-VastRunMetric; $run | Wait-VastRun -PollInterval 1s", ("run", run)).Everything(),
            IsObeyed);
    }

    [Theory]
    [InlineData("-oProxyCommand=touch pwned")]
    [InlineData("203.0.113.7\nHost *\n    ProxyCommand touch pwned")]
    [InlineData("203.0.113.7 -oProxyCommand=x")]
    [InlineData("$(touch pwned)")]
    [InlineData("`touch pwned`")]
    [InlineData("%h")]
    [InlineData("a\"b")]
    [InlineData("::1%eth0")]
    [InlineData("..")]
    public async Task An_address_that_is_none_reaches_no_file_and_no_command_line(string host)
    {
        (Ran updated, string file, bool isStarted) = await MeetAsync(Row("train", host));
        updated.OneError("VastInstanceNotRunning");
        Assert.Empty(file);
        Assert.False(isStarted);
    }

    [Theory]
    [InlineData("x\nHost *\n    ProxyCommand touch pwned", "vast-x-Host-ProxyCommand-touch-pwned")]
    [InlineData("-oProxyCommand=x", "vast-oProxyCommand-x")]
    [InlineData("two words \"quoted' $(id) `id` %h *?![", "vast-two-words-quoted-id-id-h")]
    [InlineData("\u001b]0;owned\u0007\u202e", "vast-7")]
    [InlineData("../../etc/passwd", "vast-etc-passwd")]
    [InlineData("7", "vast-7")]
    public async Task A_label_becomes_a_plain_alias_and_nothing_else(string label, string alias)
    {
        (Ran updated, string file, bool _) = await MeetAsync(Row(label, "203.0.113.7"));
        VastSshConfigEntry entry = Assert.Single(updated.Clean<VastSshConfigEntry>());
        Assert.Equal(alias, entry.Alias);
        Assert.All(entry.Aliases, a => Assert.Matches(@"^[A-Za-z0-9._-]+\z", a));
        Assert.Single(file.Split('\n'), l => l.StartsWith("Host ", StringComparison.Ordinal));
        Assert.All(
            file.Split('\n').Where(l => l.TrimStart().StartsWith("ProxyCommand ", StringComparison.Ordinal)),
            l => Assert.Equal("    ProxyCommand none", l));
        Assert.DoesNotContain(updated.Everything(), IsObeyed);
    }

    private static string Row(string label, string host) => $$"""
        {"id":7,"machine_id":1,"actual_status":"running","cur_state":"running","intended_status":"running","label":{{JsonSerializer.Serialize(label)}},"dph_total":0.1,
        "public_ipaddr":{{JsonSerializer.Serialize(host)}},"ports":{"22/tcp":[{"HostIp":"0.0.0.0","HostPort":"4022"}]},"ssh_host":{{JsonSerializer.Serialize(host)}},"ssh_port":4022}
        """;

    // One look at the instance by each command that would write or start something for it.
    private async Task<(Ran Updated, string File, bool IsStarted)> MeetAsync(string row)
    {
        await using var vast =
            new ScriptedVast(
                asked => Reply.Ok(
                    $$"""{"success":true,"instances":{{(asked.Path.Contains("/instances/7", StringComparison.Ordinal) ? row : $"[{row}]")}},"next_token":null}"""));
        var ssh = new StubSsh(_folder, instead: "exit 0");
        using var host =
            new CmdletHost(new RunspaceServices(() => vast.Endpoint, new QuickClock()) { LocalSsh = ssh.Program }, new CaptureHost());
        string config = Path.Combine(_folder, "config");
        Ran updated = host.Run("Update-VastSshConfig 7 -Path $path", ("path", config));
        if (!row.Contains("\"203.0.113.7\"", StringComparison.Ordinal))
        {
            host.Run("Enter-VastInstance 7").OneError("VastInstanceNotRunning");
            host.Run("Invoke-VastCommand true -InstanceId 7").OneError("VastInstanceNotRunning");
        }

        string hosts = Path.Combine(_folder, "vastps_config");
        return (updated, File.Exists(hosts) ? await File.ReadAllTextAsync(hosts) : "", File.Exists(Path.Combine(_folder, "ssh.words")));
    }

    private string _poisoned = "";

    // The real answer with poison at the end of every text that nobody needs.
    private Reply Forward(HttpClient real, Asked asked)
    {
        using var request =
            new HttpRequestMessage(new HttpMethod(asked.Method), asked.Path) { Content = new StringContent(asked.Body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", asked.Headers.GetValueOrDefault("Authorization"));
        using HttpResponseMessage answer = real.Send(request);
        using var reader = new StreamReader(answer.Content.ReadAsStream());
        string body = reader.ReadToEnd();
        if (body.StartsWith('{') && JsonNode.Parse(body) is { } tree)
        {
            Spoil(tree);
            body = tree.ToJsonString();
        }

        _poisoned = body;
        return new Reply((int)answer.StatusCode, body);
    }

    private static void Spoil(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? value) in fields.ToList())
                {
                    if (value is JsonValue text && text.TryGetValue(out string? said) && !s_needed.Contains(name))
                    {
                        fields[name] = said + Poison;
                    }
                    else
                    {
                        Spoil(value);
                    }
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    Spoil(item);
                }

                break;
        }
    }

    private static bool IsObeyed(char c) =>
        (char.IsControl(c) && c is not ('\t' or '\n' or '\r')) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    [GeneratedRegex("\u001b\\[(?:32;1(?:;3)?|0|3[123](?=m[A-Z][a-z]))m")]
    private static partial Regex Bold();

    private static string Around(string text)
    {
        int at = text.ToList().FindIndex(IsObeyed);
        return JsonSerializer.Serialize(text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 40)]);
    }
}
