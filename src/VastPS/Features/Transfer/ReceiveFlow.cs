using System.Globalization;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Features.Transfer;

/// <summary>
/// Receives a file or tree. Names are checked one by one: nothing that a box says leads out of the folder. Files arrive
/// in a hidden folder, are compared with what the box has, and only then get their own names.
/// </summary>
/// <param name="again">Opens another link to the box where one was lost.</param>
/// <param name="excludes">What is left out.</param>
/// <param name="probe">Finds which names a folder here takes for one.</param>
/// <param name="clock">For rates and pauses.</param>
internal sealed class ReceiveFlow(
    Func<CancellationToken, Task<ISshLink>> again, ExcludeRules excludes, Func<string, FolderNames> probe, TimeProvider clock)
{
    /// <summary>Receives one path of the box into a folder here. What is refused is told, the rest arrives.</summary>
    public async Task<VastTransferResult> RunAsync(
        ReceiveRequest request, ISshLink link, ReceiveListener listener, CancellationToken stop)
    {
        (string path, long instanceId) = (request.Path, request.InstanceId);
        var shell = new TransferShell(link, instanceId);
        (string kind, bool hasTar, string home, string real) = await LookAsync(path, instanceId, shell, stop).ConfigureAwait(false);
        string name = NameOf(path, real);
        if (kind == "d" && !request.Recurse)
        {
            throw new VastException(VastReason.ItemIsFolder, path, "Receive-VastItem");
        }

        if (kind == "d" && (real == "/" || real == home))
        {
            throw new VastException(VastReason.WholeFolderRefused, path, instanceId);
        }

        if (kind is not ("d" or "f") || ReceivedName.Fault(name, OperatingSystem.IsWindows()) is not null)
        {
            throw new VastException(
                VastReason.RemoteNameRefused,
                TerminalText.Clean(path),
                instanceId,
                kind == "o" ? "it is a device, socket or pipe" : "it has no name of its own");
        }

        var tree = new RemoteTree(real, name, instanceId, listener.Refuse);
        if (kind == "d")
        {
            await tree.ReadAsync(excludes, shell, stop).ConfigureAwait(false);
        }
        else
        {
            tree.Folders.Clear();
            tree.Files.Add(await FileAsync(real, name, shell, stop).ConfigureAwait(false));
        }

        var item = new RemoteItem(name, kind == "d", hasTar, tree);
        return await DownloadAsync(request, item, link, listener, stop).ConfigureAwait(false);
    }

    private static async Task<(string Kind, bool HasTar, string Home, string Real)> LookAsync(
        string path, long instanceId, TransferShell shell, CancellationToken stop)
    {
        SshResult ran = await shell.AskAsync(TransferScripts.Look(path), "", stop).ConfigureAwait(false);
        string[] lines = ran.Stdout.Split('\n', 4);
        return lines is [not "-", _, _, { Length: > 0 }]
            ? (lines[0], lines[1] == "tar", lines[2], lines[3])
            : throw new VastException(VastReason.RemoteItemNotFound, path, instanceId);
    }

    private static string NameOf(string path, string real) =>
        path.TrimEnd('/').Split('/')[^1] is { Length: > 0 } last and not ("." or ".." or "~") ? last : real.Split('/')[^1];

    private static async Task<RemoteFile> FileAsync(string real, string name, TransferShell shell, CancellationToken stop)
    {
        SshResult ran = shell.Demand(await shell.AskAsync(TransferScripts.Stat(real), "", stop).ConfigureAwait(false), real);
        string[] said = ran.Stdout.TrimEnd().Split(' ');
        return said.Length == 2 && long.TryParse(said[0], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? new RemoteFile(real, name, bytes, RemoteTree.Mode(said[1]))
            : throw shell.Unusable(ran, real);
    }

    private async Task<VastTransferResult> DownloadAsync(
        ReceiveRequest request, RemoteItem item, ISshLink link, ReceiveListener listener, CancellationToken stop)
    {
        RemoteTree tree = item.Tree;
        using var stage = new LocalStage(request.Destination, probe);
        if (stage.Other(item.Name) is { } other)
        {
            throw new VastException(
                VastReason.RemoteNameRefused,
                TerminalText.Clean(request.Path),
                request.InstanceId,
                $"{other} is there already and would be the same name");
        }

        tree.RefuseClashes(stage);
        var meter = new TransferMeter(tree.Files.Sum(f => f.Bytes), clock, listener.Tell);
        tree.Folders.ForEach(f => stage.MakeFolder(f.Name));
        var job = new ReceiveJob(tree.Files, stage, item.HasTar, meter);
        await using (var retries = new Retries(link, again, clock, listener.Note))
        {
            await retries.RunAsync(open => job.RunAsync(new TransferShell(open, request.InstanceId), stop), () => job.Proven, stop)
                .ConfigureAwait(false);
        }

        tree.Links.ForEach(l => stage.MakeLink(l.Name, l.Target));
        tree.Files.ForEach(f => stage.SetMode(f.Name, f.Mode));
        stop.ThrowIfCancellationRequested();
        stage.Arrive(item.Name, tree.Folders);
        return new VastTransferResult
        {
            InstanceId = request.InstanceId,
            Path = request.Path,
            Destination = Path.Combine(request.Destination, item.Name),
            Bytes = job.Whole.Values.Sum(w => w.Bytes),
            Files = tree.Files.Count + tree.Links.Count,
            Duration = meter.Elapsed,
            Sha256 = item.IsTree ? null : job.Whole.Values.Single().Sha256,
        };
    }

    // What was found on the box under the path.
    private sealed record RemoteItem(string Name, bool IsTree, bool HasTar, RemoteTree Tree);
}

/// <summary>What is to be received.</summary>
/// <param name="Path">On the box.</param>
/// <param name="Recurse">True takes a folder with all that is in it; otherwise a folder is refused.</param>
/// <param name="Destination">The folder here.</param>
/// <param name="InstanceId">The box.</param>
internal sealed record ReceiveRequest(string Path, bool Recurse, string Destination, long InstanceId);

/// <summary>Hears of a transfer.</summary>
/// <param name="Refuse">What is not received, and why.</param>
/// <param name="Tell">How far it is.</param>
/// <param name="Note">Why it went on over another link.</param>
internal sealed record ReceiveListener(Action<VastException> Refuse, Action<TransferProgress> Tell, Action<string> Note);
