using VastPS.Kernel.Logs;

namespace VastPS.Kernel.Local;

/// <summary>A training log on this computer.</summary>
internal static class LogFile
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Its lines, the last one also without an end; InvalidValue where it cannot be read.</summary>
    public static IEnumerable<LogLine> Read(string path)
    {
        using FileStream file = Open(path);
        var lines = new LineReader();
        byte[] piece = new byte[PieceBytes];
        for (int n = file.Read(piece); n > 0; n = file.Read(piece))
        {
            foreach (LogLine line in lines.Add(piece.AsSpan(0, n)))
            {
                yield return line;
            }
        }

        foreach (LogLine last in lines.Finish())
        {
            yield return last;
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            // A run may still write to it.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(
                e, VastReason.InvalidValue, path, "-Path", "it cannot be read: " + e.Message.TrimEnd('.'), "Get-ChildItem");
        }
    }
}
