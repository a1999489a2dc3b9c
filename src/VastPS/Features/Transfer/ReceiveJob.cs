using System.Formats.Tar;
using System.Text;
using VastPS.Basics;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;

namespace VastPS.Features.Transfer;

/// <summary>
/// Brings files of a box into a hidden folder here: small ones as tars, large ones one by one, each from where it was proven.
/// </summary>
internal sealed class ReceiveJob(IReadOnlyList<RemoteFile> files, LocalStage stage, bool hasTar, TransferMeter meter)
{
    private const long Small = 1 << 20;
    private const long Batch = 4 << 20;
    private const int MostInBatch = 1000;

    // What a batch may grow by while it is read, with room for the heads; an endless one ends here.
    private const long MostOfTar = 64 << 20;

    private readonly Dictionary<RemoteFile, (long Bytes, string Sha256)> _whole = [];
    private long _partly;

    /// <summary>Bytes known to be the same on both sides.</summary>
    public long Proven => _whole.Values.Sum(w => w.Bytes) + _partly;

    /// <summary>Size and SHA-256 of what is here, the same on both sides.</summary>
    public IReadOnlyDictionary<RemoteFile, (long Bytes, string Sha256)> Whole => _whole;

    /// <summary>Goes on over a link.</summary>
    public async Task RunAsync(TransferShell shell, CancellationToken stop)
    {
        meter.Restart(Proven);
        var tar = new MemoryStream();
        foreach (RemoteFile[] batch in Batches().ToList())
        {
            await ReceiveAsync(shell, batch, tar, stop).ConfigureAwait(false);
        }

        foreach (RemoteFile file in files.Where(f => !_whole.ContainsKey(f)))
        {
            await ReceiveAsync(shell, file, stop).ConfigureAwait(false);
        }
    }

    private IEnumerable<RemoteFile[]> Batches()
    {
        var batch = new List<RemoteFile>();
        long bytes = 0;
        foreach (RemoteFile file in files.Where(f => hasTar && f.Bytes <= Small && !_whole.ContainsKey(f)))
        {
            batch.Add(file);
            bytes += file.Bytes;
            if (batch.Count == MostInBatch || bytes >= Batch)
            {
                yield return [.. batch];
                batch.Clear();
                bytes = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    private async Task ReceiveAsync(TransferShell shell, RemoteFile[] batch, MemoryStream tar, CancellationToken stop)
    {
        string names = TransferShell.List(batch.Select(f => f.Remote));
        tar.SetLength(0);
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(names));
        Task<SshResult> hashing = shell.AskAsync(TransferScripts.Hash("/"), names, stop);
        BlockingCalls.Observe(hashing);
        SshResult ran = await shell.KeepAsync(TransferScripts.Pack, input, tar, MostOfTar, batch[0].Remote, stop).ConfigureAwait(false);

        // 1: something grew while it was read.
        if (ran.ExitCode is not (0 or 1))
        {
            throw shell.Unusable(ran, batch[0].Remote);
        }

        tar.Position = 0;
        (long Bytes, string Sha256)[] here = await Task.Run(() => Unpack(shell, batch, tar), stop).ConfigureAwait(false);
        string[] there = (await hashing.ConfigureAwait(false)).Stdout.Split('\n');
        for (int i = 0; i < batch.Length; i++)
        {
            if (!(i < there.Length && there[i].TrimStart('\\').StartsWith(here[i].Sha256, StringComparison.Ordinal)))
            {
                await CompareAsync(shell, batch[i], here[i].Bytes, here[i].Sha256, stop).ConfigureAwait(false);
            }

            _whole[batch[i]] = here[i];
        }
    }

    // The order of a tar is the one that was asked for; another name in it is not ours.
    private (long Bytes, string Sha256)[] Unpack(TransferShell shell, RemoteFile[] batch, MemoryStream tar)
    {
        var sums = new List<(long, string)>();
        try
        {
            using var reader = new TarReader(tar, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                if (sums.Count == batch.Length || entry.Name != batch[sums.Count].Remote)
                {
                    break;
                }

                using Stream to = stage.Create(batch[sums.Count].Name);
                using var tally = new TallyStream(to, meter.Add);
                entry.DataStream?.CopyTo(tally);
                sums.Add((tally.Count, tally.Sha256()));
            }
        }
        catch (Exception e) when (e is EndOfStreamException or not (IOException or VastException or OperationCanceledException))
        {
            // The reader meets foreign bytes and throws whatever they lead it to.
            throw shell.Damaged(batch[0].Remote, "what tar sent cannot be read");
        }
        catch (IOException e)
        {
            throw VastException.Because(e, VastReason.LocalItemUnusable, batch[sums.Count].Name, e.Message.TrimEnd('.'));
        }

        return sums.Count == batch.Length ? [.. sums] : throw shell.Damaged(batch[sums.Count].Remote, "tar did not send it");
    }

    private async Task ReceiveAsync(TransferShell shell, RemoteFile file, CancellationToken stop)
    {
        await using Stream to = stage.Continue(file.Name);
        using var tally = new TallyStream(to, meter.Add) { Most = file.Bytes };
        await Task.Run(() => tally.Pass(to.Length), stop).ConfigureAwait(false);
        if (tally.Count > 0 && !await IsSameAsync(shell, file, tally.Count, tally.Sha256(), stop).ConfigureAwait(false))
        {
            to.SetLength(0);
            throw shell.Damaged(file.Remote, "it has changed since it was partly received");
        }

        _partly = tally.Count;
        meter.Restart(Proven);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<SshResult> hashing = shell.AskAsync(TransferScripts.Prefix(file.Remote, file.Bytes), "", limited.Token);
        BlockingCalls.Observe(hashing);
        try
        {
            if (tally.Count < file.Bytes)
            {
                await PullAsync(shell, file, tally, stop).ConfigureAwait(false);
            }

            await to.FlushAsync(stop).ConfigureAwait(false);
            string here = tally.Sha256();
            Compare(shell, file, here, (await hashing.ConfigureAwait(false)).Stdout);
            _whole[file] = (tally.Count, here);
            _partly = 0;
        }
        catch
        {
            await limited.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task PullAsync(TransferShell shell, RemoteFile file, TallyStream tally, CancellationToken stop)
    {
        using var pull = new BlockPull(tally, tally.Count, file.Bytes);
        try
        {
            SshResult ran = await shell.TakeAsync(TransferScripts.Blocks(file.Remote), pull.Input, pull.Output, stop).ConfigureAwait(false);
            if (ran.ExitCode == TransferScripts.Shorter)
            {
                throw shell.Damaged(file.Remote, "it became shorter while it was received");
            }

            shell.Demand(ran, file.Remote);
        }
        catch (IOException e)
        {
            throw VastException.Because(e, VastReason.LocalItemUnusable, file.Name, e.Message.TrimEnd('.'));
        }

        if (tally.Count != file.Bytes)
        {
            throw shell.Damaged(file.Remote, $"{tally.Count} of {file.Bytes} bytes came");
        }
    }

    private static async Task CompareAsync(TransferShell shell, RemoteFile file, long bytes, string here, CancellationToken stop) =>
        Compare(
            shell, file, here, (await shell.AskAsync(TransferScripts.Prefix(file.Remote, bytes), "", stop).ConfigureAwait(false)).Stdout);

    private static void Compare(TransferShell shell, RemoteFile file, string here, string said)
    {
        string[] lines = said.Split('\n');
        if (lines.Length < 2 || !lines[1].StartsWith(here, StringComparison.Ordinal))
        {
            throw shell.Damaged(file.Remote, $"here {here}, on the box {(lines.Length < 2 ? "nothing" : TransferShell.Shown(lines[1]))}");
        }
    }

    private static async Task<bool> IsSameAsync(TransferShell shell, RemoteFile file, long bytes, string here, CancellationToken stop)
    {
        string[] lines =
            (await shell.AskAsync(TransferScripts.Prefix(file.Remote, bytes), "", stop).ConfigureAwait(false)).Stdout.Split('\n');
        return lines.Length >= 2 && lines[1].StartsWith(here, StringComparison.Ordinal);
    }
}
