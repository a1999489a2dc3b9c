using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace VastPS.Ssh;

/// <summary>Files of a box over a connection of their own.</summary>
internal sealed class BoxFiles(SftpClient client, SshTarget target, VastSshAddress address, TimeProvider clock) : IBoxFiles
{
    public Task<IReadOnlyList<BoxEntry>> ListAsync(string folder, CancellationToken stop) => DoAsync(folder, () => ReadAsync(folder, stop), stop);

    public Task UploadAsync(Stream from, string path, CancellationToken stop) =>
        DoAsync(path, () => Done(client.UploadFileAsync(from, path, stop)), stop);

    public Task DownloadAsync(string path, Stream to, CancellationToken stop) =>
        DoAsync(path, () => Done(client.DownloadFileAsync(path, to, stop)), stop);

    public ValueTask DisposeAsync() => new(Quiet.CloseAsync(client, clock));

    private static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    private async Task<IReadOnlyList<BoxEntry>> ReadAsync(string folder, CancellationToken stop)
    {
        var entries = new List<BoxEntry>();
        await foreach (ISftpFile file in client.ListDirectoryAsync(folder, stop))
        {
            if (file.Name is not ("." or ".."))
            {
                entries.Add(new BoxEntry(file.Name, KindOf(file), file.Length));
            }
        }

        return entries;
    }

    private static BoxEntryKind KindOf(ISftpFile file) =>
        file.IsSymbolicLink ? BoxEntryKind.Link
        : file.IsDirectory ? BoxEntryKind.Folder
        : file.IsRegularFile ? BoxEntryKind.File
        : BoxEntryKind.Other;

    // On the pool, and left behind at a stop: the library blocks while the network does.
    private async Task<T> DoAsync<T>(string path, Func<Task<T>> work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Task<T> task = Task.Run(work, CancellationToken.None);
        Quiet.Observe(task);
        try
        {
            return await task.WaitAsync(stop);
        }
        catch (SftpPathNotFoundException e)
        {
            throw VastException.Because(e, VastReason.RemoteItemNotFound, path, target.InstanceId);
        }
        catch (Exception e) when (e is SshConnectionException or SocketException or ObjectDisposedException or SshOperationTimeoutException || (e is SshException && !client.IsConnected))
        {
            throw VastException.Because(e, VastReason.SshLinkLost, target.InstanceId, address, e.Message.TrimEnd('.'), "No file was left half arrived under its own name.");
        }
        catch (Exception e) when (e is SshException or IOException)
        {
            throw VastException.Because(e, VastReason.RemoteItemUnusable, path, target.InstanceId, SshText.TerminalText.Clean(e.Message).TrimEnd('.'));
        }
    }
}
