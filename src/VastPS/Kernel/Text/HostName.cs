using System.Net;
using System.Text.RegularExpressions;

namespace VastPS.Kernel.Text;

/// <summary>
/// What may be used as host, port and login user. The values come from a server and go to sockets, files and
/// command lines, so anything but a plain name or address is refused before it is used.
/// </summary>
internal static partial class HostName
{
    /// <summary>A DNS name, an IPv4 address or an IPv6 address without brackets and zone.</summary>
    public static bool IsHost(string? host) =>
        host is { Length: <= 253 } && (IsAddress(host) || IsName(host));

    /// <summary>1 to 65535.</summary>
    public static bool IsPort(long port) => port is >= 1 and <= 65535;

    /// <summary>A login name as useradd accepts it.</summary>
    public static bool IsUser(string? user) => user is { Length: <= 32 } && User().IsMatch(user);

    /// <summary>Throws HostAddressInvalid, which names the value, unless all three are usable.</summary>
    public static void Demand(VastSshAddress address)
    {
        string? problem = !IsHost(address.Host) ? "it is neither a host name nor an IP address"
            : !IsPort(address.Port) ? "a port is a number from 1 to 65535"
            : !IsUser(address.User) ? "the login user has characters that no user name has"
            : null;
        if (problem is not null)
        {
            throw new VastException(VastReason.HostAddressInvalid, TerminalText.Clean(address.ToString()), problem);
        }
    }

    // The parser knows shorthands ("1", "0x7f.1") and zones; only the full forms pass here.
    private static bool IsAddress(string host) =>
        Ipv4().IsMatch(host)
            ? IPAddress.TryParse(host, out _)
            : Ipv6().IsMatch(host) && IPAddress.TryParse(host, out _);

    // All-digit last labels are addresses or nothing.
    private static bool IsName(string host) => Name().IsMatch(host) && !host.Split('.')[^1].All(char.IsAsciiDigit);

    [GeneratedRegex(@"^[0-9]{1,3}(?:\.[0-9]{1,3}){3}\z")]
    private static partial Regex Ipv4();

    [GeneratedRegex(@"^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*\z")]
    private static partial Regex Ipv6();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]*\z")]
    private static partial Regex User();
}
