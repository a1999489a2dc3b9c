using System.Text.RegularExpressions;

namespace VastPS.Features.Checks;

/// <summary>
/// Whether a command failed because of the network, told from the end of what git, pip, uv, conda, apt, npm, cargo, curl, wget
/// and their like print. The last error decides: what an earlier line complained about and was survived is none.
/// Only then is it worth trying the same once more.
/// </summary>
internal static partial class NetworkErrorRule
{
    // Lines that say neither that something failed nor that it went well. Beyond them the complaint is too old.
    private const int MostPlainLines = 10;

    // pip, conda and npm end with a page of advice, and a fetch of many packages complains about each.
    private const int MostLines = 200;

    private enum Meaning
    {
        Plain,
        Network,
        NetworkAttempt,
        OtherError,
        Success,
        Echo,
    }

    /// <summary>The line that blames the network; null where the last error is another one.</summary>
    public static string? Find(IEnumerable<string> lines)
    {
        int plain = 0;
        foreach (string line in lines.Select(l => Frame().Replace(l, "").Trim()).Where(l => l.Length > 0).TakeLast(MostLines).Reverse())
        {
            switch (Read(line))
            {
                case Meaning.Network:
                    return line;

                // A program says so when it tries again by itself; whatever it goes on with afterwards shows that the network came back.
                case Meaning.NetworkAttempt:
                    return plain == 0 ? line : null;
                case Meaning.OtherError or Meaning.Success:
                    return null;
                case Meaning.Plain when ++plain >= MostPlainLines:
                    return null;
            }
        }

        return null;
    }

    private static Meaning Read(string line) =>
        Echo().IsMatch(line) ? Meaning.Echo
        : Lasting().IsMatch(line) ? Meaning.OtherError
        : Attempt().IsMatch(line) ? Meaning.NetworkAttempt
        : Network().IsMatch(line) || NetworkException().IsMatch(line) || Status().IsMatch(line) ? Meaning.Network
        : OtherError().IsMatch(line) ? Meaning.OtherError
        : Success().IsMatch(line) ? Meaning.Success
        : Meaning.Plain;

    // The frame in which uv and pip draw a chain of causes.
    [GeneratedRegex(@"^[\s│├╰└─▶>×|]+|^\s*Caused by:\s*")]
    private static partial Regex Frame();

    // What follows from an error above, whichever it was, and advice: it decides nothing.
    // Wordings: git (fetch-pack.c, clone.c, builtin/index-pack.c), pip (subprocess and resolver messages), apt (apt-pkg), npm 6 to 11,
    // conda 4 and later (exceptions.py), cargo and rustup, tar and gzip at the end of a cut pipe.
    [GeneratedRegex(
        @"^(?:fatal: Could not read from remote repository|Please make sure you have the correct access rights|and the repository exists|"
        + @"fatal: fetch-pack: |fatal: (?:protocol error: )?bad pack header"
        + @"|fatal: clone of '|Failed to clone '|fatal: index-pack failed|fatal: pack has \d+ unresolved|fatal: unpack-objects failed|"
        + @"error: index-pack died|error: external filter '|fatal: .*: smudge filter \S+ failed|"
        + @"warning: Clone succeeded, but checkout failed|error: Could not fetch |error: \d+ bytes of body are still expected"
        + @"|ERROR: No matching distribution found|"
        + @"ERROR: Could not find a version that satisfies the requirement .*\(from versions: none\)|"
        + @"(?:ERROR: )?(?:error: subprocess-exited-with-error|Failed to build installable wheels)"
        + @"|note: This (?:error|is an issue)|hint: |help: |\[end of output\]|\[\d+ lines of output\]|\[notice\]|pip subprocess to |"
        + @"See above for output|exit code: \d|Check https?://"
        + @"|E: Unable to locate package|E: Package '.*' has no installation candidate|[EW]: Some index files failed|"
        + @"E: Unable to fetch some archives|E: Aborting install|Reading (?:package lists|state information)|Building dependency tree"
        + @"|npm (?:ERR!|error)(?! code)(?!.*(?:getaddrinfo|reason:|ETIMEDOUT|Socket timeout))|Elapsed: |An HTTP error occurred|"
        + @"HTTP errors are often|'https?//|warning: build failed"
        + @"|error: (?:failed to (?:get|load|fetch|download|query|update)|download of|could not download)(?!.*(?:timed out|resolve|"
        + @"connect|sending request))|failed to (?:query|download|update|fetch|load) (?:replaced source|registry)|"
        + @"unable to update registry|if a proxy or similar|https://doc\.rust-lang"
        + @"|(?:tar|gzip|bzip2|xz|unzip)(?:: stdin)?: .*(?:unexpected end of file|Unexpected EOF|Child returned|not recoverable|"
        + @"does not look like|not in gzip format|unexpected end of input)|gzip: stdin|rsync error: |make(?:\[\d+\])?: \*\*\* \[|"
        + @"Giving up|A complete log of this run|Checkout your internet connection)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Echo();

    // What wears the same clothes and does not go away: certificates, rights, statuses of the client's own fault.
    [GeneratedRegex(
        @"certificate|CertificateError|self[- ]signed|WRONG_VERSION_NUMBER|legacy renegotiation|permission denied|publickey|"
        + @"host key verification|authentication (?:failed|required)|access denied"
        + @"|\b(?:error|http(?:/[\d.]+)?|status(?: code)?|returned|got|response|code E?)[:,]?\s*\(?40[0-79]\b|\bE40[0-79]\b|"
        + @"\b40[0-79]:? (?:client error|not found|forbidden|unauthorized|bad request|proxy auth|method not)|\b4(?:10|"
        + @"51) (?:client error|gone|unavailable)"
        + @"|network was disabled|offline mode is enabled|outgoing traffic has been disabled|no space left on device",
        RegexOptions.IgnoreCase)]
    private static partial Regex Lasting();

    // A program that says so and tries again: pip and urllib3, cargo, curl --retry, yarn, pnpm, uv -v, wget.
    [GeneratedRegex(
        @"^(?:WARNING: )?Retrying \(Retry\(|spurious network error|^Warning: (?:Problem|Transient problem).*Will retry|"
        + @"trouble with your network connection\. Retrying|Will retry in \d|^DEBUG Transient|^warn(?:ing)?\b.*\bretry|"
        + @"Retrying in \d+ ?s|^Attempt \d+ (?:of \d+ )?failed|\bretrying\b[.…]*$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Attempt();

    // Names that do not resolve, connections that do not come about or break. Every piece is one that these programs write about a
    // connection; words that also stand inside other words (ENOTFOUND in FileNotFoundError) are whole words here.
    [GeneratedRegex(
        @"could(?:n't| not) (?:be )?resolve (?:host|proxy|the host|'[\w.-]+')|unable to resolve host|"
        + @"temporary failure (?:in name resolution|resolving)|name or service not known|name does not resolve|failed to lookup address|"
        + @"failed to resolve (?:address|host|')|nodename nor servname|getaddrinfo failed|no address associated with hostname|no such host"
        + @"|\bdns error|connection (?:was )?(?:refused|reset|timed out|aborted|broken|closed by|failed|closed prematurely|"
        + @"closed unexpectedly|unexpectedly closed)|connection to \S+ (?:timed out|failed)|lost connection|(?:operation|read|connect|"
        + @"request|connection|handshake) (?:operation )?timed out|network is (?:unreachable|down)|no route to host|host is unreachable|"
        + @"network timeout|socket (?:timeout|hang ?up)|urlopen error timed out|timeout was reached|i/o timeout|TLS handshake timeout|"
        + @"operation too slow"
        + @"|failed to (?:establish a new connection|connect to)|(?:couldn't|could not|unable to|cannot) (?:connect to|reach) |"
        + @"max retries exceeded with url|error sending request for url|error (?:trying to connect|reading a body from connection|"
        + @"decoding response body)|client error \(Connect\)|tcp connect error|network failure seems|failed to make network request"
        + @"|^curl: \((?:5|6|7|16|18|28|52|55|56|92)\)|\bcurl (?:5|6|7|16|18|28|52|55|56|92) |^\[(?:5|6|7|16|18|28|35|52|55|56|92)\] |"
        + @"download error \((?:5|6|7|28|35|52|55|56|92)\)|\bclass=Net\b|empty reply from server|transfer closed with|"
        + @"HTTP/2 stream \d+ was not closed cleanly|recv failure|send failure"
        + @"|^fatal: early EOF|^fetch-pack: unexpected disconnect|hung up unexpectedly|non-properly terminated|gnutls[\w ,]*(?:recv|"
        + @"handshake)|SSL_ERROR_SYSCALL|SSL.*unexpected.eof|EOF occurred in violation of protocol|unable to establish SSL connection|"
        + @"IncompleteRead|remote ?(?:end closed connection|disconnected)|server disconnected|peer closed connection|"
        + @"retrieval incomplete: got only|not enough data received|Response ended prematurely"
        + @"|\b(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ESOCKETTIMEDOUT|"
        + @"EIDLETIMEOUT|ERR_SOCKET_TIMEOUT)\b|HTTP 000"
        + @"|error happened while trying to locate the files? on the hub|Connection error, and we cannot find the requested files",
        RegexOptions.IgnoreCase)]
    private static partial Regex Network();

    // Exceptions of requests, urllib3, httpx, httpcore and aiohttp that are about a connection, also without a text.
    [GeneratedRegex(
        @"^(?:\w+\.)*(?:ConnectTimeout|ReadTimeout|WriteTimeout|PoolTimeout|ConnectError|ReadError|ConnectTimeoutError|ReadTimeoutError|"
        + @"NewConnectionError|NameResolutionError|MaxRetryError|ConnectionError|ConnectionResetError|ConnectionRefusedError|"
        + @"ConnectionAbortedError|RemoteDisconnected|RemoteProtocolError|ProtocolError|ChunkedEncodingError|ServerDisconnectedError|"
        + @"ClientConnectorError|ClientOSError|ServerTimeoutError)\b")]
    private static partial Regex NetworkException();

    // What curl holds for transient as well: https://curl.se/docs/manpage.html, --retry. 429 stays out: the same again makes it worse.
    [GeneratedRegex(
        @"returned error: (?:408|50[0234]|52[0-4])|\b(?:408|50[0234]|52[0-4]):? +\(?(?:server error|bad gateway|"
        + @"service (?:temporarily )?unavailable|gateway time-?out|internal server error|request time-?out)|server error \(50[0234]|"
        + @"HTTP error 50[0234]|, got 50[0234]\b|too many 50[0234] error responses|status code:? 50[0234]",
        RegexOptions.IgnoreCase)]
    private static partial Regex Status();

    // How programs begin a line about their failure: exceptions of Python, error: and fatal:, shells, compilers, apt's E:, npm's code.
    [GeneratedRegex(
        @"^(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|NotFound|Expired|Conflict|Failed)\b(?::|$| )|^(?:error|fatal|fatal error|"
        + @"critical|panic)\b[\s:\[(]|^[^ ]* ?(?:fatal|error):|^E: |^CMake Error|^(?:g|n)?make(?:\[\d+\])?: \*\*\*|^ninja: |^npm (?:ERR!|"
        + @"error) code|^ERR_PNPM_(?!META_FETCH)|: (?:fatal )?error:|: fatal |\berror\[E\d+\]|\berror TS\d+"
        + @"|: (?:command )?not found$|: no such file or directory$|: is a directory$|: cannot execute\b|^killed$|segmentation fault|"
        + @"core dumped|out of memory|^No solution found|no version of .* satisf|assertion .*failed|^dpkg: error|returned an error code",
        RegexOptions.IgnoreCase)]
    private static partial Regex OtherError();

    // The network came back, or was never away.
    [GeneratedRegex(
        @"^Successfully (?:installed|built|uninstalled)|^Installed \d+ packages?|^Setting up |^Processing triggers|^Unpacking |"
        + @"^Requirement already satisfied|^added \d+ packages|100% \(\d+/\d+\), done|\bsaved \[\d|\b200 OK$|^\s*Finished\b|"
        + @"^Downloaded \d+ crates|^Executing transaction: .*done|^Downloading and Extracting Packages: .*done",
        RegexOptions.IgnoreCase)]
    private static partial Regex Success();
}
