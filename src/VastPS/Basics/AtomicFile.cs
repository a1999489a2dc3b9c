using System.Text;

namespace VastPS.Basics;

/// <summary>
/// Small text files that several processes read and change. A reader sees the old or the new text, never half of it;
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

    /// <summary>The text; null where there is no file. Where the bytes are no text, each is a character of its own.</summary>
    public static string? Read(string path) => ReadBytes(path) is { } bytes ? Decode(bytes).Text : null;

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
        MakeFolder(Path.GetDirectoryName(path)!);
        using FileStream turn = await LockAsync(path + ".lock", clock, stop);
        foreach (string draft in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*.tmp"))
        {
            // Whoever wrote it was killed: it is our turn, so nobody else writes.
            File.Delete(draft);
        }

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
            await ReplaceAsync(path, encoding.GetBytes(after), (from, to) => File.Move(from, to, overwrite: true), clock, stop);
        }
    }

    /// <summary>Replaces a file in one step; the folder is there.</summary>
    public static void Replace(string path, string text) => Write(path, s_utf8.GetBytes(text), draft => File.Move(draft, path, true));

    /// <summary>
    /// The same, tried again for a moment: Windows replaces no file that a virus scanner or an indexer has open just now.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All that it will hold.</param>
    /// <param name="move">Moves the first file over the second.</param>
    /// <param name="clock">For the pauses.</param>
    /// <param name="stop">Ends the tries.</param>
    public static async Task ReplaceAsync(
        string path, byte[] content, Action<string, string> move, TimeProvider clock, CancellationToken stop)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                Write(path, content, draft => move(draft, path));
                return;
            }
            catch (Exception e) when (tried < MostMoves && MayPass(e))
            {
                await Task.Delay(s_movePause, clock, stop);
            }
        }
    }

    // Sharing and lock violations, and "access denied", which Windows says of a file that is about to go.
    private static bool MayPass(Exception e) =>
        e is UnauthorizedAccessException || (e is IOException && (e.HResult & 0xFFFF) is 32 or 33);

    private static void Write(string path, byte[] content, Action<string> move)
    {
        string draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(draft, Private(FileMode.CreateNew)))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            move(draft);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            // Whoever replaces or removes the file meanwhile may do so: on Windows only with these rights.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var all = new MemoryStream();
            file.CopyTo(all);
            return all.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
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

        if (bytes is [0xFF, 0xFE, ..]
            && Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2) is var wide
            && Encoding.Unicode.GetBytes(wide).AsSpan().SequenceEqual(bytes.AsSpan(2)))
        {
            return (wide, s_utf8);
        }

        return (Encoding.Latin1.GetString(bytes), Encoding.Latin1);
    }

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
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException)
                && clock.GetElapsedTime(begin) < s_lockLimit)
            {
                await Task.Delay(s_lockPause, clock, stop);
            }
        }
    }

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
