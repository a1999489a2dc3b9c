using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>
/// What the real ssh answers for every host of a configuration is the same before and after, the new names lead to the
/// box, and removal gives every byte back. Strangers' commands do not run: ssh's shell here is /bin/true.
/// </summary>
public sealed partial class SshConfigLosslessTests : IAsyncLifetime
{
    private const string Row = """
        {"id":7,"machine_id":1,"actual_status":"running","cur_state":"running","intended_status":"running","label":"train","dph_total":0.1,
        "public_ipaddr":"203.0.113.77","ports":{"22/tcp":[{"HostIp":"0.0.0.0","HostPort":"41234"}]},"ssh_host":"ssh7.example.com","ssh_port":11696}
        """;

    // Blanks and quotes of one kind: the whole folder is a path that must be written right.
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps it's lossless-").FullName;
    private ScriptedVast _vast = null!;
    private CmdletHost _host = null!;

    private string Config => Path.Combine(_folder, "config");

    public static TheoryData<string> Captured => Repo.SharedData is null ? ["(the captured configurations are not beside this checkout)"]
        : [
            .. Directory.GetFiles(Path.Combine(Repo.SharedData, "ssh-config")).Select(f => Path.GetFileName(f)).Where(n => n != "README.md")
        ];

    public static TheoryData<string, string> Own => new()
    {
        { "empty", "" },
        {
            "for all hosts, above",
            "Host *\n    User everyone\n    Port 2200\n    ForwardAgent yes\n    StrictHostKeyChecking no\n    UserKnownHostsFile "
            + "/dev/null\n    IdentityFile ~/.ssh/all\n\nHost work\n    HostName work.invalid\n"
        },
        {
            "what all hosts impose",
            "Host *\n    ProxyJump bastion.invalid\n    RemoteCommand tmux new -A\n    ControlMaster auto\n    ControlPath ~/.ssh/%C\n"
            + "    PermitLocalCommand yes\n    LocalCommand true\n    RequestTTY force\n    PubkeyAuthentication no\n"
        },
        { "a command as the way to all hosts", "Host *\n    ProxyCommand nc -x 127.0.0.1:1080 %h %p\n" },
        { "settings before any host", "User global\nPort 2222\nIdentityFile ~/.ssh/global\nHost work\n    Port 22\n" },
        {
            "patterns that match ours",
            "Host vast-*\n    User theirs\n    ProxyJump bastion\nHost *7\n    Port 1\nHost bastion\n    HostName b.invalid\n"
        },
        {
            "match",
            "Match host work user me\n    Port 3\nMatch originalhost vast-x\n    Port 4\nMatch exec \"false\"\n    Port 5\nMatch all\n   "
            + " Port 6\n"
        },
        { "match final", "Match final host work\n    Port 7\nHost work\n    User me\n" },
        { "include", "Include ~/no such folder/*.conf\nInclude more\nHost work\n    Include more\n    Port 8\n" },
        { "crlf", "# mine\r\nHost work\r\n    HostName work.invalid\r\n    Port 2200\r\n" },
        { "crlf without an end", "Host work\r\n    HostName work.invalid\r\n    Port 2200" },
        { "no last line end", "Host work\n    HostName work.invalid" },
        { "mixed line ends", "Host work\r\n    Port 1\nHost other\n    Port 2\r\n\r\n" },
        { "not UTF-8", "# caf\u00E9 \u00FF\nHost work\n    Port 9\n" },
        { "equals and tabs", "host=work\n\thostname = work.invalid\n\tPort=10\n" },
        {
            "canonical names",
            "CanonicalizeHostname always\nCanonicalDomains invalid\nCanonicalizeMaxDots 0\nHost work.invalid\n    Port 11\n"
        },
    };

    public ValueTask InitializeAsync()
    {
        _vast = new ScriptedVast(Reply.Ok($$"""{"success":true,"instances":[{{Row}}],"next_token":null}"""));
        _host = new CmdletHost(new RunspaceServices(() => _vast.Endpoint, new QuickClock()));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void A_stranger_s_configuration_answers_as_before(string name)
    {
        Assert.SkipWhen(Repo.SharedData is null, "The captured configurations are not beside this checkout.");
        Check(File.ReadAllBytes(Path.Combine(Repo.SharedData!, "ssh-config", name)));
    }

    [Theory]
    [MemberData(nameof(Own))]
    public void A_rule_of_ssh_is_kept(string rule, string text)
    {
        Assert.NotEmpty(rule);
        Assert.True(Check(Encoding.Latin1.GetBytes(text)), "ssh reads none of it.");
    }

    // True where ssh reads the configuration at all.
    private bool Check(byte[] bytes)
    {
        File.WriteAllBytes(Config, bytes);
        string[] hosts = [.. HostsIn(Encoding.Latin1.GetString(bytes)), "elsewhere.invalid"];
        (int Code, string Text)[] before = [.. hosts.Select(Ask)];
        Assert.Equal(["vast-train", "vast-7"], Assert.Single(Run("Update-VastSshConfig").Clean<VastSshConfigEntry>()).Aliases);
        Assert.All(hosts.Zip(before), h => Assert.Equal(h.Second, Ask(h.First)));
        Assert.True(
            bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Config).AsSpan(^bytes.Length..)),
            "What follows the line is not what was there.");

        bool isRead = before[^1].Code == 0;
        foreach (string alias in isRead ? ["vast-train", "vast-7"] : Array.Empty<string>())
        {
            string[] seen = Ask(alias).Text.Split('\n');
            Assert.Equal(
                [
                    "hostname 203.0.113.77", "port 41234", "user root", "hostkeyalias vast-7", "stricthostkeychecking accept-new",
                    "identitiesonly yes", "forwardagent no"
                ],
                new[] { "hostname", "port", "user", "hostkeyalias", "stricthostkeychecking", "identitiesonly", "forwardagent" }.Select(
                    k => seen.Single(l => l.StartsWith(k + " ", StringComparison.Ordinal))));
            Assert.DoesNotContain(seen, l => l.StartsWith("proxyjump ", StringComparison.Ordinal)
                || l.StartsWith("proxycommand ", StringComparison.Ordinal)
                || l.StartsWith("remotecommand ", StringComparison.Ordinal)
                || l.StartsWith("controlpath ", StringComparison.Ordinal));
            Assert.Equal(
                ["controlmaster false", "permitlocalcommand no", "pubkeyauthentication true", "requesttty auto"],
                seen.Where(l => l.Split(' ')[0] is "controlmaster" or "permitlocalcommand" or "pubkeyauthentication" or "requesttty")
                    .Order(StringComparer.Ordinal));
            Assert.Equal(
                "identityfile " + TestEnvironment.KeyPath, seen.First(l => l.StartsWith("identityfile ", StringComparison.Ordinal)));
            Assert.Equal(
                "userknownhostsfile " + Path.Combine(_folder, "vastps_known_hosts", "7"),
                seen.Single(l => l.StartsWith("userknownhostsfile ", StringComparison.Ordinal)));
        }

        Run("Remove-VastSshConfig 7").Clean<object>();
        Assert.Equal(bytes, File.ReadAllBytes(Config));
        Assert.Equal(
            ["config", "config.vastps-backup"],
            Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return isRead;
    }

    private Ran Run(string command) => _host.Run(command + " -Path $path", ("path", Config));

    // Names that stand there, and a name for each pattern.
    private static IEnumerable<string> HostsIn(string text) => HostLine().Matches(text)
        .SelectMany(m => m.Groups[1].Value.Split([' ', '\t', '\r', '"', ','], StringSplitOptions.RemoveEmptyEntries))
        .Select(h => h.TrimStart('!').Replace('*', 'x').Replace('?', 'y'))
        .Where(h => PlainName().IsMatch(h))
        .Distinct();

    // What this ssh does not know is passed over, so that the rest of the file is asked too.
    private (int Code, string Text) Ask(string host)
    {
        var start = new ProcessStartInfo(
            "ssh",
            ["-F", Config, "-o", "IgnoreUnknown=*", "-G", "--", host]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SHELL"] = "/bin/true";
        start.Environment["HOME"] = _folder;
        using Process ssh = Process.Start(start)!;
        Task<string> errors = ssh.StandardError.ReadToEndAsync();
        string text = ssh.StandardOutput.ReadToEnd();
        ssh.WaitForExit();
        Assert.True(ssh.ExitCode == 0 || errors.Result.Length > 0);
        return (ssh.ExitCode, text);
    }

    [GeneratedRegex(@"^[ \t]*(?:Host|Match\s+(?:original)?host)[ \t=]+([^\n#]*)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex HostLine();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex PlainName();
}
