using System.Text;

namespace VastPS.Basics;

/// <summary>
/// Files that several processes read and change. Who reads what was replaced sees the old or the new text, never half of it;
/// changes queue behind a lock file. Files can be read by their owner only.
/// </summary>
internal static class AtomicFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly byte[] s_utf8Mark = [0xEF, 0xBB, 0xBF];
    private static readonly TimeSpan s_lockLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_movePause = TimeSpan.FromMilliseconds(50);
    private const int MostMoves = 20;

    // Error codes of Windows, and EWOULDBLOCK of the others, which .NET passes on as they are.
    private const int SharingViolation = 32;
    private const int LockViolation = 33;
    private const int LinuxAgain = 11;
    private const int MacAgain = 35;

    /// <summary>The text; null where there is no file. Where the bytes are no text, each is a character of its own.</summary>
    public static string? Read(string path) => ReadBytes(path) is { } bytes ? Decode(bytes).Text : null;

    /// <summary>The text where it is one of 16 bits, as Windows PowerShell writes it; null where it is not.</summary>
    public static string? ReadWide(string path)
    {
        using (FileStream? file = OpenShared(path))
        {
            if (file is null || file.ReadByte() != 0xFF || file.ReadByte() != 0xFE)
            {
                return null;
            }
        }

        return ReadBytes(path) is { } bytes ? Wide(bytes) : null;
    }

    /// <summary>Makes a folder that only its owner can enter.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    /// <summary>
    /// Replaces the text with what the change makes of it; the change gets null where there is no file. Where it makes null,
    /// the file goes, and its lock file with it.
    /// </summary>
    public static async Task UpdateAsync(string path, Func<string?, string?> change, TimeProvider clock, CancellationToken stop)
    {
        using FileStream turn = await TakeTurnAsync(path, clock, stop);
        byte[]? bytes = ReadBytes(path);
        (string? before, Encoding encoding) = bytes is null ? (null, s_utf8) : Decode(bytes);
        string? after = change(before);
        if (after is null)
        {
            File.Delete(path);
            Unlock(turn);
        }
        else if (after != before)
        {
            await MoveAsync(Draft(path, to => to.Write(encoding.GetBytes(after))), path, clock, stop);
        }
    }

    /// <summary>Makes the folder of a file and waits for the turn to change it, which lasts until it is disposed.</summary>
    public static async Task<FileStream> TakeTurnAsync(string path, TimeProvider clock, CancellationToken stop)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        FileStream turn = await LockAsync(path + ".lock", clock, stop);
        foreach (string draft in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*.tmp"))
        {
            // Whoever wrote it was killed: it is our turn, so nobody else writes.
            File.Delete(draft);
        }

        return turn;
    }

    /// <summary>False while somebody has the turn to change a file.</summary>
    public static bool IsQuiet(string path)
    {
        try
        {
            using var turn = new FileStream(path + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Opens a file so that others may read, change, replace and remove it meanwhile; null where there is none.</summary>
    public static FileStream? OpenShared(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens a file to add to it, made where there is none; others may read it meanwhile. It must be one's turn.</summary>
    public static FileStream OpenToAppend(string path)
    {
        FileStreamOptions options = Private(FileMode.OpenOrCreate);
        options.Share = FileShare.ReadWrite | FileShare.Delete;
        options.BufferSize = 1;
        return new FileStream(path, options);
    }

    /// <summary>Writes a file beside the one that it shall replace.</summary>
    public static string Draft(string path, Action<Stream> write)
    {
        string draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using var stream = new FileStream(draft, Private(FileMode.CreateNew));
            write(stream);
            stream.Flush(flushToDisk: true);
            return draft;
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Puts a draft in the place of the file in one step, as soon as nobody hinders it.</summary>
    public static Task MoveAsync(string draft, string path, TimeProvider clock, CancellationToken stop) =>
        MoveAsync(draft, path, (from, to) => File.Move(from, to, overwrite: true), clock, stop);

    /// <summary>
    /// The same, tried again for a moment: Windows replaces no file that a virus scanner or an indexer has open just now.
    /// </summary>
    /// <param name="draft">Gone afterwards, whatever happens.</param>
    /// <param name="path">The file.</param>
    /// <param name="move">Moves the first file over the second.</param>
    /// <param name="clock">For the pauses.</param>
    /// <param name="stop">Ends the tries.</param>
    public static async Task MoveAsync(
        string draft, string path, Action<string, string> move, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            await Retry.RunAsync(MoveOnce, (e, tried) => tried < MostMoves && MayPass(e), s_movePause, clock, stop);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        Task<bool> MoveOnce()
        {
            move(draft, path);
            return Task.FromResult(true);
        }
    }

    /// <summary>Replaces a file in one step; the folder is there.</summary>
    public static void Replace(string path, string text)
    {
        string draft = Draft(path, to => to.Write(s_utf8.GetBytes(text)));
        try
        {
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    // Sharing and lock violations, and "access denied", which Windows says of a file that is about to go.
    private static bool MayPass(Exception e) =>
        e is UnauthorizedAccessException || (e is IOException && (e.HResult & 0xFFFF) is SharingViolation or LockViolation);

    private static byte[]? ReadBytes(string path)
    {
        using FileStream? file = OpenShared(path);
        if (file is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    // Text of Windows PowerShell, else UTF-8; and where neither gives the same bytes back, one character for each byte: what
    // somebody's disk or editor did to one line must not spoil it for good when another line is written.
    private static (string Text, Encoding Encoding) Decode(byte[] bytes)
    {
        ReadOnlySpan<byte> content = bytes.AsSpan().StartsWith(s_utf8Mark) ? bytes.AsSpan(s_utf8Mark.Length) : bytes;
        string text = s_utf8.GetString(content);
        if (content.SequenceEqual(s_utf8.GetBytes(text)))
        {
            return (text, s_utf8);
        }

        if (Wide(bytes) is { } wide)
        {
            return (wide, s_utf8);
        }

        return (Encoding.Latin1.GetString(bytes), Encoding.Latin1);
    }

    private static string? Wide(byte[] bytes) => bytes is [0xFF, 0xFE, ..]
        && Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2) is var wide
        && Encoding.Unicode.GetBytes(wide).AsSpan().SequenceEqual(bytes.AsSpan(2))
            ? wide
            : null;

    // Removed while it is held, so that nobody takes the lock on a file that is about to go. Windows removes no open
    // file: there it goes afterwards, unless somebody has opened it meanwhile.
    private static void Unlock(FileStream turn)
    {
        if (OperatingSystem.IsWindows())
        {
            turn.Dispose();
        }

        try
        {
            File.Delete(turn.Name);
        }
        catch (IOException)
        {
            // In use by the next one, who needs it.
        }
    }

    // The lock file stays after a change: removing it would let two writers hold locks on two different files of that name.
    private static async Task<FileStream> LockAsync(string path, TimeProvider clock, CancellationToken stop)
    {
        long begin = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var turn = new FileStream(path, Private(FileMode.OpenOrCreate));
                if (File.Exists(path))
                {
                    return turn;
                }

                // Its last holder has removed it.
                await turn.DisposeAsync();
            }
            catch (IOException e) when (IsTaken(e) && clock.GetElapsedTime(begin) < s_lockLimit)
            {
                await Task.Delay(s_lockPause, clock, stop);
            }
        }
    }

    // What somebody else holds. A disk that is full or may only be read stays so, and is said at once.
    private static bool IsTaken(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is SharingViolation or LockViolation : e.HResult is LinuxAgain or MacAgain;

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }
}
