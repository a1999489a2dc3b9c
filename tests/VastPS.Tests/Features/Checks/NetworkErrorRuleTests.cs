using VastPS.Features.Checks;

namespace VastPS.Tests.Features.Checks;

/// <summary>Errors of the network as the programs print them, and errors that only look like it.</summary>
public sealed class NetworkErrorRuleTests
{
    [Theory]
    [InlineData("fatal: unable to access 'https://github.com/me/train/': Could not resolve host: github.com")]
    [InlineData("fatal: unable to access 'https://127.0.0.1:1/x/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server")]
    [InlineData("fatal: unable to access 'https://github.com/me/train/': The requested URL returned error: 502")]
    [InlineData("fatal: unable to access 'https://github.com/me/train/': GnuTLS, handshake failed: The TLS connection was non-properly terminated.")]
    [InlineData("error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.\nerror: 1234 bytes of body are still expected\nfetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output")]
    [InlineData("fatal: unable to connect to 127.0.0.1:\n127.0.0.1[0: 127.0.0.1]: errno=Connection refused")]
    [InlineData("ssh: connect to host github.com port 22: Connection timed out\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.")]
    [InlineData("curl: (6) Could not resolve host: example.com")]
    [InlineData("curl: (28) Operation timed out after 5000 milliseconds with 0 bytes received")]
    [InlineData("curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to example.com:443")]
    [InlineData("curl: (52) Empty reply from server")]
    [InlineData("curl: (18) transfer closed with 1234 bytes remaining to read")]
    [InlineData("curl: (22) The requested URL returned error: 503")]
    [InlineData("wget: unable to resolve host address 'example.com'")]
    [InlineData("Connecting to example.com:443... failed: Connection refused.")]
    [InlineData("WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/torch/\nERROR: Could not find a version that satisfies the requirement torch (from versions: none)\nERROR: No matching distribution found for torch\n\n[notice] A new release of pip is available: 24.0 -> 25.0\n[notice] To update, run: pip install --upgrade pip")]
    [InlineData("pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.")]
    [InlineData("requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))")]
    [InlineData("urllib3.exceptions.ProtocolError: ('Connection broken: IncompleteRead(1000 bytes read, 5000 more expected)')")]
    [InlineData("error: Failed to fetch: `https://pypi.org/simple/torch/`\n  Caused by: error sending request for url (https://pypi.org/simple/torch/)\n  Caused by: dns error: failed to lookup address information")]
    [InlineData("W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\nReading package lists...\nBuilding dependency tree...\nE: Unable to locate package git-lfs")]
    [InlineData("E: Failed to fetch http://deb.debian.org/pool/g.deb  Could not connect to deb.debian.org:80 (151.101.2.132), connection timed out")]
    [InlineData("E: Failed to fetch http://deb.debian.org/pool/g.deb  503  Service Unavailable [IP: 151.101.2.132 80]")]
    [InlineData("npm ERR! code ECONNRESET")]
    [InlineData("CondaHTTPError: HTTP 000 CONNECTION FAILED for url <https://repo.anaconda.com/pkgs/main/linux-64/repodata.json>")]
    public void Networks_that_fail_are_known_by_what_is_printed(string text) => Assert.NotNull(NetworkErrorRule.Find(text.Split('\n')));

    [Theory]
    [InlineData("")]
    [InlineData("ERROR: No matching distribution found for torchh")]
    [InlineData("fatal: repository 'https://github.com/me/nothing/' not found")]
    [InlineData("fatal: could not read Username for 'https://github.com': terminal prompts disabled")]
    [InlineData("fatal: unable to access 'https://example.com/': The requested URL returned error: 403")]
    [InlineData("fatal: unable to access 'https://example.com/': server certificate verification failed. CAfile: none CRLfile: none")]
    [InlineData("WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')': /simple/torch/\nERROR: No matching distribution found for torch")]
    [InlineData("git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.")]
    [InlineData("fatal: '/nope' does not appear to be a git repository\nfatal: Could not read from remote repository.")]
    [InlineData("curl: (22) The requested URL returned error: 404")]
    [InlineData("curl: (60) SSL certificate problem: self-signed certificate")]
    [InlineData("E: Unable to locate package gti")]
    [InlineData("Segmentation fault (core dumped)")]
    [InlineData("OSError: [Errno 28] No space left on device")]
    [InlineData("Processed 503 of 504 files\nmake: *** [all] Error 2")]
    public void Other_failures_are_not_tried_again(string text) => Assert.Null(NetworkErrorRule.Find(text.Split('\n')));

    [Fact]
    public void Only_the_end_counts()
    {
        string[] lines = ["curl: (7) Failed to connect to example.com port 443: Connection refused", .. Enumerable.Range(1, 10).Select(n => $"compiling {n}.cu")];
        Assert.Null(NetworkErrorRule.Find([.. lines, "nvcc fatal: unsupported gpu architecture"]));
        Assert.Equal(lines[0], NetworkErrorRule.Find(lines[..10]));
    }
}
