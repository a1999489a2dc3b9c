using System.Diagnostics;
using System.Security.Cryptography;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Transfer;

/// <summary>Transfers over links that are cut, boxes that have no room and boxes that say nothing.</summary>
public sealed class TransferFaultTests(SharedRunBed shared) : IClassFixture<SharedRunBed>, IDisposable
{
    private const int Cuts = 10;
    private const int Size = 300_000_000;

    private readonly string _here = Directory.CreateTempSubdirectory("vastps-fault").FullName;
    private readonly RunBed _bed = shared.Bed;

    public void Dispose()
    {
        _bed.Shell("rm -rf ~/w ~/out");
        Directory.Delete(_here, recursive: true);
    }

    [Theory]
    [Needs("python3")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_cut_ten_times_on_its_way_there_arrives_whole_and_never_half(bool hasPython)
    {
        using IDisposable? without = hasPython ? null : await _bed.ReplaceAsync("python3", "exit 127");
        string hash = Big(Path.Combine(_here, "big.bin"));
        string there = Path.Combine(await HomeAsync(), "w");
        Ran ran = await CutAsync("$box | Send-VastItem $here/big.bin w -PassThru", there, "big.bin");
        Assert.Equal(hash, Assert.Single(ran.Clean<VastTransferResult>()).Sha256);
        Assert.StartsWith(hash, _bed.Shell("sha256sum < w/big.bin"), StringComparison.Ordinal);
        Assert.Equal("big.bin", _bed.Shell("ls -A w"));
    }

    [Fact]
    public async Task A_file_that_is_cut_ten_times_on_its_way_here_arrives_whole_and_never_half()
    {
        string there = Path.Combine(await HomeAsync(), "out");
        Directory.CreateDirectory(there);
        string hash = Big(Path.Combine(there, "big.bin"));
        string into = Path.Combine(_here, "in");
        Ran ran = await CutAsync("$box | Receive-VastItem out/big.bin $here/in -PassThru", into, "big.bin");
        Assert.Equal(hash, Assert.Single(ran.Clean<VastTransferResult>()).Sha256);
        Assert.Equal(hash, HashOf(Path.Combine(into, "big.bin")));
        Assert.Equal(["big.bin"], Directory.GetFileSystemEntries(into).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_box_that_sends_without_end_is_damaged_and_fills_no_memory()
    {
        _bed.Shell("mkdir -p out/small && echo a >out/small/a");
        using IDisposable endless = await _bed.ReplaceAsync("tar", "case $1 in --version) echo GNU tar;; *) exec cat /dev/zero;; esac");
        Run("$box | Receive-VastItem out/small $here/in -Recurse").OneError("VastTransferDamaged");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_here, "in")));
    }

    [Fact]
    public async Task Small_files_that_arrive_changed_are_damaged_and_get_no_name()
    {
        Directory.CreateDirectory(Path.Combine(_here, "small"));
        File.WriteAllText(Path.Combine(_here, "small", "a"), "one");
        File.WriteAllText(Path.Combine(_here, "small", "b"), "two");
        using IDisposable lie = await _bed.ReplaceAsync(
            "tar",
            "PATH=${PATH#*:} tar \"$@\" || exit; case $1 in --version) ;; *) printf 0 | dd of=small/b conv=notrunc 2>/dev/null ;; esac");
        string said = Run("$box | Send-VastItem $here/small w -Recurse").OneError("VastTransferDamaged").Exception.Message;
        Assert.Contains("small/b", said, StringComparison.Ordinal);
        Assert.Equal("", _bed.Shell("ls -A w"));
    }

    [Fact]
    public async Task What_is_no_tar_is_damaged()
    {
        _bed.Shell("mkdir -p out/small && echo a >out/small/a && tar -cPf out/good.tar \"$HOME/out/small/a\"");
        string good = Path.Combine(await HomeAsync(), "out", "good.tar");
        byte[] bad = await File.ReadAllBytesAsync(good);

        // A time beyond all counting, and the sum of the head that goes with it.
        bad.AsSpan(136, 12).Fill(0xff);
        bad[136] = 0x80;
        bad.AsSpan(148, 8).Fill((byte)' ');
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(bad[..512].Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(bad, 148);
        await File.WriteAllBytesAsync(good, bad);
        using IDisposable lie = await _bed.ReplaceAsync("tar", "case $1 in --version) echo GNU tar;; *) exec cat ~/out/good.tar;; esac");
        Run("$box | Receive-VastItem out/small $here/in -Recurse").OneError("VastTransferDamaged");
    }

    [Fact]
    public void Odd_owners_and_times_keep_nothing_from_arriving()
    {
        _bed.Shell(
            "mkdir -p out/odd && echo a >out/odd/a && echo b >/dev/shm/vastps-odd && touch -d @99999999999999 /dev/shm/vastps-odd; chown "
            + "4294967294:4294967294 out/odd/a 2>/dev/null");
        Run("$box | Receive-VastItem out/odd $here/in -Recurse; $box | Receive-VastItem /dev/shm/vastps-odd $here/in").Clean<object>();
        _bed.Shell("rm /dev/shm/vastps-odd");
        Assert.Equal("a\n", File.ReadAllText(Path.Combine(_here, "in", "odd", "a")));
        Assert.Equal("b\n", File.ReadAllText(Path.Combine(_here, "in", "vastps-odd")));
    }

    [Fact]
    public async Task A_list_without_end_or_without_sense_is_an_error_of_ours_or_none()
    {
        _bed.Shell("mkdir -p out/small && echo a >out/small/a");
        using (await _bed.ReplaceAsync("find", "exec cat /dev/zero"))
        {
            Run("$box | Receive-VastItem out/small $here/in -Recurse").OneError("VastTransferDamaged");
        }

        using (await _bed.ReplaceAsync("find", "printf 'f\\000many\\000rwx\\000a\\000\\000'"))
        {
            Run("$box | Receive-VastItem out/small $here/in -Recurse").Clean<object>();
        }

        Assert.Equal("a\n", File.ReadAllText(Path.Combine(_here, "in", "small", "a")));
    }

    [Fact]
    public async Task A_path_that_leads_out_of_the_tree_is_refused_before_anything_is_written()
    {
        _bed.Shell("mkdir -p out/small");
        using IDisposable lie = await _bed.ReplaceAsync("find", "printf 'f\\0002000000\\000644\\000../../../evil.txt\\000\\000'");
        Run("$box | Receive-VastItem out/small $here/in -Recurse").OneError("VastRemoteNameRefused");
        Assert.False(File.Exists(Path.Combine(_here, "evil.txt")));
    }

    [Fact]
    public void A_tree_does_not_arrive_through_a_link_that_came_before_it()
    {
        string outside = Directory.CreateDirectory(Path.Combine(_here, "outside")).FullName;
        Directory.CreateDirectory(Path.Combine(_here, "in", "small"));
        File.CreateSymbolicLink(Path.Combine(_here, "in", "small", "m"), outside);
        _bed.Shell("mkdir -p out/small/m && echo evil >out/small/m/evil.txt");
        Run("$box | Receive-VastItem out/small $here/in -Recurse").OneError("VastLocalItemUnusable");
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public void A_tree_arrives_in_a_folder_that_the_user_has_linked()
    {
        string real = Directory.CreateDirectory(Path.Combine(_here, "real")).FullName;
        Directory.CreateDirectory(Path.Combine(_here, "in"));
        File.CreateSymbolicLink(Path.Combine(_here, "in", "small"), real);
        _bed.Shell("mkdir -p out/small && echo a >out/small/a");
        Run("$box | Receive-VastItem out/small $here/in -Recurse").Clean<object>();
        Assert.Equal("a\n", File.ReadAllText(Path.Combine(real, "a")));
    }

    [Theory]
    [InlineData("Send-VastItem $here/many w -Recurse", "w")]
    [InlineData("Receive-VastItem out/many $here/w -Recurse", "")]
    public async Task A_tree_whose_sshd_closes_in_the_midst_arrives_whole(string script, string onBox)
    {
        string home = await HomeAsync();
        Many(Path.Combine(onBox.Length > 0 ? _here : Path.Combine(home, "out"), "many"));
        string to = Path.Combine(onBox.Length > 0 ? home : _here, "w");
        Task<Ran> moving = Task.Run(() => Run("$box | " + script));
        Wait.Until(() => Hidden(to) > 1_000_000, TimeSpan.FromSeconds(60), "the transfer to be under way");
        Assert.False(Directory.Exists(Path.Combine(to, "many")));
        _bed.Cut();
        (await moving).Clean<object>();
        Assert.Equal(3000, Directory.GetFiles(Path.Combine(to, "many"), "*", SearchOption.AllDirectories).Length);
        Assert.All(Directory.GetFiles(Path.Combine(to, "many")), f => Assert.Equal(Path.GetFileName(f), File.ReadAllText(f)[..5]));
        Assert.Equal(["many"], Directory.GetFileSystemEntries(to).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("Send-VastItem $here/many w -Recurse", "w")]
    [InlineData("Receive-VastItem out/many $here/w -Recurse", "")]
    public async Task A_stop_in_the_midst_of_a_tree_leaves_nothing_half(string script, string onBox)
    {
        string home = await HomeAsync();
        Many(Path.Combine(onBox.Length > 0 ? _here : Path.Combine(home, "out"), "many"));
        string to = Path.Combine(onBox.Length > 0 ? home : _here, "w");
        _bed.Stops("$box | " + script, () => Hidden(to) > 1_000_000, ("here", _here));
        Wait.Until(() => Directory.GetFileSystemEntries(to).Length == 0, TimeSpan.FromSeconds(10), "the hidden folder to go");
        Wait.Until(() => !Processes.Any("tar -xpomf") && !Processes.Any("--hard-dereference"), TimeSpan.FromSeconds(5), "tar to end");
    }

    [Theory]
    [InlineData("truncate -s 0 w/big.bin; echo", "VastRemoteItemUnusable", "Send-VastItem $here/big.bin /dev/null/x")]
    [InlineData("mkdir -p w/big.bin/in", "VastRemoteItemUnusable", "Send-VastItem $here/big.bin w")]
    [InlineData("mkdir -p w; touch w/t", "VastRemoteItemUnusable", "Send-VastItem $here/t w -Recurse")]
    [InlineData("true", "VastRemoteItemNotFound", "Receive-VastItem out/missing $here/in")]
    [InlineData("true", "VastLocalItemNotFound", "Send-VastItem $here/t w -Recurse -ExcludeFrom $here/no-such-rules")]
    public void What_is_in_the_way_is_one_error_and_nothing_is_left(string before, string id, string script)
    {
        File.WriteAllText(Path.Combine(_here, "big.bin"), "x");
        Directory.CreateDirectory(Path.Combine(_here, "t"));
        _bed.Shell("mkdir -p w; " + before);
        Assert.Equal(id, Run("$box | " + script).OneError(id).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal("", _bed.Shell("find . -name '.vastps-*' -not -name .vastps"));
    }

    [Theory]
    [Needs("python3")]
    [InlineData("big.bin", true)]
    [InlineData("big.bin", false)]
    [InlineData("many", true)]
    public async Task No_room_on_the_box_is_one_error_and_nothing_is_left(string what, bool hasPython)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root mounts file systems.");
        using IDisposable? without = hasPython ? null : await _bed.ReplaceAsync("python3", "exit 127");
        Big(Path.Combine(_here, "big.bin"), 20_000_000);
        Many(Path.Combine(_here, "many"));
        _bed.Shell("mkdir -p w && mount -t tmpfs -o size=2m tmpfs w");
        try
        {
            string said = Run($"$box | Send-VastItem $here/{what} w -Recurse").OneError("VastRemoteItemUnusable").Exception.Message;
            Assert.Contains("No space left", said, StringComparison.Ordinal);
            Assert.Equal("", _bed.Shell("ls -A w"));
        }
        finally
        {
            _bed.Shell("umount w");
        }
    }

    [Theory]
    [InlineData("big.bin")]
    [InlineData("many")]
    public void No_room_here_is_one_error_and_nothing_is_left(string what)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root mounts file systems.");
        _bed.Shell("mkdir -p out/many && head -c 20000000 /dev/urandom >out/big.bin && split -b 10000 -a 4 out/big.bin out/many/f");
        Here("mkdir w && mount -t tmpfs -o size=2m tmpfs w");
        try
        {
            string said = Run($"$box | Receive-VastItem out/{what} $here/w -Recurse").OneError("VastLocalItemUnusable").Exception.Message;
            Assert.Contains("No space left", said, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_here, "w")));
        }
        finally
        {
            Here("umount w");
        }
    }

    // Root may write into every folder, but not into a file system that takes nothing.
    [Fact]
    public void A_folder_that_takes_nothing_is_one_error_on_both_sides()
    {
        (string close, string open) = Environment.UserName == "root"
            ? ("mount -t tmpfs -o ro tmpfs w", "umount w")
            : ("chmod 500 w", "chmod 700 w");
        Many(Path.Combine(_here, "many"));
        _bed.Shell($"mkdir -p w out && echo a >out/a && {close}");
        Here($"mkdir w && {close}");
        try
        {
            Run("$box | Send-VastItem $here/many/f0000 w").OneError("VastRemoteItemUnusable");
            Run("$box | Send-VastItem $here/many w -Recurse").OneError("VastRemoteItemUnusable");
            Run("$box | Receive-VastItem out/a $here/w").OneError("VastLocalItemUnusable");
            Run("$box | Receive-VastItem out $here/w -Recurse").OneError("VastLocalItemUnusable");
            Assert.Equal("", _bed.Shell("ls -A w"));
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_here, "w")));
        }
        finally
        {
            _bed.Shell(open);
            Here(open);
        }
    }

    [Fact]
    public void A_file_of_the_box_that_may_not_be_read_is_one_error_and_nothing_arrives()
    {
        Assert.SkipWhen(Environment.UserName == "root", "Root may read everything.");
        _bed.Shell("mkdir -p out/t && echo a >out/t/a && echo b >out/t/b && chmod 0 out/t/b");
        Run("$box | Receive-VastItem out/t/b $here/w").OneError("VastRemoteItemUnusable");
        Run("$box | Receive-VastItem out/t $here/w -Recurse").OneError("VastRemoteItemUnusable");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_here, "w")));
    }

    [Fact]
    public async Task A_box_that_never_answers_again_is_one_error_in_bounded_time()
    {
        File.WriteAllText(Path.Combine(_here, "f.txt"), "x");
        foreach (Relay way in await _bed.Vast.Server.GetWaysAsync(_bed.Box.InstanceId))
        {
            way.ResetAll();
            way.Arm(FaultKind.Stall, times: 50, bytes: 0);
        }

        Ran ran = Run("$box | Send-VastItem $here/f.txt w");
        await _bed.SeverAsync(false);

        // The open link may be lost before the new one stalls: a slow computer notices it only when it is used.
        bool wasLost = ran.Errors.Any(e => e.FullyQualifiedErrorId.StartsWith("VastSshLinkLost", StringComparison.Ordinal));
        ran.OneError(wasLost ? "VastSshLinkLost" : "VastSshTimeout");
        Run("$box | Send-VastItem $here/f.txt w").Clean<object>();
    }

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant();
    }

    // Random blocks in an order that never repeats: no part is like another.
    private static string Big(string path, int size = Size)
    {
        byte[] block = RandomNumberGenerator.GetBytes(1_000_000);
        using (FileStream file = File.Create(path))
        {
            for (int i = 0; i < size / block.Length; i++)
            {
                BitConverter.TryWriteBytes(block, i);
                file.Write(block);
            }
        }

        return HashOf(path);
    }

    private static void Many(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        for (int i = 0; i < 3000; i++)
        {
            string name = FormattableString.Invariant($"f{i:0000}");
            File.WriteAllText(Path.Combine(folder, i % 2 == 0 ? "" : "sub", name), name + new string('x', 10_000));
        }
    }

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

    // Each cut comes at a place of its own, once the transfer has come further than at the one before.
    private async Task<Ran> CutAsync(string script, string into, string name)
    {
        var random = new Random(7);
        Task<Ran> moving = Task.Run(() => Run(script));
        for (int cut = 0; cut < Cuts; cut++)
        {
            long at = (long)(Size * (cut + (random.NextDouble() / 2)) / (Cuts + 1));
            Wait.Until(() => moving.IsCompleted || Hidden(into) > at, TimeSpan.FromSeconds(60), "the transfer to go on");
            Assert.False(File.Exists(Path.Combine(into, name)), $"It was there before cut {cut}.");
            foreach (Relay way in await _bed.Vast.Server.GetWaysAsync(_bed.Box.InstanceId))
            {
                way.ResetAll();
            }
        }

        return await moving;
    }

    private void Here(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _here })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    private async Task<string> HomeAsync() => Assert.Single(await _bed.Vast.Server.GetInstancesAsync()).Home!;

    private Ran Run(string script) => _bed.Run(script, ("here", _here));
}
