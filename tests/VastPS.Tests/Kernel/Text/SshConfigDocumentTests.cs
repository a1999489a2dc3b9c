using System.Text;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Text;

/// <summary>Our one line in the user's configuration, and our own file beside it.</summary>
public sealed class SshConfigDocumentTests
{
    private const string Line = "Include \"/h/.ssh/vastps_config\"";

    [Theory]
    [InlineData("")]
    [InlineData("Host a\n    HostName b\n")]
    [InlineData("Host a\r\n\tHostName b\r\n")] // CRLF
    [InlineData("Host a\n    HostName b")] // no last line end
    [InlineData("\u00EF\u00BB\u00BFHost a\n")] // a byte order mark
    [InlineData("# \u00FF\u00FE anything, also what is no UTF-8\n\n\n")]
    public void Adding_changes_nothing_else_and_removing_gives_every_byte_back(string text)
    {
        string added = SshConfigDocument.Add(text, Line);
        Assert.True(SshConfigDocument.Includes(added.TrimStart('\u00EF', '\u00BB', '\u00BF'), "/h/.ssh/vastps_config"));
        Assert.Equal(text.Length + Line.Length + (text.Contains("\r\n", StringComparison.Ordinal) ? 2 : 1), added.Length);
        Assert.Equal(text, SshConfigDocument.Remove(added, Line));
        Assert.Equal(text, SshConfigDocument.Remove(text, Line));
    }

    [Theory]
    [InlineData("Include /h/.ssh/vastps_config\n", true)]
    [InlineData("include = \"/h/.ssh/vastps_config\"\n", true)]
    [InlineData("  INCLUDE other ~/.ssh/vastps_config # mine\nHost *\n", true)]
    [InlineData("IdentitiesOnly yes\nInclude /h/.ssh/vastps_config\n", true)]
    [InlineData("Host a\nInclude /h/.ssh/vastps_config\n", false)] // only for that host
    [InlineData("Match all\nInclude /h/.ssh/vastps_config\n", false)]
    [InlineData("# Include /h/.ssh/vastps_config\n", false)]
    [InlineData("Include /h/.ssh/vastps_config.old\n", false)]
    public void An_include_counts_only_before_the_first_host(string text, bool expected) =>
        Assert.Equal(expected, SshConfigDocument.Includes(text, "/h/.ssh/vastps_config", "~/.ssh/vastps_config"));

    [Fact]
    public void Real_configurations_come_back_as_they_were()
    {
        Assert.SkipWhen(Repo.SharedData is null, "The captured configurations are not beside this checkout.");
        foreach (string file in Directory.GetFiles(Path.Combine(Repo.SharedData!, "ssh-config")))
        {
            string text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.False(SshConfigDocument.Includes(text, "/h/.ssh/vastps_config"), file);
            string added = SshConfigDocument.Add(text, Line);
            Assert.True(SshConfigDocument.Includes(added, "/h/.ssh/vastps_config"), file);
            Assert.Equal(text, SshConfigDocument.Remove(added, Line));
        }
    }

    [Theory]
    [InlineData("/h/a\"b/vastps_config")]
    [InlineData("/h/a\\b/vastps_config")]
    [InlineData("/h/a\nb/vastps_config")]
    [InlineData("/h/${HOME}/vastps_config")]
    [InlineData("/h/*/vastps_config")]
    [InlineData("/h/[ab]/vastps_config")]
    public void A_path_that_ssh_would_read_as_something_else_is_refused(string path) =>
        Assert.Equal(VastReason.InvalidValue, Assert.Throws<VastException>(() => SshConfigDocument.Line(path)).Reason);

    [Fact]
    public void Entries_are_read_back_as_they_were_written()
    {
        SshHostEntry[] entries =
            [Entry(1, "train") with { IdentityFile = "/my keys/100%" }, Entry(2, ""), Entry(3, "a.b-c") with { Server = "127.0.0.1:99" }];
        IReadOnlyList<SshHostEntry> read = SshHostFile.Read(SshHostFile.Write(entries));
        Assert.Equal(entries.Select(e => (e.InstanceId, e.Server, e.Name, e.IdentityFile, e.KnownHostsFile, e.Address.ToString())),
            read.Select(e => (e.InstanceId, e.Server, e.Name, e.IdentityFile, e.KnownHostsFile, e.Address.ToString())));
    }

    [Fact]
    public void A_file_cut_anywhere_gives_whole_entries_or_none()
    {
        SshHostEntry[] entries = [Entry(1, "train"), Entry(2, "eval")];
        string text = SshHostFile.Write(entries);
        for (int cut = 0; cut < text.Length; cut++)
        {
            Assert.All(SshHostFile.Read(text[..cut]), e => Assert.Contains(e.InstanceId, entries.Select(x => x.InstanceId)));
        }
    }

    [Fact]
    public void A_name_of_two_boxes_or_one_that_looks_like_an_id_is_given_to_none()
    {
        SshHostEntry[] all = [Entry(1, "run"), Entry(2, "Run"), Entry(3, "1"), Entry(4, "eval")];
        Assert.Equal(["vast-1", "vast-2", "vast-3", "vast-eval,vast-4"], all.Select(e => string.Join(',', SshHostFile.AliasesOf(e, all))));
    }

    [Theory]
    [InlineData("train 7b*", "train-7b")]
    [InlineData("!x\nHost *", "x-Host")]
    [InlineData("\u00E4", "")]
    [InlineData("-oProxyCommand=x", "oProxyCommand-x")]
    [InlineData("a\"b'c$(d)\u001b[31m", "a-b-c-d-31m")]
    public void A_label_cannot_become_a_pattern(string label, string expected) => Assert.Equal(expected, SshHostFile.NameOf(label));

    [Fact]
    public void Dead_entries_go_and_those_of_another_service_stay()
    {
        SshHostEntry[] existing = [Entry(1, "a"), Entry(2, "b"), Entry(1, "x") with { Server = "other" }];
        SshHostEntry[] reachable = [Entry(2, "b"), Entry(3, "c"), Entry(4, "d")];
        Assert.Equal(["x", "b", "c"], new SshConfigPlan("vast", reachable, [1L, 2L], [3L]).Next(existing).Select(e => e.Name));
        Assert.Equal(["x", "b", "c", "d"], new SshConfigPlan("vast", reachable, [1L, 2L], null).Next(existing).Select(e => e.Name));
    }

    [Fact]
    public void An_entry_that_came_after_the_question_stays()
    {
        SshHostEntry[] existing = [Entry(1, "dead"), Entry(9, "later")];
        Assert.Equal(["a", "later"], new SshConfigPlan("vast", [Entry(2, "a")], [1L], null).Next(existing).Select(e => e.Name));
    }

    [Fact]
    public void An_id_of_two_services_is_that_of_the_one_asked_last()
    {
        SshHostEntry[] existing = [Entry(1, "theirs") with { Server = "other" }, Entry(2, "x") with { Server = "other" }];
        Assert.Equal(["x", "ours"], new SshConfigPlan("vast", [Entry(1, "ours")], [], null).Next(existing).Select(e => e.Name));
    }

    [Theory]
    [InlineData("Host a b\nHost *.c !d e?\n", "a,b")]
    [InlineData("host=a\n  HOST \"b c\" d # e\n", "a,b c,d")]
    [InlineData("Match host a,b*,c user d\n", "a,c")]
    [InlineData("Match originalhost a exec \"x host y\"\n", "a")]
    [InlineData("# Host a\nHostName b\nUser c\n", "")]
    [InlineData("\u00EF\u00BB\u00BFHost a\r\n", "a")]
    public void Names_are_those_written_out(string text, string names) =>
        Assert.Equal(names, string.Join(',', SshConfigDocument.Names(text)));

    [Theory]
    [InlineData(@"D:\My Files\.ssh\vastps_config", "Include \"D:/My Files/.ssh/vastps_config\"")]
    [InlineData(@"\\server\home\.ssh\vastps_config", "Include \"//server/home/.ssh/vastps_config\"")]
    [InlineData("/home/my name/100%/vastps_config", "Include \"/home/my name/100%%/vastps_config\"")]
    public void A_path_of_any_system_becomes_a_word(string path, string line) => Assert.Equal(line, SshConfigDocument.Line(path));

    [Fact]
    public void A_box_never_gets_the_agent_and_a_known_one_no_other_key()
    {
        Dictionary<string, string> known = (Entry(1, "a") with { IsKnown = true }).Settings().ToDictionary(s => s.Keyword, s => s.Value);
        Assert.Equal(("no", "no", "yes"), (known["ForwardAgent"], known["ForwardX11"], known["StrictHostKeyChecking"]));
        Assert.Contains(("StrictHostKeyChecking", "accept-new"), Entry(1, "a").Settings());
    }

    [Fact]
    public void The_file_is_written_line_by_line()
    {
        SshHostEntry[] entries = [Entry(1, "train") with { IdentityFile = "/my keys/100%", IsKnown = true }, Entry(2, "")];
        string[] expected =
        [
            "# Written by VastPS (Update-VastSshConfig). What is changed here by hand is lost.",
            "",
            "# instance 1 of vast named 'train'",
            "Host vast-train vast-1",
            "    HostName 203.0.113.7",
            "    Port 40001",
            "    User root",
            "    IdentityFile \"/my keys/100%%\"",
            "    IdentitiesOnly yes",
            "    HostKeyAlias vast-1",
            "    UserKnownHostsFile \"/h/.ssh/vastps_known_hosts/1\"",
            "    StrictHostKeyChecking yes",
            "    ForwardAgent no",
            "    ForwardX11 no",
            "    ProxyJump none",
            "    ProxyCommand none",
            "    RemoteCommand none",
            "    ControlMaster no",
            "    ControlPath none",
            "    PermitLocalCommand no",
            "    RequestTTY auto",
            "    Tunnel no",
            "    PubkeyAuthentication yes",
            "",
            "# instance 2 of vast named ''",
            "Host vast-2",
            "    HostName 203.0.113.7",
            "    Port 40002",
            "    User root",
            "    HostKeyAlias vast-2",
            "    UserKnownHostsFile \"/h/.ssh/vastps_known_hosts/2\"",
            "    StrictHostKeyChecking accept-new",
            "    ForwardAgent no",
            "    ForwardX11 no",
            "    ProxyJump none",
            "    ProxyCommand none",
            "    RemoteCommand none",
            "    ControlMaster no",
            "    ControlPath none",
            "    PermitLocalCommand no",
            "    RequestTTY auto",
            "    Tunnel no",
            "    PubkeyAuthentication yes",
            "",
        ];
        Assert.Equal(string.Join('\n', expected), SshHostFile.Write(entries));
        Assert.Equal([true, false], SshHostFile.Read(SshHostFile.Write(entries)).Select(e => e.IsKnown));
    }

    // Our own file may be written by another version, or by hand: what ssh could misread is no entry.
    [Theory]
    [InlineData("    Port 40001", "    Port 0", false)]
    [InlineData("    Port 40001", "    Port 65535", true)]
    [InlineData("    Port 40001", "    Port 65536", false)]
    [InlineData("    Port 40001", "    Port +1", false)]
    [InlineData("    Port 40001\n", "", false)]
    [InlineData("    HostName 203.0.113.7\n", "", false)]
    [InlineData("    HostName 203.0.113.7", "    HostName -oProxyCommand=x", false)]
    [InlineData("    HostName 203.0.113.7", "    HostName  203.0.113.8 ", true)]
    [InlineData("    User root\n", "", false)]
    [InlineData("    User root", "    User Root", false)]
    [InlineData("    UserKnownHostsFile \"/h/.ssh/vastps_known_hosts/1\"\n", "", false)]
    [InlineData("    HostKeyAlias vast-1\n", "", true)]
    [InlineData("    ForwardAgent no\n", "", true)]
    [InlineData("# instance 1 of vast named 'train'", "# instance x of vast named 'train'", false)]
    [InlineData("# instance 1 of vast named 'train'", "# instance 1234567890123456789 of vast named 'train'", false)]
    [InlineData("# instance 1 of vast named 'train'", "# instance 1 of vast named 'a b'", false)]
    [InlineData("# instance 1 of vast named 'train'", "# instance 1 of vast named 'train' or so", false)]
    [InlineData("\n", "\r\n", true)]
    public void An_entry_is_read_where_nothing_that_counts_is_missing(string written, string changed, bool isRead)
    {
        string text = SshHostFile.Write([Entry(1, "train")]);
        Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.Equal(isRead ? 1 : 0, SshHostFile.Read(text.Replace(written, changed, StringComparison.Ordinal)).Count);
    }

    [Fact]
    public void A_name_is_cut_to_64_characters()
    {
        Assert.Equal(new string('n', 64), SshHostFile.NameOf(new string('n', 64)));
        Assert.Equal(new string('n', 64), SshHostFile.NameOf(new string('n', 65)));
        Assert.Equal(new string('n', 63), SshHostFile.NameOf(new string('n', 63) + "  x"));
    }

    [Theory]
    [InlineData("/h/a\"b")]
    [InlineData("/h/a\\b")]
    [InlineData("/h/a\nb")]
    [InlineData("/h/a\rb")]
    [InlineData("/h/a\0b")]
    [InlineData("/h/${b}")]
    [InlineData("\\h")]
    public void A_word_that_ssh_would_read_as_something_else_is_refused(string path) =>
        Assert.Equal(VastReason.InvalidValue, Assert.Throws<VastException>(() => SshHostFile.Quote(path)).Reason);

    [Theory]
    [InlineData("/h/a b", "\"/h/a b\"")]
    [InlineData("/h/$b{c}", "\"/h/$b{c}\"")]
    [InlineData("c:\\x", "\"c:/x\"")]
    [InlineData("c:/x\\y", "\"c:/x/y\"")]
    [InlineData("%d", "\"%%d\"")]
    public void Any_other_path_is_one_word(string path, string word) => Assert.Equal(word, SshHostFile.Quote(path));

    [Fact]
    public void A_name_that_is_the_id_of_another_box_is_given_to_none_also_where_that_box_stands_later()
    {
        SshHostEntry[] all = [Entry(1, "2"), Entry(2, "x")];
        Assert.Equal(["vast-1", "vast-x,vast-2"], all.Select(e => string.Join(',', SshHostFile.AliasesOf(e, all))));
    }

    private static SshHostEntry Entry(long id, string name) =>
        new(id, "vast", name, new VastSshAddress(true, "203.0.113.7", 40000 + (int)id, "root"), null, $"/h/.ssh/vastps_known_hosts/{id}");
}
