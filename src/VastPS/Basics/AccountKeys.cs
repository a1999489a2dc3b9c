using System.Collections.Concurrent;
using System.Text;

namespace VastPS.Basics;

/// <summary>
/// The API keys of Vast accounts that this process has met: typed, of the session, of the environment, of key files.
/// They are masked in every output, and they go to no box.
/// </summary>
internal static class AccountKeys
{
    // Shorter ones would be found in ordinary words.
    private const int LeastLength = 8;
    private const int BufferBytes = 1 << 20;

    private static readonly ConcurrentDictionary<string, byte[][]> s_met = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<string> All => [.. s_met.Keys];

    /// <summary>Remembers a key.</summary>
    public static void Meet(string key)
    {
        Redactor.Remember(key);
        if (key.Length >= LeastLength)
        {
            s_met.TryAdd(key, Forms(key));
        }
    }

    /// <summary>True where a text holds one of them, in whatever case.</summary>
    public static bool IsIn(string? text) =>
        !string.IsNullOrEmpty(text) && s_met.Keys.Any(k => text.Contains(k, StringComparison.OrdinalIgnoreCase));

    /// <summary>True where one of them is in a stream, as bytes of text or of UTF-16, also where two pieces that are read meet.</summary>
    public static bool IsIn(Stream content, CancellationToken stop)
    {
        if (s_met.IsEmpty)
        {
            return false;
        }

        var keys = new BytePatterns([.. s_met.Values.SelectMany(f => f)]);
        int kept = 0;
        int overlap = keys.Longest - 1;
        byte[] buffer = new byte[(int)Math.Max(overlap + 4096, Math.Min(BufferBytes, content.CanSeek ? content.Length + 1 : BufferBytes))];
        for (int read; (read = content.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            stop.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> piece = buffer.AsSpan(0, kept + read);
            if (keys.IsIn(piece))
            {
                return true;
            }

            kept = Math.Min(overlap, piece.Length);
            piece[^kept..].CopyTo(buffer);
        }

        return false;
    }

    // Keys are hexadecimal: somebody may have written one in capitals. Windows writes UTF-16 where it redirects.
    private static byte[][] Forms(string key) =>
        [.. new[] { key, key.ToLowerInvariant(), key.ToUpperInvariant() }.Distinct()
            .SelectMany(k => new[] { Encoding.UTF8.GetBytes(k), Encoding.Unicode.GetBytes(k) })];
}
