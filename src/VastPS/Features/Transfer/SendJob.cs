using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;

namespace VastPS.Features.Transfer;

/// <summary>A file on its way to a box.</summary>
internal sealed class SendFile(LocalEntry entry)
{
    public LocalEntry Entry => entry;

    /// <summary>True where some of it may be on the box.</summary>
    public bool IsBegun { get; set; }

    /// <summary>Bytes that are the same on both sides.</summary>
    public long Proven { get; set; }

    public long Bytes { get; set; }

    /// <summary>SHA-256 on both sides; null until it is whole.</summary>
    public string? Sha256 { get; set; }
}

/// <summary>
/// Brings files into the hidden folder of a box: small ones as tars, large ones one by one, each from where it was proven.
/// </summary>
internal sealed class SendJob(IReadOnlyList<SendFile> files, string stage, bool hasTar, TransferMeter meter, long instanceId)
{
    private const long Small = 1 << 20;
    private const long Batch = 16 << 20;
    private const int MostInBatch = 4000;

    /// <summary>Bytes known to be the same on both sides.</summary>
    public long Proven => files.Sum(f => f.Proven);

    /// <summary>Goes on over a link.</summary>
    public async Task RunAsync(ISshLink link, CancellationToken stop)
    {
        var shell = new TransferShell(link, instanceId);
        meter.Restart(Proven);
        Task checking = Task.CompletedTask;
        foreach (IReadOnlyList<SendFile> batch in Batches())
        {
            await using var tar = new TarSource([.. batch.Select(f => f.Entry)], meter.Add);
            SshResult ran = await shell.SendAsync(TransferScripts.Unpack(stage), tar, stop).ConfigureAwait(false);
            await checking.ConfigureAwait(false);
            shell.Demand(ran, stage);
            checking = CheckAsync(shell, batch, tar.Sums, stop);
            BlockingCalls.Observe(checking);
        }

        await checking.ConfigureAwait(false);
        foreach (SendFile file in files.Where(f => f.Sha256 is null))
        {
            await SendAsync(shell, file, stop).ConfigureAwait(false);
        }
    }

    private IEnumerable<IReadOnlyList<SendFile>> Batches()
    {
        var batch = new List<SendFile>();
        long bytes = 0;
        foreach (SendFile file in files.Where(f => hasTar && f.Sha256 is null && f.Entry.Bytes <= Small).ToList())
        {
            batch.Add(file);
            bytes += file.Entry.Bytes;
            if (bytes >= Batch || batch.Count == MostInBatch)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task CheckAsync(
        TransferShell shell, IReadOnlyList<SendFile> batch, IReadOnlyList<(long Bytes, string Sha256)> sums, CancellationToken stop)
    {
        SshResult ran = await shell.AskAsync(TransferScripts.Hash(stage), TransferShell.List(batch.Select(f => "./" + f.Entry.Name)), stop)
            .ConfigureAwait(false);
        string[] there = shell.Demand(ran, stage).Stdout.Split('\n');
        for (int i = 0; i < batch.Count; i++)
        {
            if (i >= there.Length || !there[i].TrimStart('\\').StartsWith(sums[i].Sha256, StringComparison.Ordinal))
            {
                throw shell.Damaged(batch[i].Entry.Name, "the hashes differ");
            }

            (batch[i].Bytes, batch[i].Proven, batch[i].Sha256) = (sums[i].Bytes, sums[i].Bytes, sums[i].Sha256);
        }
    }

    private async Task SendAsync(TransferShell shell, SendFile file, CancellationToken stop)
    {
        await using Stream from = LocalTree.Open(file.Entry.Path);
        using var whole = new TallyStream(from, meter.Add);
        file.Proven = file.IsBegun && await IsProvenAsync(shell, file, whole, stop).ConfigureAwait(false) ? whole.Count : 0;
        meter.Restart(Proven);
        file.IsBegun = true;
        if (file.Proven < whole.Count)
        {
            from.Position = 0;
            whole.Restart();
        }

        await AppendAsync(shell, file, whole, stop).ConfigureAwait(false);
    }

    // Whether what is there already is the beginning of the file, by the hash on both sides; the stream stands behind it then.
    private async Task<bool> IsProvenAsync(TransferShell shell, SendFile file, TallyStream whole, CancellationToken stop)
    {
        SshResult ran = await shell.AskAsync(TransferScripts.Prefix($"{stage}/{file.Entry.Name}", null), "", stop).ConfigureAwait(false);
        string[] lines = ran.Stdout.Split('\n');
        if (lines.Length < 2
            || !long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            || bytes > file.Entry.Bytes)
        {
            return false;
        }

        await Task.Run(() => whole.Pass(bytes), stop).ConfigureAwait(false);
        return whole.Count == bytes && lines[1].StartsWith(whole.Sha256(), StringComparison.Ordinal);
    }

    // The hash is that of the whole file: what an earlier connection still had on its way may have come behind what was proven.
    private async Task AppendAsync(TransferShell shell, SendFile file, TallyStream from, CancellationToken stop)
    {
        SshResult ran =
            await shell.SendAsync(TransferScripts.Append(stage, file.Entry.Name, anew: from.Count == 0), from, stop).ConfigureAwait(false);
        string[] lines = ran.Stdout.Split('\n');
        if (ran.ExitCode != 0 || lines[0] == "failed" || lines.Length < 2)
        {
            throw shell.Unusable(ran, file.Entry.Name);
        }

        string here = from.Sha256();
        if (!lines[0].StartsWith(here, StringComparison.Ordinal) || lines[1].Trim() != from.Count.ToString(CultureInfo.InvariantCulture))
        {
            throw shell.Damaged(
                file.Entry.Name, $"here {from.Count} bytes with {here}, on the box {TransferShell.Shown(string.Join(' ', lines))}");
        }

        (file.Bytes, file.Proven, file.Sha256) = (from.Count, from.Count, here);
    }
}
