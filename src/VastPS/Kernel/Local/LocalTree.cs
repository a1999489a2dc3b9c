using System.Formats.Tar;
using System.Text;

namespace VastPS.Kernel.Local;

/// <summary>A file or folder of this computer.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its name below the item it belongs to, beginning with the item's own, with slashes.</param>
/// <param name="Bytes">Size of a file.</param>
/// <param name="IsFolder">True for folders.</param>
/// <param name="Mode">Who may do what, as Unix numbers it.</param>
/// <param name="Target">Where a link leads, which is inside the same item; null for all else.</param>
internal sealed record LocalEntry(string Path, string Name, long Bytes, bool IsFolder, int Mode, string? Target)
{
    /// <summary>True for what has content.</summary>
    public bool IsFile => !IsFolder && Target is null;
}

/// <summary>How a tree is read.</summary>
/// <param name="Recurse">False takes files alone.</param>
/// <param name="UseGitIgnore">True leaves out what the tree's own .gitignore files name.</param>
/// <param name="IsWindows">True where links have backslashes and no file says whether it is a program.</param>
internal sealed record LocalTreeOptions(bool Recurse, bool UseGitIgnore, bool IsWindows);

/// <summary>Reads files and trees of this computer. Throws LocalItemNotFound and LocalItemUnusable.</summary>
internal static class LocalTree
{
    private const int HeadBytes = 64 * 1024;
    private const int UsualFile = 0b110_100_100;
    private const int UsualProgram = 0b111_101_101;
    private const int TarKind = 156;
    private const string NotRegular = "it is a device, socket or pipe";

    /// <summary>
    /// A file, or a folder with everything in it. What cannot be sent, such as links that leave it, is told with the reason and left out.
    /// Where the system is Windows, links have backslashes, and no file says whether it is a program: one with a shebang is.
    /// </summary>
    public static IReadOnlyList<LocalEntry> List(
        string path,
        ExcludeStack excludes,
        LocalTreeOptions options,
        Action<string, string> skipped,
        CancellationToken stop) => Try(path, () =>
    {
        (bool recurse, bool useGitIgnore, bool isWindows) = options;
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path))
        {
            return IsRegular(new FileInfo(path))
                ? [Entry(new FileInfo(path), Path.GetFileName(path), isWindows)]
                : throw new VastException(VastReason.LocalItemUnusable, path, NotRegular);
        }

        if (!Directory.Exists(path))
        {
            throw new VastException(VastReason.LocalItemNotFound, path);
        }

        if (!recurse)
        {
            throw new VastException(VastReason.ItemIsFolder, path, "Send-VastItem");
        }

        var walk = new Walk(Path.GetFileName(path), useGitIgnore, isWindows, skipped, stop);
        walk.Into(new DirectoryInfo(path), "", excludes);
        return (IReadOnlyList<LocalEntry>)walk.Found;
    });

    /// <summary>Patterns of a file, and more that count before them.</summary>
    public static ExcludeRules Rules(string? path, params string[] more) =>
        ExcludeRules.Parse([.. path is null ? [] : Try(path, () => File.ReadAllLines(path)), .. more]);

    public static Stream Open(string path) => Try(path, () => new FileStream(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024, FileOptions.SequentialScan));

    /// <summary>A small file as a whole.</summary>
    public static byte[] Read(string path) => Try(path, () => File.ReadAllBytes(path));

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

    private static LocalEntry Entry(FileInfo file, string name, bool isWindows)
    {
        int mode = isWindows ? (IsScript(file.FullName) ? UsualProgram : UsualFile) : Mode(file);
        return new LocalEntry(file.FullName, name, file.Length, IsFolder: false, mode, null);
    }

    private static bool IsScript(string path)
    {
        using Stream file = Open(path);
        return file.ReadByte() == '#' && file.ReadByte() == '!';
    }

    // Whoever opens a pipe waits for its other end, and a device has no end. .NET tells neither from a file, but its tar
    // writer does, without opening it. They all say that they are empty.
    private static bool IsRegular(FileInfo file)
    {
        if (OperatingSystem.IsWindows() || file.Length > 0)
        {
            return true;
        }

        try
        {
            using var head = new MemoryStream();
            using (var tar = new TarWriter(head, TarEntryFormat.Ustar, leaveOpen: true))
            {
                tar.WriteEntry(file.FullName, "file");
            }

            return head.GetBuffer()[TarKind] == (byte)TarEntryType.RegularFile;
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            // It knows no sockets.
            return false;
        }
    }

    private static int Mode(FileSystemInfo item) => (int)item.UnixFileMode & 0b111_111_111;

    private sealed class Walk(string root, bool useGitIgnore, bool isWindows, Action<string, string> skipped, CancellationToken stop)
    {
        public List<LocalEntry> Found { get; } = [];

        public void Into(DirectoryInfo folder, string below, ExcludeStack excludes)
        {
            stop.ThrowIfCancellationRequested();
            Found.Add(new LocalEntry(folder.FullName, Named(below), 0, IsFolder: true, isWindows ? UsualProgram : Mode(folder), null));
            string own = Path.Combine(folder.FullName, ".gitignore");
            ExcludeStack here = useGitIgnore && File.Exists(own) ? excludes.With(below, Rules(own)) : excludes;
            foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos().OrderBy(i => i.Name, StringComparer.Ordinal))
            {
                string path = below.Length == 0 ? item.Name : $"{below}/{item.Name}";
                bool isFolder = item is DirectoryInfo && item.LinkTarget is null;
                if (!here.IsOut(path, isFolder))
                {
                    Take(item, path, here);
                }
            }
        }

        private void Take(FileSystemInfo item, string path, ExcludeStack excludes)
        {
            if (item.LinkTarget?.Replace('\\', isWindows ? '/' : '\\') is { } target && ReceivedName.StaysInside(path, target))
            {
                Found.Add(new LocalEntry(item.FullName, Named(path), 0, IsFolder: false, 0, target));
            }
            else if (item.LinkTarget is not null)
            {
                skipped(item.FullName, "it is a link that leaves the folder");
            }
            else if (!item.Exists && item.Name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                skipped(item.FullName, "its name is not UTF-8");
            }
            else if (item is DirectoryInfo inner)
            {
                Into(inner, path, excludes);
            }
            else if (!IsRegular((FileInfo)item))
            {
                skipped(item.FullName, NotRegular);
            }
            else
            {
                Found.Add(Entry((FileInfo)item, Named(path), isWindows));
            }
        }

        private string Named(string below) => below.Length == 0 ? root : $"{root}/{below}";
    }
}
