using System.Net.Sockets;
using System.Text;

namespace VastPS.Simulator;

/// <summary>
/// Reads the head of one HTTP request and asks the server to close after the answer, so that a connection holds one request.
/// </summary>
internal static class HttpHead
{
    private const int MaxHead = 65536;

    /// <summary>The head, and what of the body came with it; empty when the client went away.</summary>
    public static async Task<byte[]> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        byte[] buffer = new byte[MaxHead];
        int length = 0;
        while (length < MaxHead)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), stop);
            if (read == 0)
            {
                return [];
            }

            length += read;
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return WithClose(buffer, end, length);
            }
        }

        return [];
    }

    public static string FirstLine(byte[] head)
    {
        int end = head.AsSpan().IndexOf((byte)'\r');
        return Encoding.Latin1.GetString(head, 0, Math.Max(end, 0));
    }

    private static byte[] WithClose(byte[] buffer, int end, int length)
    {
        IEnumerable<string> lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n")
            .Where(line => !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))
            .Append("Connection: close");
        byte[] head = Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
        return [.. head, .. buffer.AsSpan(end + 4, length - end - 4)];
    }
}
