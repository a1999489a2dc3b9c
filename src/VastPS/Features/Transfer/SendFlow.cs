using System.Security.Cryptography;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Features.Transfer;

/// <summary>One file or tree to send.</summary>
internal sealed record SendItem(string Path, IReadOnlyList<LocalEntry> Entries);

/// <summary>What may be sent.</summary>
/// <param name="Recurse">True takes folders with all that is in them.</param>
/// <param name="UseGitIgnore">True leaves out what the tree's own .gitignore files name.</param>
/// <param name="AllowSecrets">True sends what looks like a secret of the user.</param>
internal sealed record SendOptions(bool Recurse, bool UseGitIgnore, bool AllowSecrets);

/// <summary>Hears of a transfer.</summary>
/// <param name="Tell">How far it is.</param>
/// <param name="Note">Why it went on over another link.</param>
internal sealed record SendListener(Action<TransferProgress> Tell, Action<string> Note);

/// <summary>Sends files and trees. They arrive under hidden names, are compared, and only then get their own.</summary>
/// <param name="again">Opens another link to the box, to clear up where the first was lost.</param>
/// <param name="clock">For rates and limits.</param>
internal sealed class SendFlow(Func<CancellationToken, Task<ISshLink>> again, TimeProvider clock)
{
    private static readonly TimeSpan s_cleanupLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_againLimit = TimeSpan.FromSeconds(20);
    private const int MostNamed = 5;

    /// <summary>
    /// The file of a path as the pipeline brings it: the engine writes the provider before it, and a relative one is meant from where
    /// the user stands.
    /// </summary>
    public static string PathOf(string path, string here)
    {
        int provider = path.IndexOf("::", StringComparison.Ordinal);
        return Path.GetFullPath(provider >= 0 ? path[(provider + 2)..] : path, here);
    }

    /// <summary>Reads what is to be sent. Throws SecretPath where something looks like a secret; nothing was sent then.</summary>
    public static IReadOnlyList<SendItem> Plan(
        IReadOnlyList<string> paths, ExcludeStack excludes, SendOptions options, Action<string, string> skipped, CancellationToken stop)
    {
        var read = new LocalTreeOptions(options.Recurse, options.UseGitIgnore, OperatingSystem.IsWindows());
        List<SendItem> items = [.. paths.Select(p => new SendItem(p, LocalTree.List(p, excludes, read, skipped, stop)))];
        if (items.SelectMany(i => i.Entries.Take(1))
            .GroupBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new VastException(
                VastReason.LocalItemUnusable,
                twice.Last().Path,
                $"{twice.First().Path} has the same name and would arrive at the same place");
        }

        var secrets = new List<string>();
        foreach (LocalEntry entry in items.SelectMany(i => i.Entries).Where(e => e.IsFile && !options.AllowSecrets))
        {
            stop.ThrowIfCancellationRequested();
            if ((SecretRule.Fault(entry.Path, null) ?? SecretRule.Fault(entry.Path, LocalTree.Head(entry.Path))) is { } why)
            {
                secrets.Add($"{entry.Path} ({why})");
            }
        }

        if (secrets.Count > 0)
        {
            throw new VastException(
                VastReason.SecretPath, secrets[0],
                string.Join(", ", secrets.Take(MostNamed)) + (secrets.Count > MostNamed ? $" and {secrets.Count - MostNamed} more" : ""));
        }

        DemandNoKey(items, stop);
        return items;
    }

    // Whole files are read before the first byte is sent; -AllowSecretPath is for secrets of the user's, not for this one.
    private static void DemandNoKey(IEnumerable<SendItem> items, CancellationToken stop)
    {
        foreach (LocalEntry entry in items.SelectMany(i => i.Entries))
        {
            stop.ThrowIfCancellationRequested();
            KeyRule.Demand("the name of a file or link", $"{entry.Name} {entry.Target}");
            if (entry.IsFile)
            {
                using Stream content = LocalTree.Open(entry.Path);
                KeyRule.DemandFile(entry.Path, content, stop);
            }
        }
    }

    /// <summary>Sends everything into a folder of the box; one result for each item.</summary>
    /// <param name="items">What to send.</param>
    /// <param name="destination">The folder of the box.</param>
    /// <param name="instanceId">The box.</param>
    /// <param name="link">An open link; where it is lost, others follow.</param>
    /// <param name="listener">Hears of it.</param>
    /// <param name="stop">Ends it; nothing is left then.</param>
    public async Task<IReadOnlyList<VastTransferResult>> RunAsync(
        IReadOnlyList<SendItem> items,
        string destination,
        long instanceId,
        ISshLink link,
        SendListener listener,
        CancellationToken stop)
    {
        LocalEntry[] all = [.. items.SelectMany(i => i.Entries)];
        string hidden = ".vastps-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        (string folder, bool hasTar) =
            await PrepareAsync(destination, hidden, all, new TransferShell(link, instanceId), instanceId, stop).ConfigureAwait(false);
        string stage = $"{folder}/{hidden}";
        await using var retries = new Retries(link, again, clock, listener.Note);
        try
        {
            var meter = new TransferMeter(all.Sum(e => e.Bytes), clock, listener.Tell);
            Dictionary<LocalEntry, SendFile> files = all.Where(e => e.IsFile).ToDictionary(e => e, e => new SendFile(e));
            var job = new SendJob([.. files.Values], stage, hasTar, meter, instanceId);
            string frame = Arrival.Frame(all);
            bool isFramed = frame.Length == 0;
            await retries.RunAsync(
                async open =>
                {
                    var shell = new TransferShell(open, instanceId);
                    isFramed = isFramed || shell.Demand(
                        await shell.AskAsync(TransferScripts.Lines(stage), frame, stop).ConfigureAwait(false), destination).ExitCode == 0;
                    await job.RunAsync(open, stop).ConfigureAwait(false);
                },
                () => job.Proven,
                stop).ConfigureAwait(false);
            await ArriveAsync(items, folder, stage, new TransferShell(retries.Link!, instanceId), stop).ConfigureAwait(false);
            return [.. items.Select(i => Result(i, folder, instanceId, files, meter.Elapsed))];
        }
        catch
        {
            await RemoveAsync(retries.Link, stage).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task ArriveAsync(
        IReadOnlyList<SendItem> items, string folder, string stage, TransferShell shell, CancellationToken stop)
    {
        string lines = string.Concat(items.Select(i => Arrival.Move(i, folder)));
        string script = $"{TransferScripts.Lines(stage)} || exit 1\n{TransferScripts.Remove(stage)} || :";
        shell.Demand(await shell.AskAsync(script, lines, stop).ConfigureAwait(false), folder.Length == 0 ? "/" : folder);
    }

    // The folder's real path, which is empty for the root.
    private static async Task<(string Folder, bool HasTar)> PrepareAsync(
        string destination, string hidden, LocalEntry[] all, TransferShell shell, long instanceId, CancellationToken stop)
    {
        SshResult made =
            await shell.AskAsync(TransferScripts.Prepare(destination, hidden, all.Any(e => e.IsFolder)), "", stop).ConfigureAwait(false);
        if (made.ExitCode == TransferScripts.WholeFolder)
        {
            throw new VastException(VastReason.WholeFolderRefused, destination, instanceId);
        }

        string[] lines = shell.Demand(made, destination).Stdout.Split('\n', 2);
        return lines.Length == 2 ? (lines[1].TrimEnd('\n').TrimEnd('/'), lines[0] == "tar") : throw shell.Unusable(made, destination);
    }

    private static VastTransferResult Result(
        SendItem item, string folder, long instanceId, Dictionary<LocalEntry, SendFile> files, TimeSpan took)
    {
        SendFile[] sent = [.. item.Entries.Where(e => e.IsFile).Select(e => files[e])];
        return new VastTransferResult
        {
            InstanceId = instanceId,
            Path = item.Path,
            Destination = $"{folder}/{item.Entries[0].Name}",
            Bytes = sent.Sum(f => f.Bytes),
            Files = item.Entries.Count(e => !e.IsFolder),
            Duration = took,
            Sha256 = item.Entries[0].IsFolder ? null : sent[0].Sha256,
        };
    }

    private async Task RemoveAsync(ISshLink? link, string stage)
    {
        var remove = new SshCommandSpec(TransferScripts.Remove(stage)) { Timeout = s_cleanupLimit };
        if (link is null)
        {
            await RemoveAgainAsync(remove).ConfigureAwait(false);
            return;
        }

        try
        {
            await link.RunAsync(remove, CancellationToken.None).ConfigureAwait(false);
        }
        catch (VastException)
        {
            await RemoveAgainAsync(remove).ConfigureAwait(false);
        }
    }

    private async Task RemoveAgainAsync(SshCommandSpec remove)
    {
        using var limit = new CancellationTokenSource(s_againLimit, clock);
        try
        {
            await using ISshLink link = await again(limit.Token).ConfigureAwait(false);
            await link.RunAsync(remove, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is VastException or OperationCanceledException)
        {
            // The box cannot be reached: a later transfer to the same folder clears up, and the error that led here is the one to tell.
        }
    }
}
