using System.Globalization;
using System.Text;
using VastPS.Basics;
using VastPS.Rules;
using VastPS.Ssh;
using VastPS.SshText;
using VastPS.Store;

namespace VastPS.Transfer;

/// <summary>
/// Receives a file or tree. Names are checked one by one: nothing that a box says leads out of the folder. Files arrive
/// in a hidden folder, are compared with what the box has, and only then get their own names.
/// </summary>
internal sealed class ReceiveFlow(TimeProvider clock)
{
    private static readonly TimeSpan s_scriptLimit = TimeSpan.FromMinutes(30);
    private const int DeepestFolder = 64;

    // A file that is being written may grow while it is read, but not without end.
    private const long MostGrowth = 256 << 20;

    /// <summary>Receives one path of the box into a folder here. What is refused is told, the rest arrives.</summary>
    public async Task<VastTransferResult> RunAsync(
        string path, bool recurse, string destination, long instanceId, ISshLink link, Action<VastException> refuse, Action<TransferProgress> tell, CancellationToken stop)
    {
        (string kind, string home, string real) = await LookAsync(path, instanceId, link, stop).ConfigureAwait(false);
        string name = NameOf(path, real);
        if (kind == "d" && !recurse)
        {
            throw new VastException(VastReason.ItemIsFolder, path, "Receive-VastItem");
        }

        if (kind == "d" && (real == "/" || real == home))
        {
            throw new VastException(VastReason.WholeFolderRefused, path, instanceId);
        }

        if (kind is not ("d" or "f") || ReceivedName.Fault(name, OperatingSystem.IsWindows()) is not null)
        {
            throw new VastException(VastReason.RemoteNameRefused, TerminalText.Clean(path), instanceId, kind == "o" ? "it is a device, socket or pipe" : "it has no name of its own");
        }

        await using IBoxFiles files = await link.OpenFilesAsync(stop).ConfigureAwait(false);
        var found = new Found(instanceId, real, refuse);
        if (kind == "d")
        {
            await WalkAsync(real, name, 0, files, found, stop).ConfigureAwait(false);
            await FollowAsync(found, link, stop).ConfigureAwait(false);
        }
        else
        {
            found.Files.Add(new RemoteFile(real, name, await SizeAsync(real, link, stop).ConfigureAwait(false)));
        }

        return await DownloadAsync(path, name, kind == "d", destination, found, files, link, tell, stop).ConfigureAwait(false);
    }

    private static async Task<(string Kind, string Home, string Real)> LookAsync(string path, long instanceId, ISshLink link, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(new SshCommandSpec(TransferScripts.Look(path)) { Timeout = s_scriptLimit }, stop).ConfigureAwait(false);
        string[] lines = ran.Stdout.TrimEnd('\n').Split('\n', 3);
        return lines is [not "-", _, { Length: > 0 }] ? (lines[0], lines[1], lines[2]) : throw new VastException(VastReason.RemoteItemNotFound, path, instanceId);
    }

    private static string NameOf(string path, string real) =>
        path.TrimEnd('/').Split('/')[^1] is { Length: > 0 } last and not ("." or ".." or "~") ? last : real.Split('/')[^1];

    private static async Task WalkAsync(string folder, string name, int depth, IBoxFiles files, Found found, CancellationToken stop)
    {
        found.Folders.Add(name);
        foreach (BoxEntry entry in (await files.ListAsync(folder, stop).ConfigureAwait(false)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            string remote = $"{folder}/{entry.Name}";
            string local = $"{name}/{entry.Name}";
            if (ReceivedName.Fault(entry.Name, OperatingSystem.IsWindows()) is { } fault)
            {
                found.Refuse(remote, fault);
            }
            else if (entry.Kind == BoxEntryKind.Folder && depth < DeepestFolder)
            {
                await WalkAsync(remote, local, depth + 1, files, found, stop).ConfigureAwait(false);
            }
            else if (entry.Kind == BoxEntryKind.Folder)
            {
                found.Refuse(remote, $"it is more than {DeepestFolder} folders deep");
            }
            else if (entry.Kind == BoxEntryKind.Other)
            {
                found.Refuse(remote, "it is a device, socket or pipe");
            }
            else
            {
                (entry.Kind == BoxEntryKind.Link ? found.Links : found.Files).Add(new RemoteFile(remote, local, entry.Bytes));
            }
        }
    }

    // A link to a file of the same tree is received as that file; any other is refused.
    private static async Task FollowAsync(Found found, ISshLink link, CancellationToken stop)
    {
        if (found.Links.Count == 0)
        {
            return;
        }

        string[] lines = await LinesAsync(link, TransferScripts.Follow, found.Links.Select(l => l.Remote), found.Links.Count, stop).ConfigureAwait(false);
        foreach ((RemoteFile named, string line) in found.Links.Zip(lines))
        {
            string[] parts = line.Split(' ', 2);
            if (parts.Length == 2 && !ReceivedName.IsInside(parts[1], found.Root))
            {
                found.Refuse(named.Remote, "it is a link that leaves the folder");
            }
            else if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
            {
                found.Files.Add(named with { Remote = parts[1], Bytes = bytes });
            }
            else
            {
                found.Refuse(named.Remote, "it is a link that leads to no file");
            }
        }
    }

    private static async Task<long> SizeAsync(string real, ISshLink link, CancellationToken stop)
    {
        string[] lines = await LinesAsync(link, TransferScripts.Follow, [real], 1, stop).ConfigureAwait(false);
        return long.TryParse(lines[0].Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
    }

    private async Task<VastTransferResult> DownloadAsync(
        string path, string name, bool isTree, string destination, Found found, IBoxFiles files, ISshLink link, Action<TransferProgress> tell, CancellationToken stop)
    {
        var meter = new TransferMeter(found.Files.Sum(f => f.Bytes), clock, tell);
        using var stage = new LocalStage(destination);
        var arrived = new List<(RemoteFile File, long Bytes, string Sha256)>();
        foreach (RemoteFile file in found.Files)
        {
            await using Stream to = stage.Create(file.Name);
            await using var tally = new TallyStream(to, meter.Add) { Most = file.Bytes + MostGrowth };
            await files.DownloadAsync(file.Remote, tally, stop).ConfigureAwait(false);
            arrived.Add((file, tally.Count, tally.Sha256()));
        }

        await CompareAsync(arrived, found.InstanceId, link, stop).ConfigureAwait(false);
        found.Folders.ForEach(stage.MakeFolder);
        foreach ((RemoteFile file, _, _) in arrived)
        {
            stage.Arrive(file.Name);
        }

        return new VastTransferResult
        {
            InstanceId = found.InstanceId,
            Path = path,
            Destination = Path.Combine(destination, name),
            Bytes = arrived.Sum(a => a.Bytes),
            Files = arrived.Count,
            Duration = meter.Elapsed,
            Sha256 = isTree ? null : arrived[0].Sha256,
        };
    }

    private static async Task CompareAsync(List<(RemoteFile File, long Bytes, string Sha256)> arrived, long instanceId, ISshLink link, CancellationToken stop)
    {
        if (arrived.Count == 0)
        {
            return;
        }

        string[] sums = await LinesAsync(link, TransferScripts.Hash, arrived.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Bytes} {a.File.Remote}")), arrived.Count, stop).ConfigureAwait(false);
        foreach (((RemoteFile file, _, string here), string there) in arrived.Zip(sums))
        {
            if (there.Split(' ')[0] != here)
            {
                throw new VastException(VastReason.TransferDamaged, file.Remote, instanceId, $"here {here}, on the box {TerminalText.Clean(there)}");
            }
        }
    }

    // As many lines as were asked for; a box that prints fewer gives empty ones.
    private static async Task<string[]> LinesAsync(ISshLink link, string script, IEnumerable<string> input, int count, CancellationToken stop)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(input.Select(l => l + "\n")));
        SshResult ran = await link.RunAsync(new SshCommandSpec(script) { Input = new MemoryStream(text), Timeout = s_scriptLimit }, stop).ConfigureAwait(false);
        string[] lines = ran.Stdout.Split('\n');
        return [.. Enumerable.Range(0, count).Select(i => i < lines.Length ? lines[i] : "")];
    }

    private sealed record RemoteFile(string Remote, string Name, long Bytes);

    private sealed class Found(long instanceId, string root, Action<VastException> refuse)
    {
        public long InstanceId => instanceId;

        public string Root => root;

        public List<string> Folders { get; } = [];

        public List<RemoteFile> Files { get; } = [];

        public List<RemoteFile> Links { get; } = [];

        public void Refuse(string remote, string why) =>
            refuse(new VastException(VastReason.RemoteNameRefused, TerminalText.Clean(remote).ReplaceLineEndings("?"), instanceId, why));
    }
}
