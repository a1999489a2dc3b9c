using System.Text;

namespace VastPS.Store;

/// <summary>A file or folder of this computer.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its name below the item it belongs to, beginning with the item's own, with slashes.</param>
/// <param name="Bytes">Size of a file.</param>
/// <param name="IsFolder">True for folders.</param>
/// <param name="IsExecutable">True where its owner may run it.</param>
internal sealed record LocalEntry(string Path, string Name, long Bytes, bool IsFolder, bool IsExecutable);

/// <summary>Reads files and trees of this computer. Throws LocalItemNotFound and LocalItemUnusable.</summary>
internal static class LocalTree
{
    private const int HeadBytes = 64 * 1024;

    /// <summary>A file, or a folder with everything in it. Links inside a folder are not followed but told.</summary>
    public static IReadOnlyList<LocalEntry> List(string path, bool recurse, Action<string> skipped, CancellationToken stop) => Try(path, () =>
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path))
        {
            return [Entry(new FileInfo(path), Path.GetFileName(path))];
        }

        if (!Directory.Exists(path))
        {
            throw new VastException(VastReason.LocalItemNotFound, path);
        }

        if (!recurse)
        {
            throw new VastException(VastReason.ItemIsFolder, path, "Send-VastItem");
        }

        var found = new List<LocalEntry>();
        Walk(new DirectoryInfo(path), Path.GetFileName(path), found, skipped, stop);
        return (IReadOnlyList<LocalEntry>)found;
    });

    public static Stream Open(string path) => Try(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024, FileOptions.SequentialScan));

    /// <summary>The first bytes of a file, one character for each.</summary>
    public static string Head(string path) => Try(path, () =>
    {
        using Stream stream = Open(path);
        byte[] head = new byte[HeadBytes];
        return Encoding.Latin1.GetString(head, 0, stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false));
    });

    /// <summary>Runs work on files; whatever the system has against it is one error that names the path.</summary>
    public static T Try<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw VastException.Because(e, VastReason.LocalItemNotFound, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw VastException.Because(e, VastReason.LocalItemUnusable, path, e.Message.TrimEnd('.'));
        }
    }

    private static void Walk(DirectoryInfo folder, string name, List<LocalEntry> found, Action<string> skipped, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        found.Add(new LocalEntry(folder.FullName, Named(folder, name), 0, IsFolder: true, IsExecutable: false));
        foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos().OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            string below = $"{name}/{item.Name}";
            if (item.LinkTarget is not null || (item.Attributes & FileAttributes.Device) != 0)
            {
                skipped(item.FullName);
            }
            else if (item is DirectoryInfo inner)
            {
                Walk(inner, below, found, skipped, stop);
            }
            else
            {
                found.Add(Entry((FileInfo)item, below));
            }
        }
    }

    private static LocalEntry Entry(FileInfo file, string name) => new(
        file.FullName,
        Named(file, name),
        file.Length,
        IsFolder: false,
        !OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.UserExecute) != 0);

    // Lists travel as lines.
    private static string Named(FileSystemInfo item, string name) => name.Any(char.IsControl)
        ? throw new VastException(VastReason.LocalItemUnusable, item.FullName.ReplaceLineEndings("?"), "its name holds control characters")
        : name;
}
