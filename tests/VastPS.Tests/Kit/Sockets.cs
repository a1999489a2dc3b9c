using System.Globalization;

namespace VastPS.Tests.Kit;

/// <summary>TCP connections of this computer, from the kernel's tables. Sockets for both families are in the second one.</summary>
internal static class Sockets
{
    private const string Established = "01";
    private const string Calling = "02";

    /// <summary>Open connections to a local port, as their clients see them.</summary>
    public static int To(int port) => Count(port, Established);

    /// <summary>Connections to a local port that got no answer yet.</summary>
    public static int CallersOf(int port) => Count(port, Calling);

    private static int Count(int port, string state) =>
        new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Count(row => row[3] == state && int.Parse(row[2].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port);
}
