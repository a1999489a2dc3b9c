using System.Text.RegularExpressions;

namespace VastPS.Features.Checks;

/// <summary>
/// Whether a command failed because of the network, told from the end of what git, pip, curl, wget, apt and their like
/// print. Only then is it worth trying the same once more.
/// </summary>
internal static partial class NetworkErrorRule
{
    // pip says five times that it tries again, then two lines of error and two of advertisement.
    private const int LastLines = 10;

    /// <summary>The line that blames the network, the last one; null where none of the last lines does.</summary>
    public static string? Find(IEnumerable<string> lines) => lines
        .Select(l => l.Trim()).Where(l => l.Length > 0)
        .TakeLast(LastLines)
        .LastOrDefault(l => Network().IsMatch(l) && !Lasting().IsMatch(l));

    // Names that do not resolve, connections that do not come about or break, and gateways that have nobody behind them.
    [GeneratedRegex(
        @"could ?n[o']t (?:be )?resolve|could not resolve|unable to resolve host|temporary failure (?:in name resolution|resolving)|name or service not known|failed to lookup address|nodename nor servname"
        + @"|connection (?:was )?(?:refused|reset|timed out|aborted|broken|closed by|failed)|connection to \S+ (?:timed out|failed)|(?:operation|read|connect|request) timed out|network is (?:unreachable|down)|no route to host"
        + @"|failed to (?:establish a new connection|connect to)|(?:could ?n[o']t|could not|unable to) connect to|max retries exceeded with url|error sending request for url"
        + @"|curl:? \(?(?:5|6|7|16|18|28|35|52|55|56|92)\b|empty reply from server|transfer closed with|HTTP/2 stream \d+ was not closed cleanly"
        + @"|early EOF|unexpected disconnect|hung up unexpectedly|unexpected eof|non-properly terminated|gnutls[\w ]*(?:recv|handshake)|SSL_ERROR_SYSCALL|IncompleteRead|remote ?(?:end closed connection|disconnected)"
        + @"|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|HTTP 000"
        + @"|returned error: 50[234]|\b50[234]\s+(?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Network();

    // These come in the same clothes and do not go away.
    [GeneratedRegex(@"certificate|permission denied|publickey|host key verification|\b40[134]\b", RegexOptions.IgnoreCase)]
    private static partial Regex Lasting();
}
