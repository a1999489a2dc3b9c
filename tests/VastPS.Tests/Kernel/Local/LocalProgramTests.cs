using VastPS.Basics;
using VastPS.Kernel.Local;

namespace VastPS.Tests.Kernel.Local;

/// <summary>Programs are taken from the folders of PATH that are named in full, and from nowhere else.</summary>
public sealed class LocalProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-path-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Empty_and_relative_folders_are_passed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the rights of files are those of Unix");
        string here = Path.GetRelativePath(Environment.CurrentDirectory, Make("here", "git"));
        string good = Make("good", "git");
        Assert.Equal(Path.Combine(good, "git"), LocalProgram.Find("git", Join("", ".", here, good), null, isWindows: false));
        Assert.Null(LocalProgram.Find("git", Join("", ".", here), null, isWindows: false));
        Assert.Null(LocalProgram.Find("git", "", null, isWindows: false));
    }

    [Fact]
    public void What_cannot_be_run_is_passed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the rights of files are those of Unix");
        string text = Make("text", "git");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(text, "git"), UnixFileMode.UserRead);
        }

        Directory.CreateDirectory(Path.Combine(_folder, "folder", "git"));
        string good = Make("good", "git");
        Assert.Equal(
            Path.Combine(good, "git"), LocalProgram.Find("git", Join(text, Path.Combine(_folder, "folder"), good), null, isWindows: false));
    }

    [Theory]
    [InlineData(".COM;.EXE;.BAT;.CMD", "git.exe", "git.exe")]
    [InlineData(".CMD;.EXE", "git.cmd", null)]
    [InlineData(null, "git.exe", "git.exe")]
    [InlineData(".EXE", "git", null)]
    public void On_Windows_the_extensions_of_programs_are_tried(string? extensions, string file, string? found)
    {
        string folder = Make("windows", file);
        string? path = LocalProgram.Find("git", folder, extensions, isWindows: true);
        Assert.Equal(found is null ? null : Path.Combine(folder, found), path, ignoreCase: true);
    }

    [Fact]
    public void A_full_path_is_taken_as_it_is_and_a_relative_one_is_none()
    {
        string folder = Make("own", "ssh");
        Assert.Equal(Path.Combine(folder, "ssh"), LocalProgram.Find(Path.Combine(folder, "ssh"), "", null, isWindows: false));
        Assert.Null(LocalProgram.Find("./ssh", folder, null, isWindows: false));
    }

    [Fact]
    public void A_missing_program_is_an_error_of_the_catalogue() =>
        Assert.Equal(VastReason.LocalGitMissing, Assert.Throws<VastException>(
            () => LocalProgram.Start("no-such-program-4711", [], _ => { }, VastReason.LocalGitMissing)).Reason);

    [Fact]
    public void A_program_gets_no_key_of_the_account()
    {
        string key = Guid.NewGuid().ToString("N");
        AccountKeys.Meet(key);
        using var program = LocalProgram.Start("env", [], start => start.RedirectStandardOutput = true, VastReason.LocalGitMissing);
        Assert.DoesNotContain("VASTPS_TEST_KEY", program.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Environment.SetEnvironmentVariable("VASTPS_TEST_KEY", key);
        using var other = LocalProgram.Start("env", [], start => start.RedirectStandardOutput = true, VastReason.LocalGitMissing);
        string variables = other.StandardOutput.ReadToEnd();
        Environment.SetEnvironmentVariable("VASTPS_TEST_KEY", null);
        Assert.Contains("PATH=", variables, StringComparison.Ordinal);
        Assert.DoesNotContain(key, variables, StringComparison.Ordinal);
    }

    private static string Join(params string[] folders) => string.Join(Path.PathSeparator, folders);

    private string Make(string folder, string file)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName, file);
        File.WriteAllText(path, "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Path.GetDirectoryName(path)!;
    }
}
