using System.Runtime.Versioning;

namespace VastPS.Simulator.Boxes;

/// <summary>The programs of this computer that boxes are made of.</summary>
internal sealed class BoxPrograms
{
    private static readonly string[] s_folders =
        [
            "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/sbin", "/bin", "/usr/lib/openssh", "/usr/libexec/openssh",
            "/usr/libexec", "/usr/lib/ssh", "/usr/lib/misc"
        ];

    /// <summary>The user that boxes are logged in to as.</summary>
    public static string LoginUser => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? "root" : Environment.UserName;

    public required string Sshd { get; init; }

    public required string Keygen { get; init; }

    public required string Sftp { get; init; }

    public required string Curl { get; init; }

    public required string LoginShell { get; init; }

    public required string Version { get; init; }

    /// <summary>True as root where mount and pid namespaces may be made.</summary>
    public required bool CanIsolate { get; init; }

    /// <summary>OpenSSH 9.8 and later punish failed logins of an address; all boxes and clients here share one.</summary>
    public bool HasPenalties => VersionAtLeast(9, 8);

    /// <summary>Finds the programs; otherwise says what is missing and how to get it.</summary>
    public static async Task<(BoxPrograms? Found, string? Missing)> FindAsync(CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
        {
            return (null, "boxes need Linux (WSL too): instances have no ssh here");
        }

        string? sshd = Find("sshd");
        string? keygen = Find("ssh-keygen");
        if (sshd is null || keygen is null || Find("setsid") is null)
        {
            return (null, "no OpenSSH server on this computer; install it: apt-get install openssh-server");
        }

        Shell.Output version = await Shell.RunAsync(sshd, ["-V"], stop);
        bool isolates = Environment.IsPrivilegedProcess && await CanUnshareAsync(stop);
        if (Environment.IsPrivilegedProcess && !Directory.Exists("/run/sshd"))
        {
            MakePrivsepFolder();
        }

        var found = new BoxPrograms
        {
            Sshd = sshd,
            Keygen = keygen,
            Sftp = Find("sftp-server") ?? "sftp-server",
            Curl = Find("curl") ?? "curl",
            LoginShell = Find("bash") ?? "/bin/sh",
            Version = version.Error + version.Text,
            CanIsolate = isolates,
        };
        return (found, null);
    }

    /// <summary>The home that sshd gives the user of this process, whatever HOME says here.</summary>
    public static string UserHome()
    {
        string[]? entry = File.Exists("/etc/passwd")
            ? File.ReadLines("/etc/passwd")
                .Select(line => line.Split(':')).FirstOrDefault(parts => parts.Length > 5 && parts[0] == LoginUser)
            : null;
        return entry?[5] ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
    }

    /// <summary>The full path of a program of the system; null where it has none.</summary>
    internal static string? Find(string name) =>
        s_folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static async Task<bool> CanUnshareAsync(CancellationToken stop)
    {
        if (Find("unshare") is not string unshare)
        {
            return false;
        }

        Shell.Output tried = await Shell.RunAsync(
            unshare,
            ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", "mount --bind /tmp /mnt"],
            stop);
        return tried.ExitCode == 0;
    }

    [SupportedOSPlatform("linux")]
    private static void MakePrivsepFolder() =>
        Directory.CreateDirectory(
            "/run/sshd",
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    private bool VersionAtLeast(int major, int minor)
    {
        System.Text.RegularExpressions.Match found = System.Text.RegularExpressions.Regex.Match(Version, @"OpenSSH_(\d+)\.(\d+)");
        return found.Success
            && (Part(1) > major || (Part(1) == major && Part(2) >= minor));

        int Part(int group) => int.Parse(found.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);
    }
}
