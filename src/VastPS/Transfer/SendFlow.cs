using System.Security.Cryptography;
using System.Text;
using VastPS.Rules;
using VastPS.Ssh;
using VastPS.Store;

namespace VastPS.Transfer;

/// <summary>One file or tree to send.</summary>
internal sealed record SendItem(string Path, IReadOnlyList<LocalEntry> Entries);

/// <summary>Sends files and trees. They arrive under hidden names, are compared, and only then get their own.</summary>
/// <param name="again">Opens another link to the box, to clear up where the first was lost.</param>
/// <param name="clock">For rates and limits.</param>
internal sealed class SendFlow(Func<CancellationToken, Task<ISshLink>> again, TimeProvider clock)
{
    private static readonly TimeSpan s_scriptLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_cleanupLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_againLimit = TimeSpan.FromSeconds(20);
    private const int MostNamed = 5;

    /// <summary>Reads what is to be sent. Throws SecretPath where something looks like a secret; nothing was sent then.</summary>
    public static IReadOnlyList<SendItem> Plan(IReadOnlyList<string> paths, bool recurse, bool allowSecrets, Action<string> skipped, CancellationToken stop)
    {
        List<SendItem> items = [.. paths.Select(p => new SendItem(p, LocalTree.List(p, recurse, skipped, stop)))];
        if (items.SelectMany(i => i.Entries.Take(1)).GroupBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new VastException(VastReason.LocalItemUnusable, twice.Last().Path, $"{twice.First().Path} has the same name and would arrive at the same place");
        }

        var secrets = new List<string>();
        foreach (LocalEntry entry in items.SelectMany(i => i.Entries).Where(e => !e.IsFolder && !allowSecrets))
        {
            stop.ThrowIfCancellationRequested();
            if ((SecretRule.Fault(entry.Path, null) ?? SecretRule.Fault(entry.Path, LocalTree.Head(entry.Path))) is { } why)
            {
                secrets.Add($"{entry.Path} ({why})");
            }
        }

        return secrets.Count == 0 ? items : throw new VastException(
            VastReason.SecretPath, secrets[0],
            string.Join(", ", secrets.Take(MostNamed)) + (secrets.Count > MostNamed ? $" and {secrets.Count - MostNamed} more" : ""));
    }

    /// <summary>Sends everything into a folder of the box; one result for each item.</summary>
    public async Task<IReadOnlyList<VastTransferResult>> RunAsync(
        IReadOnlyList<SendItem> items, string destination, long instanceId, ISshLink link, Action<TransferProgress> tell, CancellationToken stop)
    {
        LocalEntry[] all = [.. items.SelectMany(i => i.Entries)];
        string hidden = ".vastps-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        string folder = await PrepareAsync(destination, hidden, all, instanceId, link, stop).ConfigureAwait(false);
        string stage = (folder == "/" ? "" : folder) + "/" + hidden;
        try
        {
            var meter = new TransferMeter(all.Sum(e => e.Bytes), clock, tell);
            var results = new List<VastTransferResult>();
            var sums = new StringBuilder();
            await using (IBoxFiles files = await link.OpenFilesAsync(stop).ConfigureAwait(false))
            {
                foreach (SendItem item in items)
                {
                    results.Add(await UploadAsync(item, folder, stage, instanceId, files, sums, meter, stop).ConfigureAwait(false));
                }
            }

            SshResult check = await AskAsync(link, TransferScripts.Check(stage), sums.ToString(), stop).ConfigureAwait(false);
            if (sums.Length > 0 && check.ExitCode != 0)
            {
                throw new VastException(VastReason.TransferDamaged, destination, instanceId, Said(check));
            }

            string names = string.Concat(all.Select(e => $"{(e.IsFolder ? 'd' : e.IsExecutable ? 'x' : '-')} {e.Name}\n"));
            SshResult arrival = await AskAsync(link, TransferScripts.Arrive(folder, stage), names, stop).ConfigureAwait(false);
            return arrival.ExitCode == 0 ? results : throw new VastException(VastReason.RemoteItemUnusable, destination, instanceId, Said(arrival));
        }
        catch
        {
            await RemoveAsync(link, stage).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<string> PrepareAsync(string destination, string hidden, LocalEntry[] all, long instanceId, ISshLink link, CancellationToken stop)
    {
        bool isTree = all.Any(e => e.IsFolder);
        string folders = string.Concat(all.Where(e => e.IsFolder).Select(e => e.Name + "\n"));
        SshResult made = await AskAsync(link, TransferScripts.Prepare(destination, hidden, isTree), folders, stop).ConfigureAwait(false);
        return made.ExitCode switch
        {
            0 => made.Stdout.TrimEnd('\n'),
            TransferScripts.WholeFolder => throw new VastException(VastReason.WholeFolderRefused, destination, instanceId),
            _ => throw new VastException(VastReason.RemoteItemUnusable, destination, instanceId, Said(made)),
        };
    }

    private static async Task<VastTransferResult> UploadAsync(
        SendItem item, string folder, string stage, long instanceId, IBoxFiles files, StringBuilder sums, TransferMeter meter, CancellationToken stop)
    {
        TimeSpan begin = meter.Elapsed;
        long bytes = 0;
        int count = 0;
        string sum = "";
        foreach (LocalEntry entry in item.Entries.Where(e => !e.IsFolder))
        {
            await using Stream from = LocalTree.Open(entry.Path);
            await using var tally = new Basics.TallyStream(from, meter.Add);
            await files.UploadAsync(tally, $"{stage}/{entry.Name}", stop).ConfigureAwait(false);
            sum = tally.Sha256();
            sums.Append(TransferScripts.CheckLine(sum, entry.Name)).Append('\n');
            bytes += tally.Count;
            count++;
        }

        return new VastTransferResult
        {
            InstanceId = instanceId,
            Path = item.Path,
            Destination = $"{(folder == "/" ? "" : folder)}/{item.Entries[0].Name}",
            Bytes = bytes,
            Files = count,
            Duration = meter.Elapsed - begin,
            Sha256 = item.Entries[0].IsFolder ? null : sum,
        };
    }

    private static Task<SshResult> AskAsync(ISshLink link, string script, string input, CancellationToken stop) =>
        link.RunAsync(new SshCommandSpec(script) { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)), Timeout = s_scriptLimit }, stop);

    private async Task RemoveAsync(ISshLink link, string stage)
    {
        var remove = new SshCommandSpec(TransferScripts.Remove(stage)) { Timeout = s_cleanupLimit };
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

    private static string Said(SshResult ran)
    {
        string text = SshText.TerminalText.Clean(ran.Stdout + ran.Stderr).Trim().ReplaceLineEndings("; ");
        return ran.TimedOut ? "it took too long" : text.Length > 0 ? text : $"exit code {ran.ExitCode}";
    }
}
