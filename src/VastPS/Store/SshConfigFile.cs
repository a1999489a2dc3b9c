using System.Text;
using VastPS.Basics;
using VastPS.SshText;

namespace VastPS.Store;

/// <summary>
/// The user's ssh configuration and the file of ours beside it. Of the user's file only the Include line is touched,
/// at most once each way, after a copy was made; everything is checked before anything is written.
/// </summary>
internal sealed class SshConfigFile(string path, TimeProvider clock)
{
    public const string BackupSuffix = ".vastps-backup";

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string s_userFolder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");

    private readonly string _folder = Path.GetDirectoryName(path)!;

    /// <summary>The configuration that ssh reads.</summary>
    public static string Default { get; } = Path.Combine(s_userFolder, "config");

    public string Location => path;

    /// <summary>Our own file.</summary>
    public string HostsPath => Path.Combine(_folder, "vastps_config");

    /// <summary>The host keys of one box.</summary>
    public string KnownHostsOf(long instanceId) => Path.Combine(_folder, "vastps_known_hosts", FormattableString.Invariant($"{instanceId}"));

    public IReadOnlyList<SshHostEntry> Read() => Guard(() => SshHostFile.Read(AtomicFile.Read(HostsPath) ?? ""));

    /// <summary>True where ssh reads our file.</summary>
    public bool IsIncluded() => Guard(() => File.Exists(path) && Includes(ReadBytes()));

    /// <summary>Replaces the entries, and makes ssh read them. Returns what stands there now.</summary>
    public async Task<IReadOnlyList<SshHostEntry>> UpdateAsync(Func<IReadOnlyList<SshHostEntry>, IReadOnlyList<SshHostEntry>> change, CancellationToken stop)
    {
        string? main = Guard(() => File.Exists(path) || IsLink(path) ? ReadBytes() : null);
        bool mustInclude = main is null || !Includes(main);
        if (mustInclude)
        {
            DemandMine(path);
        }

        DemandMine(HostsPath);
        IReadOnlyList<SshHostEntry> before = [], after = [];
        await GuardAsync(() => AtomicFile.UpdateAsync(
            HostsPath,
            text =>
            {
                before = SshHostFile.Read(text ?? "");
                after = change(before);
                return SshHostFile.Write(after);
            },
            clock,
            stop)).ConfigureAwait(false);
        Guard(() =>
        {
            AtomicFile.MakeFolder(Path.Combine(_folder, "vastps_known_hosts"));
            foreach (SshHostEntry gone in before.Where(b => after.All(a => a.InstanceId != b.InstanceId)))
            {
                File.Delete(KnownHostsOf(gone.InstanceId));
            }

            if (mustInclude)
            {
                Replace(main, SshConfigDocument.Add(main ?? "", IncludeLine()));
            }

            return true;
        });
        return after;
    }

    /// <summary>Takes everything of ours away; the user's file is again what it was.</summary>
    public void RemoveAll()
    {
        string? main = Guard(() => File.Exists(path) || IsLink(path) ? ReadBytes() : null);
        string rest = SshConfigDocument.Remove(main ?? "", IncludeLine());
        if (main is not null && rest != main)
        {
            DemandMine(path);
            Guard(() => Replace(main, rest));
        }

        DemandMine(HostsPath);
        Guard(() =>
        {
            File.Delete(HostsPath);
            File.Delete(HostsPath + ".lock");
            if (Directory.Exists(Path.Combine(_folder, "vastps_known_hosts")))
            {
                Directory.Delete(Path.Combine(_folder, "vastps_known_hosts"), recursive: true);
            }

            return true;
        });
    }

    // One character a byte: what is not text comes back as it was.
    private string ReadBytes()
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        return text.Contains('\0', StringComparison.Ordinal) ? throw Refused(path, "it is not in a form that ssh reads (UTF-16, or not text)") : text;
    }

    private string IncludeLine() => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(SshConfigDocument.Line(HostsPath)));

    private bool Includes(string text)
    {
        string name = Path.GetFileName(HostsPath);
        string full = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(HostsPath.Replace('\\', '/')));
        return _folder == s_userFolder ? SshConfigDocument.Includes(text, full, "~/.ssh/" + name, name) : SshConfigDocument.Includes(text, full);
    }

    private void DemandMine(string file)
    {
        if (IsLink(file))
        {
            throw Refused(file, "it is a symbolic link, and replacing it would cut the link");
        }

        if (!File.Exists(file))
        {
            return;
        }

        if (FileOwner.IsForeign(file))
        {
            throw Refused(file, "it belongs to another user");
        }

        if ((File.GetAttributes(file) & FileAttributes.ReadOnly) != 0)
        {
            throw Refused(file, "it is read-only");
        }
    }

    private static bool IsLink(string file) => new FileInfo(file).LinkTarget is not null;

    // The copy is made before the first change; the new text takes the place of the old in one step, with the same rights.
    private bool Replace(string? before, string after)
    {
        string draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerFile;
            }

            using (var stream = new FileStream(draft, options))
            {
                stream.Write(Encoding.Latin1.GetBytes(after));
                stream.Flush(flushToDisk: true);
            }

            if (before is not null)
            {
                File.Copy(path, path + BackupSuffix, overwrite: true);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(draft, File.GetUnixFileMode(path));
                }

                if (Encoding.Latin1.GetString(File.ReadAllBytes(path)) != before)
                {
                    throw Refused(path, "something else changed it at this moment");
                }
            }

            File.Move(draft, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Because(e);
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Because(e);
        }
    }

    private VastException Because(Exception e) => VastException.Because(e, VastReason.SshConfigRefused, path, e.Message.TrimEnd('.'), SshConfigDocument.Line(HostsPath));

    private VastException Refused(string file, string why) => new(VastReason.SshConfigRefused, file, why, SshConfigDocument.Line(HostsPath));
}
