using System.Diagnostics;
using System.Security.Cryptography;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Transfer;

/// <summary>Send-VastItem and Receive-VastItem against a real sshd with real files on both sides.</summary>
public sealed class TransferTests(SharedBed shared) : IClassFixture<SharedBed>, IDisposable
{
    private readonly string _here = Directory.CreateTempSubdirectory("vastps-transfer").FullName;
    private readonly RunBed _bed = shared.Bed;

    public void Dispose()
    {
        OnBox("rm -rf ~/w ~/work ~/out ~/big.bin");
        Directory.Delete(_here, recursive: true);
    }

    [Fact]
    public void A_tree_goes_there_and_back_whole()
    {
        byte[] weights = RandomNumberGenerator.GetBytes(3_000_000);
        Put("project/train.py", "print('hello')");
        Put("project/data/-odd name's \\ file.txt", "odd");
        Put("project/data/two\nlines and a \ttab.txt", "newline");
        Put("project/data/ünïcode 火 \"quoted\" $HOME `id`.txt", "unicode");
        Put("project/secretive.txt", "mine");
        Put($"project/{new string('d', 200)}/{new string('f', 250)}", "long");
        Put("project/empty/.keep", "");
        Directory.CreateDirectory(Path.Combine(_here, "project", "hollow"));
        Directory.CreateDirectory(Path.Combine(_here, "project", "sub"));
        File.CreateSymbolicLink(Path.Combine(_here, "project", "sub", "link"), "../train.py");
        Put("project/run.sh", "#!/bin/sh\necho ran\n");
        File.WriteAllBytes(Path.Combine(_here, "project", "weights.bin"), weights);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_here, "project", "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            File.SetUnixFileMode(
                Path.Combine(_here, "project", "secretive.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        VastTransferResult sent =
            Assert.Single(Run("$box | Send-VastItem $here/project work -Recurse -PassThru").Clean<VastTransferResult>());
        Assert.Equal(10, sent.Files);
        Assert.Equal(_bed.Box.InstanceId, sent.InstanceId);
        Assert.EndsWith("work/project", sent.Destination, StringComparison.Ordinal);
        Assert.Equal("ran", OnBox("work/project/run.sh"));
        Assert.Equal("project", OnBox("ls -A work"));
        Assert.Equal("../train.py", OnBox("readlink work/project/sub/link"));
        Assert.Equal("640", OnBox("stat -c %a work/project/secretive.txt"));
        Assert.Equal("there", OnBox("test -d work/project/hollow && echo there"));

        VastTransferResult back =
            Assert.Single(Run("$box | Receive-VastItem work/project $here/back -Recurse -PassThru").Clean<VastTransferResult>());
        Assert.Equal((sent.Files, sent.Bytes), (back.Files, back.Bytes));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(_here, "back", "project", "weights.bin")));
        Assert.Equal("odd", File.ReadAllText(Path.Combine(_here, "back", "project", "data", "-odd name's \\ file.txt")));
        Assert.Equal(Tree(Path.Combine(_here, "project")), Tree(Path.Combine(_here, "back", "project")));
        Assert.Equal(["project"], Directory.GetFileSystemEntries(Path.Combine(_here, "back")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_has_the_same_hash_on_both_sides_and_replaces_the_old_one()
    {
        Put("model.bin", "new");
        OnBox("mkdir -p w; echo older and longer > w/model.bin");
        VastTransferResult sent = Assert.Single(Run("$box | Send-VastItem $here/*.bin '~/w' -PassThru").Clean<VastTransferResult>());
        Assert.Equal(Convert.ToHexString(SHA256.HashData("new"u8)).ToLowerInvariant(), sent.Sha256);
        Assert.StartsWith(sent.Sha256!, OnBox("sha256sum w/model.bin"), StringComparison.Ordinal);
        Assert.NotNull(sent.RateMBps);
        Assert.Empty(Run("$box | Receive-VastItem w/model.bin $here/got").Clean<object>());
        Assert.Equal("new", File.ReadAllText(Path.Combine(_here, "got", "model.bin")));
    }

    [Theory]
    [InlineData(".env", "KEY=1")]
    [InlineData(".netrc", "machine x")]
    [InlineData(".aws/config", "x")]
    [InlineData(".config/vastai/vast_api_key", "x")]
    [InlineData("notes.txt", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc")]
    [InlineData("config.yaml", "token: hf_ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    public void Secrets_are_not_sent_without_the_word_for_it(string name, string text)
    {
        Put("p/" + name, text);
        Put("p/main.py", "pass");
        string said = Run("$box | Send-VastItem $here/p w -Recurse").OneError("VastSecretPath").Exception.Message;
        Assert.Contains(Path.GetFileName(name), said, StringComparison.Ordinal);
        Assert.Equal("gone", OnBox("test -e w && echo there || echo gone"));
        Run("$box | Send-VastItem $here/p w -Recurse -AllowSecretPath").Clean<object>();
        Assert.Equal("there", OnBox($"test -e w/p/{name} && echo there || echo gone"));
    }

    [Fact]
    public void What_would_leave_the_folder_is_refused_and_named_and_the_rest_arrives()
    {
        OnBox(
            "mkdir -p out/sub; echo good > out/good.txt; ln -s /etc/passwd out/outside; ln -s ../.. out/sub/up; ln -s good.txt out/same; "
            + "mkfifo out/pipe; touch \"out/$(printf 'a\\033]0;b')\"");
        Ran ran = Run("$box | Receive-VastItem out $here/in -Recurse -PassThru");
        Assert.All(ran.Errors, e => Assert.StartsWith("VastRemoteNameRefused", e.FullyQualifiedErrorId, StringComparison.Ordinal));
        string[] said = [.. ran.Errors.Select(e => e.ToString())];
        Assert.Equal(4, said.Length);
        Assert.Contains(said, s => s.Contains("out/outside", StringComparison.Ordinal));
        Assert.Contains(said, s => s.Contains("sub/up", StringComparison.Ordinal));
        Assert.Contains(said, s => s.Contains("out/pipe", StringComparison.Ordinal));
        Assert.DoesNotContain(said, s => s.Contains('\e', StringComparison.Ordinal));
        Assert.Equal(2, Assert.IsType<VastTransferResult>(Assert.Single(ran.Output)).Files);
        string[] here = [.. Directory.GetFileSystemEntries(Path.Combine(_here, "in", "out"))
            .Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["good.txt", "same", "sub"], here);
    }

    [Theory]
    [InlineData("Send-VastItem $here/a.txt w", "Send 1 file(s), 0.0 MB, to w (traffic $0.0")]
    [InlineData("Receive-VastItem /etc/hostname $here", "(traffic $0.0")]
    public void What_the_traffic_costs_is_shown_before_anything_moves(string script, string expected)
    {
        Put("a.txt", "a");
        Ran ran = Run("$box | " + script);
        ran.Clean<object>();
        Assert.Contains(expected, ran.Progress[0].Activity, StringComparison.Ordinal);
        Assert.Contains(
            shared.Bed.Box.InstanceId.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ran.Progress[0].StatusDescription,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_file_is_not_opened_and_not_sent_and_the_rest_arrives()
    {
        Put("p/a.txt", "a");
        Here("cd p; mkfifo pipe .env; touch \"$(printf 'bad\\377')\"; mkdir \"$(printf 'bad\\376')\"; ln -s /etc/hosts out; touch empty");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(_here, "p", "socket")));
        Ran ran = Run("$box | Send-VastItem $here/p w -Recurse");
        ran.Clean<object>();
        Assert.Equal(6, ran.Warnings.Count);
        Assert.All((string[])["/pipe", "/.env", "/socket"], name => Assert.Contains(
            ran.Warnings, w => w.EndsWith($"{name} was not sent: it is a device, socket or pipe.", StringComparison.Ordinal)));
        Assert.Equal(2, ran.Warnings.Count(w => w.EndsWith("its name is not UTF-8.", StringComparison.Ordinal)));
        Assert.Contains(ran.Warnings, w => w.EndsWith("/out was not sent: it is a link that leaves the folder.", StringComparison.Ordinal));
        Assert.Equal("a.txt empty", OnBox("ls -A w/p | xargs"));
        Assert.Contains(
            "device", Run("$box | Send-VastItem $here/p/pipe w").OneError("VastLocalItemUnusable").Exception.Message, StringComparison.Ordinal);
        Run("$box | Send-VastItem /dev/zero w").OneError("VastLocalItemUnusable");

        // .NET cannot name these, not even to remove them.
        Here("rm -rf p/bad*");
    }

    [Fact]
    public void Links_in_circles_go_there_and_back_and_a_name_that_is_no_text_is_named()
    {
        Put("p/sub/a.txt", "a");
        Here("cd p; ln -s .. sub/up; ln -s self self; ln -s two one; ln -s one two; ln -s nowhere dead");
        Run("$box | Send-VastItem $here/p w -Recurse").Clean<object>();
        OnBox("touch \"w/p/$(printf 'bad\\377')\"");
        Assert.Contains(
            "/w/p/bad\uFFFD ",
            Run("$box | Receive-VastItem w/p $here/back -Recurse").OneError("VastRemoteNameRefused").Exception.Message,
            StringComparison.Ordinal);
        const string Links = "find . -type l -printf '%p>%l ' | tr ' ' '\n' | sort";
        Assert.Equal(Here("cd p; " + Links), Here("cd back/p; " + Links));
    }

    [Fact]
    public void New_folders_keep_who_may_do_what_and_those_of_the_user_stay_as_they_are()
    {
        OnBox(
            "mkdir -p w/p/closed/inner w/p/mine; echo a >w/p/closed/inner/a; chmod 500 w/p/closed/inner; chmod 700 w/p w/p/closed; chmod "
            + "777 w/p/mine");
        Here("mkdir -p in/q/mine; chmod 750 in/q/mine");
        Run("$box | Receive-VastItem w/p $here/in -Recurse").Clean<object>();
        Assert.Equal(
            "700 in/p\n700 in/p/closed\n700 in/p/closed/inner\n777 in/p/mine", Here("find in/p -type d -printf '%m %p\n' | sort -k2"));
        OnBox("mv w/p w/q");
        Run("$box | Receive-VastItem w/q $here/in -Recurse").Clean<object>();
        Assert.Equal(
            "700 in/q/closed\n700 in/q/closed/inner\n750 in/q/mine", Here("find in/q -mindepth 1 -type d -printf '%m %p\n' | sort -k2"));
        Run("$box | Receive-VastItem w/q $here/in -Recurse").Clean<object>();
        OnBox("chmod -R u+w w");
    }

    [Fact]
    public void What_is_on_its_way_here_is_for_its_owner_alone()
    {
        OnBox("mkdir -p out; truncate -s 4G out/private; chmod 600 out/private");
        string into = Path.Combine(_here, "in");
        _bed.Stops(
            "$box | Receive-VastItem out/private $here/in",
            () => Hidden(into) > 1_000_000 && Here("stat -c %a in/.vastps-*") == "700",
            ("here", _here));
    }

    [Theory]
    [InlineData("Send-VastItem $here/nothing.txt w -InstanceId $box.InstanceId", "VastLocalItemNotFound")]
    [InlineData("Send-VastItem $here/nothing* w -InstanceId $box.InstanceId", "VastLocalItemNotFound")]
    [InlineData("Send-VastItem $here/t w -InstanceId $box.InstanceId", "VastItemIsFolder")]
    [InlineData("Send-VastItem $here/t . -Recurse -InstanceId $box.InstanceId", "VastWholeFolderRefused")]
    [InlineData("Send-VastItem $here/t / -Recurse -InstanceId $box.InstanceId", "VastWholeFolderRefused")]
    [InlineData("Send-VastItem $here/t/f.txt '' -InstanceId $box.InstanceId", "VastInvalidValue")]
    [InlineData("Send-VastItem $here/t/f.txt /proc/nowhere -InstanceId $box.InstanceId", "VastRemoteItemUnusable")]
    [InlineData("Send-VastItem $here/t/f.txt w -InstanceId 999", "VastInstanceNotFound")]
    [InlineData("Receive-VastItem nothing -InstanceId $box.InstanceId", "VastRemoteItemNotFound")]
    [InlineData("Receive-VastItem / -Recurse -InstanceId $box.InstanceId", "VastWholeFolderRefused")]
    [InlineData("Receive-VastItem '~' -Recurse -InstanceId $box.InstanceId", "VastWholeFolderRefused")]
    [InlineData("Receive-VastItem workspace $here/x -InstanceId $box.InstanceId", "VastItemIsFolder")]
    [InlineData("Receive-VastItem /dev/zero $here/x -InstanceId $box.InstanceId", "VastRemoteNameRefused")]
    public void What_cannot_be_done_is_one_error(string script, string id)
    {
        Put("t/f.txt", "x");
        Ran ran = Run(script);
        Assert.Equal(id, Assert.Single(
            ran.Errors.Append(ran.Thrown).OfType<System.Management.Automation.ErrorRecord>()).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal("", OnBox("find . -name '.vastps-*'"));
    }

    [Fact]
    public void WhatIf_moves_nothing()
    {
        Put("f.txt", "x");
        OnBox("echo y > y.txt");
        Assert.Empty(Run("$box | Send-VastItem $here/f.txt w -WhatIf; $box | Receive-VastItem y.txt $here/in -WhatIf").Clean<object>());
        Assert.Equal("gone", OnBox("test -e w && echo there || echo gone"));
        Assert.False(Directory.Exists(Path.Combine(_here, "in")));
    }

    [Fact]
    public async Task A_stop_while_sending_leaves_nothing_half()
    {
        Big("big.bin");
        string there = Path.Combine(await HomeAsync(), "w");
        _bed.Stops("$box | Send-VastItem $here/big.bin w", () => Hidden(there) > 10_000_000, ("here", _here));
        Wait.Until(() => Directory.GetFileSystemEntries(there).Length == 0, TimeSpan.FromSeconds(10), "the hidden folder to go");
    }

    [Fact]
    public void A_stop_while_receiving_leaves_nothing_half()
    {
        OnBox("truncate -s 4G big.bin");
        string into = Path.Combine(_here, "in");
        _bed.Stops("$box | Receive-VastItem big.bin $here/in", () => Hidden(into) > 10_000_000, ("here", _here));
        Wait.Until(() => Directory.GetFileSystemEntries(into).Length == 0, TimeSpan.FromSeconds(10), "the hidden folder to go");
    }

    [Fact]
    public void What_an_old_transfer_left_goes_with_the_next_one_and_a_running_one_is_left_alone()
    {
        OnBox(
            "mkdir -p w/.vastps-0123456789abcdef w/.vastps-fedcba9876543210 w/.vastps-mine; touch w/.vastps-fedcba9876543210/part; find "
            + "w -name '.vastps-*' -exec touch -d '2 hours ago' {} +");
        Put("f.txt", "x");
        Run("$box | Send-VastItem $here/f.txt w").Clean<object>();
        Assert.Equal([".vastps-fedcba9876543210", ".vastps-mine", "f.txt"], OnBox("ls -A w").Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_patterns_name_is_left_out_on_both_ways()
    {
        Put("p/train.py", "1");
        Put("p/data/big.pt", "2");
        Put("p/data/keep.pt", "3");
        Put("p/cache/x", "4");
        Put("p/.gitignore", "cache/\n");
        Put("p/data/.gitignore", "*.pt\n!keep.pt\n");
        Put("rules.txt", "# mine\n.gitignore\n");
        Run("$box | Send-VastItem $here/p w -Recurse -UseGitIgnore -ExcludeFrom $here/rules.txt").Clean<object>();
        Assert.Equal("w/p/data/keep.pt w/p/train.py", OnBox("find w -type f | LC_ALL=C sort | xargs"));
        Run("$box | Send-VastItem $here/p w -Recurse -Exclude '*.py', data/").Clean<object>();
        Assert.Equal("w/p/.gitignore w/p/cache/x w/p/data/keep.pt w/p/train.py", OnBox("find w -type f | LC_ALL=C sort | xargs"));
        Run("$box | Receive-VastItem w/p $here/in -Recurse -Exclude cache, '/data/*', .gitignore").Clean<object>();
        Assert.Equal(["", "data/", "train.py"], Tree(Path.Combine(_here, "in", "p")).Select(e => e.Split(' ')[0]));
    }

    [Fact]
    public void A_tree_goes_into_the_one_that_is_there()
    {
        Put("p/new.txt", "new");
        Put("p/sub/both.txt", "mine");
        OnBox("mkdir -p w/p/sub; echo old > w/p/old.txt; echo theirs > w/p/sub/both.txt");
        Run("$box | Send-VastItem $here/p w -Recurse").Clean<object>();
        Assert.Equal("new old mine", OnBox("cat w/p/new.txt; echo; cat w/p/old.txt w/p/sub/both.txt").ReplaceLineEndings(" "));
        Put("in/p/here.txt", "here");
        Run("$box | Receive-VastItem w/p $here/in -Recurse").Clean<object>();
        Assert.Equal(
            ["", "here.txt", "new.txt", "old.txt", "sub/", "sub/both.txt"],
            Tree(Path.Combine(_here, "in", "p")).Select(e => e.Split(' ')[0]));
    }

    [Fact]
    public async Task A_box_without_tar_gets_and_gives_the_same()
    {
        using IDisposable without = await _bed.ReplaceAsync("tar", "exit 127");
        Put("p/a.txt", "a");
        Put("p/sub/b.txt", "b");
        Run("$box | Send-VastItem $here/p w -Recurse; $box | Receive-VastItem w/p $here/in -Recurse").Clean<object>();
        Assert.Equal(Tree(Path.Combine(_here, "p")), Tree(Path.Combine(_here, "in", "p")));
    }

    // Names, links and content of a tree.
    private static string[] Tree(string root) =>
    [
        .. new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(new DirectoryInfo(root)).Select(i =>
            (i.FullName == root ? "" : Path.GetRelativePath(root, i.FullName)) + (i is DirectoryInfo
                ? "/"
                : $" {i.LinkTarget} {i.UnixFileMode} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(i.FullName)))}"))
            .Select(n => n == "/" ? "" : n).Order(StringComparer.Ordinal),
    ];

    private static long Hidden(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task<string> HomeAsync() => Assert.Single(await _bed.Vast.Server.GetInstancesAsync()).Home!;

    private Ran Run(string script) => _bed.Run(script, ("here", _here));

    private string OnBox(string command)
    {
        VastCommandResult ran =
            Assert.Single(_bed.Run("$box | Invoke-VastCommand $command", ("command", command)).Clean<VastCommandResult>());
        Assert.True(ran.Succeeded, ran.Stderr);
        return ran.Stdout;
    }

    private string Here(string script)
    {
        using Process sh =
            Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = _here, RedirectStandardOutput = true })!;
        string said = sh.StandardOutput.ReadToEnd().TrimEnd('\n');
        sh.WaitForExit();
        return said;
    }

    private void Put(string name, string text)
    {
        string path = Path.Combine(_here, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    // Takes no room on either disk.
    private void Big(string name)
    {
        using FileStream big = File.Create(Path.Combine(_here, name));
        big.SetLength(4L << 30);
    }
}
