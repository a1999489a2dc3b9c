using VastPS.Kernel.Local;

namespace VastPS.Tests.Kernel.Local;

/// <summary>What a tree becomes on its way to a box, as Windows sees it and as Unix does.</summary>
public sealed class LocalTreeTests : IDisposable
{
    private readonly string _here = Directory.CreateTempSubdirectory("vastps-tree-").FullName;

    public LocalTreeTests()
    {
        Directory.CreateDirectory(Path.Combine(_here, "sub"));
        File.WriteAllText(Path.Combine(_here, "run.sh"), "#!/bin/sh\necho ran\n");
        File.WriteAllText(Path.Combine(_here, "#!"), "");
        File.WriteAllText(Path.Combine(_here, "train.py"), "# no shebang\n");
        File.CreateSymbolicLink(Path.Combine(_here, "sub", "up"), @"..\train.py");
        File.CreateSymbolicLink(Path.Combine(_here, "sub", "out"), @"..\..\etc");
    }

    public void Dispose() => Directory.Delete(_here, recursive: true);

    [Fact]
    public void From_Windows_links_get_slashes_and_scripts_may_be_run()
    {
        (Dictionary<string, LocalEntry> found, List<string> skipped) = List(isWindows: true);
        Assert.Equal("../train.py", found["sub/up"].Target);
        Assert.Equal("out", Assert.Single(skipped));
        Assert.Equal(Convert.ToInt32("755", 8), found["run.sh"].Mode);
        Assert.Equal(Convert.ToInt32("644", 8), found["train.py"].Mode);
        Assert.Equal(Convert.ToInt32("644", 8), found["#!"].Mode);
        Assert.Equal(Convert.ToInt32("755", 8), found["sub"].Mode);
        Assert.Equal(Convert.ToInt32("755", 8), Assert.Single(LocalTree.List(
            Path.Combine(_here, "run.sh"), Nothing(), new LocalTreeOptions(false, false, IsWindows: true), (_, _) => { }, default)).Mode);
    }

    [Fact]
    public void From_Unix_names_and_modes_stay_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_here, "run.sh"), UnixFileMode.UserRead);
        }

        (Dictionary<string, LocalEntry> found, List<string> skipped) = List(isWindows: false);
        Assert.Equal(@"..\train.py", found["sub/up"].Target);
        Assert.Empty(skipped);
        Assert.Equal(Convert.ToInt32("400", 8), found["run.sh"].Mode);
    }

    private static ExcludeStack Nothing() => new(ExcludeRules.None);

    private (Dictionary<string, LocalEntry> Found, List<string> Skipped) List(bool isWindows)
    {
        var skipped = new List<string>();
        IReadOnlyList<LocalEntry> found = LocalTree.List(
            _here, Nothing(), new LocalTreeOptions(true, false, isWindows), (path, _) => skipped.Add(Path.GetFileName(path)), default);
        return (found.Skip(1).ToDictionary(e => e.Name[(e.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]), skipped);
    }
}
