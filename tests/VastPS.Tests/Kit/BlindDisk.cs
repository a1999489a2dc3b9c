using System.Diagnostics;

namespace VastPS.Tests.Kit;

/// <summary>A disk on which capitals make no difference: NTFS over FUSE, as no file system of the kernel is at hand everywhere.</summary>
internal sealed class BlindDisk : IDisposable
{
    private readonly string _place = Directory.CreateTempSubdirectory("vastps-ntfs-").FullName;

    public BlindDisk()
    {
        string image = Path.Combine(_place, "disk");
        using (FileStream file = File.Create(image))
        {
            file.SetLength(16 << 20);
        }

        Folder = Directory.CreateDirectory(Path.Combine(_place, "mounted")).FullName;
        Run(NeedsAttribute.Find("mkntfs")!, "-F", "-q", "-f", image);
        Run(NeedsAttribute.Find("lowntfs-3g")!, "-o", "ignore_case", image, Folder);
    }

    /// <summary>Why there can be none; null where it can.</summary>
    public static string? Missing => Environment.UserName != "root" ? "Only root mounts a disk."
        : !File.Exists("/dev/fuse") ? "There is no /dev/fuse on this computer."
        : null;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(_place, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process ran = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> said = ran.StandardError.ReadToEndAsync();
        ran.StandardOutput.ReadToEnd();
        ran.WaitForExit();
        Assert.True(ran.ExitCode == 0, $"{program}: {said.Result}");
    }
}
