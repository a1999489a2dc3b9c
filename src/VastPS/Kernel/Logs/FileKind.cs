namespace VastPS.Kernel.Logs;

/// <summary>What a file is, by its first bytes.</summary>
/// <param name="IsText">True for a log that can be read line by line.</param>
/// <param name="IsEvents">True for an event file of TensorBoard.</param>
/// <param name="Name">What else it is, for people.</param>
internal readonly record struct FileKind(bool IsText, bool IsEvents, string Name)
{
    /// <summary>As many bytes as are looked at.</summary>
    public const int HeadBytes = 4096;

    private static readonly (byte[] Begin, string Name)[] s_known =
    [
        ([0x50, 0x4b, 3, 4], "a zip archive, as torch.save writes it"),
        ([0x1f, 0x8b], "a gzip archive"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a zstd archive"),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "an xz archive"),
        ([0x42, 0x5a, 0x68], "a bzip2 archive"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG picture"),
        ([0x7f, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], "a numpy array"),
        ([(byte)'P', (byte)'A', (byte)'R', (byte)'1'], "a Parquet file"),
        ([(byte)'G', (byte)'G', (byte)'U', (byte)'F'], "a GGUF file"),
        ([(byte)'%', (byte)'P', (byte)'D', (byte)'F'], "a PDF"),
        ([(byte)'S', (byte)'Q', (byte)'L', (byte)'i', (byte)'t', (byte)'e'], "an SQLite database"),
        ([0x80, 2, 0x7d], "a pickle"),
        ([0x80, 3, 0x7d], "a pickle"),
        ([0x80, 4, 0x95], "a pickle"),
        ([0x80, 5, 0x95], "a pickle"),
    ];

    /// <summary>The kind of a file that begins with these bytes.</summary>
    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        if (EventReader.IsHead(head))
        {
            return new FileKind(false, true, "an event file");
        }

        foreach ((byte[] begin, string name) in s_known)
        {
            if (head.StartsWith(begin))
            {
                return new FileKind(false, false, name);
            }
        }

        bool isMarked = head.Length >= 2 && ((head[0] == 0xff && head[1] == 0xfe) || (head[0] == 0xfe && head[1] == 0xff));
        bool isWide = head.Length >= 4 && head[1] == 0 && head[3] == 0 && head[0] is >= 32 and < 127 && head[2] is > 0 and < 127;
        return new FileKind(isMarked || isWide || !IsBinary(head), false, "binary");
    }

    // A log that was cut while a process wrote to it begins with zeros: those alone make no binary file.
    private static bool IsBinary(ReadOnlySpan<byte> head)
    {
        (int odd, int seen) = (0, 0);
        int begin = head.IndexOfAnyExcept((byte)0);
        foreach (byte b in begin < 0 ? head : head[begin..])
        {
            seen++;
            odd += b is < 7 or (> 13 and < 27) or (> 27 and < 32) ? 1 : 0;
        }

        return odd * 20 > seen;
    }
}
