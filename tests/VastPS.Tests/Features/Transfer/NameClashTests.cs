using System.Management.Automation;
using VastPS.Features.Transfer;
using VastPS.Kernel.Local;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Transfer;

/// <summary>Names of a box that would be one name here: none replaces another, and a box whose files stayed there is kept.</summary>
public sealed class NameClashTests : IAsyncLifetime
{
    private const string Fill =
        "mkdir -p out/Data out/data out/sub && echo big >out/Model.bin && echo small >out/model.bin && echo 1 >out/Data/a "
        + "&& echo 2 >out/data/b && echo log >out/sub/log.txt";

    private static readonly FolderNames s_blind = new(IsCaseBlind: true, IsFormBlind: true, KeepsNames: true);

    private readonly string _here = Directory.CreateTempSubdirectory("vastps-names-").FullName;
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        Directory.Delete(_here, recursive: true);
    }

    [Theory]
    [InlineData("out/a out/A", "out/A+out/a")]
    [InlineData("out/A/x out/a/y out/a/Y", "out/A+out/a")]
    [InlineData("out/x/a out/X", "out/X+out/x")]
    [InlineData("out/caf\u00E9 out/cafe\u0301 out/cafe", "out/cafe\u0301+out/caf\u00E9")]
    [InlineData("out/\u00C4 out/a\u0308 out/A\u0308", "out/A\u0308+out/a\u0308+out/\u00C4")]
    [InlineData("out/stra\u00DFe out/strasse", "")]
    [InlineData("out/k out/\u212A", "out/k+out/\u212A")]
    [InlineData("out/a out/b out/a.b out/a/b", "")]
    [InlineData("a/x A/y a/X", "A+a")]
    public void Names_that_are_one_are_found_at_the_outermost_place(string paths, string groups) =>
        Assert.Equal(groups, string.Join(' ', NameClashRule.Find(paths.Split(' '), s_blind).Select(g => string.Join('+', g))));

    [Fact]
    public void What_a_disk_tells_apart_is_no_clash()
    {
        string[] paths = ["a", "A", "\u00E9", "e\u0301"];
        Assert.Empty(NameClashRule.Find(paths, FolderNames.Exact));
        Assert.Equal(["A", "a"], Assert.Single(NameClashRule.Find(paths, s_blind with { IsFormBlind = false })));
        Assert.Equal(["e\u0301", "\u00E9"], Assert.Single(NameClashRule.Find(paths, s_blind with { IsCaseBlind = false })));
    }

    [Fact]
    public void The_disk_of_the_tests_tells_all_names_apart_and_the_probe_leaves_nothing()
    {
        Assert.Equal(FolderNames.Exact, FolderProbe.Try(_here));
        Assert.Empty(Directory.GetFileSystemEntries(_here));
        Assert.True(FolderProbe.Try(Path.Combine(_here, "missing")) is { IsCaseBlind: true, IsFormBlind: true });
    }

    [Fact]
    public void Of_names_that_are_one_here_none_is_received_and_all_are_named()
    {
        _bed.Shell(Fill);
        using CmdletHost host = new(_bed.Vast.Services(names: _ => s_blind));
        Ran ran = host.Run("$box | Receive-VastItem out $here -Recurse", ("box", _bed.Box), ("here", _here));
        Assert.Equal(2, ran.Errors.Count);
        Assert.All(ran.Errors, e => Assert.StartsWith("VastRemoteNameRefused", e.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Contains(ran.Errors, e => Names(e, "/out/Model.bin", "/out/model.bin"));
        Assert.Contains(ran.Errors, e => Names(e, "/out/Data", "/out/data"));
        Assert.Equal(["sub", "sub/log.txt"], Tree(Path.Combine(_here, "out")));
    }

    [Fact]
    public void What_is_there_already_under_another_name_is_not_replaced()
    {
        _bed.Shell("mkdir -p out/x Out && echo new >out/model.bin && echo new >out/x/a && echo new >Out/b");
        Directory.CreateDirectory(Path.Combine(_here, "out", "X"));
        File.WriteAllText(Path.Combine(_here, "out", "Model.bin"), "mine");
        using CmdletHost host = new(_bed.Vast.Services(names: _ => s_blind));
        Ran ran = host.Run("$box | Receive-VastItem out, Out $here -Recurse", ("box", _bed.Box), ("here", _here));
        Assert.Equal(3, ran.Errors.Count);
        Assert.Contains(ran.Errors, e => Names(e, "/out/model.bin", Path.Combine(_here, "out", "Model.bin")));
        Assert.Contains(ran.Errors, e => Names(e, "/out/x", Path.Combine(_here, "out", "X")));
        Assert.Contains(ran.Errors, e => Names(e, "Out", Path.Combine(_here, "out")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_here, "out", "Model.bin")));
        Assert.Equal(["Model.bin", "X"], Tree(Path.Combine(_here, "out")));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(_here).Select(Path.GetFileName));
    }

    [Fact]
    public void The_same_names_once_more_replace_their_own_files()
    {
        _bed.Shell("mkdir -p out/sub && echo 1 >out/Model.bin && echo 1 >out/sub/a");
        using CmdletHost host = new(_bed.Vast.Services(names: _ => s_blind));
        const string Twice = """
            $box | Receive-VastItem out $here -Recurse
            $box | Invoke-VastCommand 'echo 2 >out/Model.bin' | Out-Null
            $box | Receive-VastItem out $here -Recurse
            """;
        host.Run(Twice.Replace(" | Out-Null", " >$null", StringComparison.Ordinal), ("box", _bed.Box), ("here", _here)).Clean<object>();
        Assert.Equal("2\n", File.ReadAllText(Path.Combine(_here, "out", "Model.bin")));
    }

    [Fact]
    public async Task A_box_whose_files_clash_here_is_kept()
    {
        using CmdletHost host = new(_bed.Vast.Services(names: _ => s_blind));
        await AssertKeptAsync(host, _here);
    }

    [Fact]
    [Needs("ntfs-3g", "lowntfs-3g")]
    public async Task A_box_whose_files_clash_on_a_real_disk_is_kept()
    {
        Assert.SkipWhen(BlindDisk.Missing is not null, BlindDisk.Missing ?? "");
        using var disk = new BlindDisk();
        Assert.True(FolderProbe.Try(disk.Folder).IsCaseBlind);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Folder));
        using CmdletHost host = _bed.Vast.Host();

        // What does not clash arrives there, and is replaced by its own like.
        for (int i = 1; i <= 2; i++)
        {
            _bed.Shell($"rm -rf fine && mkdir -p fine/Sub && echo {i} >fine/Model.bin && echo {i} >fine/Sub/a");
            host.Run("$box | Receive-VastItem fine $here -Recurse", ("box", _bed.Box), ("here", disk.Folder)).Clean<object>();
            Assert.Equal($"{i}\n", File.ReadAllText(Path.Combine(disk.Folder, "fine", "model.BIN")));
        }

        await AssertKeptAsync(host, Path.Combine(disk.Folder, "results"));
    }

    private async Task AssertKeptAsync(CmdletHost host, string here)
    {
        _bed.Start(Fill, "-MaxRuntime 10m -Name clash");
        const string Watch =
            "Wait-VastRun clash -PollInterval 200ms -OnFinish Remove -ReceivePath out -Destination $here -Confirm:$false";
        Ran ran = host.Run(Watch, ("here", here));
        VastRun ended = Assert.Single(ran.Output.OfType<VastRun>());
        Assert.Contains(ended.Evidence, e => e.Contains("/out/Model.bin", StringComparison.Ordinal)
            && e.Contains("/out/model.bin", StringComparison.Ordinal));
        Assert.DoesNotContain(ended.Evidence, e => e.Contains("was removed", StringComparison.Ordinal));
        string home = Assert.Single(await _bed.Vast.Server.GetInstancesAsync()).Home!;
        Assert.Equal(
            ["big\n", "small\n"], new[] { "Model.bin", "model.bin" }.Select(n => File.ReadAllText(Path.Combine(home, "out", n))));
        Assert.Equal(["sub", "sub/log.txt"], Tree(Path.Combine(here, "out")));
    }

    private static bool Names(ErrorRecord error, params string[] names) =>
        names.All(n => error.Exception.Message.Contains(n, StringComparison.Ordinal));

    private static string[] Tree(string folder) =>
    [
        .. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(folder, p)).Order(StringComparer.Ordinal),
    ];
}
