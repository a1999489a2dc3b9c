namespace VastPS.Ssh;

/// <summary>
/// Files of a box. Paths are those of the box. Throws RemoteItemNotFound, RemoteItemUnusable and SshLinkLost. A stop
/// returns within milliseconds; what was half written stays for the caller to remove.
/// </summary>
internal interface IBoxFiles : IAsyncDisposable
{
    /// <summary>What a folder holds, as the box tells it: names are not to be trusted. Links are not followed.</summary>
    Task<IReadOnlyList<BoxEntry>> ListAsync(string folder, CancellationToken stop);

    /// <summary>Writes a new file.</summary>
    Task UploadAsync(Stream from, string path, CancellationToken stop);

    /// <summary>Reads a file to its end.</summary>
    Task DownloadAsync(string path, Stream to, CancellationToken stop);
}

/// <summary>An entry of a folder on a box.</summary>
/// <param name="Name">As the box gave it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Size of a file.</param>
internal sealed record BoxEntry(string Name, BoxEntryKind Kind, long Bytes);

/// <summary>What an entry of a folder is.</summary>
internal enum BoxEntryKind
{
    File,
    Folder,
    Link,

    /// <summary>A device, a socket or a pipe.</summary>
    Other,
}
