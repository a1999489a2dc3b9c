using System.Text;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Local;

/// <summary>What an update does: the entries, and the lines of each file that come and go.</summary>
internal sealed record SshConfigChange(IReadOnlyList<SshHostEntry> Before, IReadOnlyList<SshHostEntry> After, IReadOnlyList<string> Diff);

/// <summary>
/// The user's ssh configuration and the file of ours beside it. Of the user's file only the Include line is touched,
/// after a copy was made; everything is checked before anything is written, and who writes waits for his turn.
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

    private string KnownHostsFolder => Path.Combine(_folder, "vastps_known_hosts");

    /// <summary>The host keys of one box.</summary>
    public string KnownHostsOf(long instanceId) => Path.Combine(KnownHostsFolder, FormattableString.Invariant($"{instanceId}"));

    /// <summary>The host key that ssh met at a box; null where it met none.</summary>
    public PublicKeyText? MetKey(long instanceId) => Guard(() => KnownHosts.FirstKey(AtomicFile.Read(KnownHostsOf(instanceId)) ?? ""));

    public IReadOnlyList<SshHostEntry> Read() => Guard(() => SshHostFile.Read(AtomicFile.Read(HostsPath) ?? ""));

    /// <summary>True where ssh reads our file.</summary>
    public bool IsIncluded() => Guard(() => File.Exists(path) && Includes(ReadBytes()));

    /// <summary>The names that the user gave to hosts in the configuration and in what it includes.</summary>
    public IReadOnlySet<string> UserNames() => Guard(() => SshConfigNames.Of(Main() ?? "", HostsPath));

    /// <summary>What <see cref="UpdateAsync"/> would do; refuses what that would refuse.</summary>
    public SshConfigChange Preview(Func<IReadOnlyList<SshHostEntry>, IReadOnlyList<SshHostEntry>> change) =>
        Guard(() => Plan(AtomicFile.Read(HostsPath), change).Change);

    /// <summary>What <see cref="RemoveAsync"/> would do; refuses what that would refuse.</summary>
    public SshConfigChange PreviewRemoval(IReadOnlyCollection<long>? ids) =>
        Guard(() => PlanRemoval(AtomicFile.Read(HostsPath), ids).Change);

    /// <summary>Replaces the entries, and makes ssh read them.</summary>
    public Task<SshConfigChange> UpdateAsync(
        Func<IReadOnlyList<SshHostEntry>, IReadOnlyList<SshHostEntry>> change, CancellationToken stop) =>
        ApplyAsync(text => Plan(text, change), stop);

    /// <summary>
    /// Takes entries away, all of them where no id is given. After the last one nothing of ours is left, and the user's
    /// file is again what it was.
    /// </summary>
    public Task<SshConfigChange> RemoveAsync(IReadOnlyCollection<long>? ids, CancellationToken stop) =>
        ApplyAsync(text => PlanRemoval(text, ids), stop);

    private async Task<SshConfigChange> ApplyAsync(Func<string?, Turn> plan, CancellationToken stop)
    {
        // Before the folder is made: a refusal leaves no trace.
        Turn turn = Guard(() => plan(AtomicFile.Read(HostsPath)));
        if (turn.IsNothing)
        {
            return turn.Change;
        }

        await GuardAsync(() => AtomicFile.UpdateAsync(
            HostsPath,
            text =>
            {
                // Again, because it may have changed until it was our turn.
                turn = plan(text);
                KeepKnownHosts(turn.Change);
                if (turn.MainAfter is { } main && main != turn.MainBefore)
                {
                    Replace(turn.MainBefore, main);
                }

                return turn.Hosts;
            },
            clock,
            stop)).ConfigureAwait(false);
        return turn.Change;
    }

    private Turn Plan(string? hosts, Func<IReadOnlyList<SshHostEntry>, IReadOnlyList<SshHostEntry>> change)
    {
        IReadOnlyList<SshHostEntry> before = SshHostFile.Read(hosts ?? "");
        IReadOnlyList<SshHostEntry> after = change(before);
        string? main = Main();
        if (hosts is null && after.Count == 0)
        {
            return new Turn(this, before, after, main, main, null, null);
        }

        string included = main ?? "";
        if (main is null || !Includes(main))
        {
            DemandMine(path, Next.WriteByHand(IncludeLine));
            included = SshConfigDocument.Add(included, Bytes(IncludeLine));
        }

        DemandMine(HostsPath, Next.MoveAway(HostsPath));
        return new Turn(this, before, after, main, included, hosts, SshHostFile.Write(after));
    }

    private Turn PlanRemoval(string? hosts, IReadOnlyCollection<long>? ids)
    {
        IReadOnlyList<SshHostEntry> before = SshHostFile.Read(hosts ?? "");
        SshHostEntry[] after = [.. before.Where(e => ids is not null && !ids.Contains(e.InstanceId))];
        DemandMine(HostsPath, Next.MoveAway(HostsPath));
        string? main = Main();
        string? rest = main is null || after.Length > 0 ? main : SshConfigDocument.Remove(main, Bytes(IncludeLine));
        if (rest != main && WhyNotMine(path) is not null)
        {
            if (ids is null)
            {
                DemandMine(path, Next.DeleteByHand(IncludeLine));
            }

            // An Include that the user wrote by hand, and that leads to nothing now.
            rest = main;
        }

        return new Turn(this, before, after, main, rest, hosts, after.Length > 0 ? SshHostFile.Write(after) : null);
    }

    private void KeepKnownHosts(SshConfigChange change)
    {
        foreach (SshHostEntry gone in change.Before.Where(b => change.After.All(a => a.InstanceId != b.InstanceId)))
        {
            File.Delete(KnownHostsOf(gone.InstanceId));
        }

        if (change.After.Count == 0)
        {
            if (Directory.Exists(KnownHostsFolder))
            {
                Directory.Delete(KnownHostsFolder, recursive: true);
            }

            return;
        }

        AtomicFile.MakeFolder(KnownHostsFolder);
        foreach (SshHostEntry entry in change.After)
        {
            if (entry.HostKey is { } key
                && KnownHosts.Line(entry.IdAlias, key) is var line
                && AtomicFile.Read(entry.KnownHostsFile) != line)
            {
                AtomicFile.Replace(entry.KnownHostsFile, line);
            }
        }
    }

    private string? Main() => File.Exists(path) || IsLink(path) ? ReadBytes() : null;

    // One character a byte: what is not text comes back as it was.
    private string ReadBytes()
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw Refused(path, "it is not in a form that ssh reads (UTF-16, or not text)", Next.WriteByHand(IncludeLine))
            : text;
    }

    private string IncludeLine => SshConfigDocument.Line(HostsPath);

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private bool Includes(string text)
    {
        string name = Path.GetFileName(HostsPath);
        string full = Bytes(IncludeLine)["Include ".Length..].Trim('"');
        return _folder == s_userFolder
            ? SshConfigDocument.Includes(text, full, "~/.ssh/" + name, name)
            : SshConfigDocument.Includes(text, full);
    }

    private static void DemandMine(string file, string next)
    {
        if (WhyNotMine(file) is { } why)
        {
            throw Refused(file, why, next);
        }
    }

    private static string? WhyNotMine(string file) =>
        IsLink(file) ? "it is a symbolic link, and replacing it would cut the link"
        : !File.Exists(file) ? null
        : FileOwner.IsForeign(file) ? "it belongs to another user"
        : (File.GetAttributes(file) & FileAttributes.ReadOnly) != 0 ? "it is read-only"
        : null;

    private static bool IsLink(string file) => new FileInfo(file).LinkTarget is not null;

    // The copy is made before the first change; the new text takes the place of the old in one step, with the same rights.
    private void Replace(string? before, string after)
    {
        // What is there already is of one who was killed: it is our turn, so nobody else writes.
        foreach (string left in Directory.GetFiles(_folder, Path.GetFileName(path) + ".vastps-*.tmp"))
        {
            File.Delete(left);
        }

        string draft = $"{path}.vastps-{Guid.NewGuid():N}.tmp";
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
                    throw Refused(path, "something else changed it at this moment", $"Get-Item '{path}'");
                }
            }

            File.Move(draft, path, overwrite: true);
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

    private VastException Because(Exception e) =>
        VastException.Because(e, VastReason.SshConfigRefused, path, e.Message.TrimEnd('.'), Next.MakeWritable(_folder));

    private static VastException Refused(string file, string why, string next) => new(VastReason.SshConfigRefused, file, why, next);

    // What one turn at the files does. No text of ours means that our file goes.
    private sealed record Turn(
        SshConfigFile File,
        IReadOnlyList<SshHostEntry> Before,
        IReadOnlyList<SshHostEntry> After,
        string? MainBefore,
        string? MainAfter,
        string? HostsBefore,
        string? Hosts)
    {
        public bool IsNothing => MainAfter == MainBefore && Hosts == HostsBefore;

        public SshConfigChange Change { get; } = new(
            Before,
            After,
            [.. Of(File.Location, Shown(MainBefore), Shown(MainAfter)), .. Of(File.HostsPath, HostsBefore, Hosts)]);

        private static IEnumerable<string> Of(string file, string? before, string? after) =>
            LineDiff.Of(before ?? "", after ?? "") is { Count: > 0 } lines ? lines.Prepend(file + ":") : [];

        private static string Shown(string? bytes) => TerminalText.Clean(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes ?? "")));
    }

    private static class Next
    {
        public static string MoveAway(string file) => $"Move-Item '{file}' '{file}.old'";

        public static string MakeWritable(string folder) => $"make '{folder}' and the files in it your own and writable";

        public static string WriteByHand(string line) => $"write this as the first line of the ssh configuration: {line}";

        public static string DeleteByHand(string line) => $"delete this line from it: {line}";
    }
}
