using VastPS.Features.Checks;

namespace VastPS.Tests.Features.Checks;

/// <summary>Errors of the network as the programs print them, and errors that only look like it.</summary>
public sealed class NetworkErrorRuleTests
{
    [Theory]
    [InlineData("fatal: unable to access 'https://github.com/me/train/': Could not resolve host: github.com")]
    [InlineData(
        "fatal: unable to access 'https://127.0.0.1:1/x/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server")]
    [InlineData("fatal: unable to access 'https://github.com/me/train/': The requested URL returned error: 502")]
    [InlineData(
        "fatal: unable to access 'https://github.com/me/train/': GnuTLS, handshake failed: The TLS connection was non-properly "
        + "terminated.")]
    [InlineData(
        "error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.\nerror: 1234 bytes of body are still "
        + "expected\nfetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF\nfatal: fetch-pack: invalid "
        + "index-pack output")]
    [InlineData("fatal: unable to connect to 127.0.0.1:\n127.0.0.1[0: 127.0.0.1]: errno=Connection refused")]
    [InlineData(
        "ssh: connect to host github.com port 22: Connection timed out\nfatal: Could not read from remote repository.\n\nPlease make "
        + "sure you have the correct access rights\nand the repository exists.")]
    [InlineData("curl: (6) Could not resolve host: example.com")]
    [InlineData("curl: (28) Operation timed out after 5000 milliseconds with 0 bytes received")]
    [InlineData("curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to example.com:443")]
    [InlineData("curl: (52) Empty reply from server")]
    [InlineData("curl: (18) transfer closed with 1234 bytes remaining to read")]
    [InlineData("curl: (22) The requested URL returned error: 503")]
    [InlineData("wget: unable to resolve host address 'example.com'")]
    [InlineData("Connecting to example.com:443... failed: Connection refused.")]
    [InlineData(
        "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by "
        + "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: "
        + "[Errno -3] Temporary failure in name resolution')': /simple/torch/\nERROR: Could not find a version that satisfies the "
        + "requirement torch (from versions: none)\nERROR: No matching distribution found for torch\n\n[notice] A new release of pip is "
        + "available: 24.0 -> 25.0\n[notice] To update, run: pip install --upgrade pip")]
    [InlineData(
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.")]
    [InlineData("requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))")]
    [InlineData("urllib3.exceptions.ProtocolError: ('Connection broken: IncompleteRead(1000 bytes read, 5000 more expected)')")]
    [InlineData(
        "error: Failed to fetch: `https://pypi.org/simple/torch/`\n  Caused by: error sending request for url "
        + "(https://pypi.org/simple/torch/)\n  Caused by: dns error: failed to lookup address information")]
    [InlineData(
        "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'\nW: Some "
        + "index files failed to download. They have been ignored, or old ones used instead.\nReading package lists...\nBuilding "
        + "dependency tree...\nE: Unable to locate package git-lfs")]
    [InlineData(
        "E: Failed to fetch http://deb.debian.org/pool/g.deb  Could not connect to deb.debian.org:80 (151.101.2.132), connection timed "
        + "out")]
    [InlineData("E: Failed to fetch http://deb.debian.org/pool/g.deb  503  Service Unavailable [IP: 151.101.2.132 80]")]
    [InlineData("npm ERR! code ECONNRESET")]
    [InlineData("CondaHTTPError: HTTP 000 CONNECTION FAILED for url <https://repo.anaconda.com/pkgs/main/linux-64/repodata.json>")]
    [InlineData(
        "npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error errno ENOTFOUND\nnpm error network request to "
        + "https://registry.npmjs.org/x failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org\nnpm error network This is a problem "
        + "related to network connectivity.\nnpm error network In most cases you are behind a proxy or have bad network settings.\nnpm "
        + "error A complete log of this run can be found in: /root/.npm/_logs/x.log")]
    [InlineData(
        "npm ERR! code ERR_SOCKET_TIMEOUT\nnpm ERR! network Socket timeout\nnpm ERR! network This is a problem related to network "
        + "connectivity.\nnpm ERR! network In most cases you are behind a proxy or have bad network settings.\nnpm ERR! network\nnpm "
        + "ERR! network If you are behind a proxy, please make sure that the\nnpm ERR! network 'proxy' config is set properly.  See: "
        + "'npm help config'\n\nnpm ERR! A complete log of this run can be found in:\nnpm ERR!     /root/.npm/_logs/x-debug-0.log")]
    [InlineData(
        "  × Failed to download `dipy==1.11.0`\n  ├─▶ Failed to write to the distribution cache\n  ├─▶ error decoding response body\n  "
        + "├─▶ request or response body error\n  ├─▶ error reading a body from connection\n  ╰─▶ connection reset\n  help: If you want "
        + "to add the package regardless of the failed resolution, provide the `--frozen` flag to skip locking and syncing.")]
    [InlineData(
        "  × Failed to fetch: `https://pypi.org/simple/torch/`\n  ├─▶ Request failed after 3 retries\n  ├─▶ error sending request for "
        + "url\n  │   (https://pypi.org/simple/torch/)\n  ├─▶ client error (Connect)\n  ├─▶ dns error\n  ╰─▶ failed to lookup address "
        + "information: Name does not resolve")]
    [InlineData(
        "error: failed to download from `https://crates.io/api/v1/crates/docopt/1.0.2/download`\n\nCaused by:\n  [92] Stream error in "
        + "the HTTP/2 framing layer (HTTP/2 stream 11 was not closed cleanly: INTERNAL_ERROR (err 2))")]
    [InlineData(
        "error: failed to download from `https://crates.io/api/v1/crates/core/0.6.4/download`\n\nCaused by:\n  failed to get 200 "
        + "response from `https://crates.io/api/v1/crates/core/0.6.4/download`, got 502")]
    [InlineData(
        "warning: spurious network error (1 tries remaining): [28] Timeout was reached (download of `im v12.3.4` failed to transfer more "
        + "than 10 bytes in 30s)\nerror: failed to download from `https://static.crates.io/crates/im`\n\nCaused by:\n  [28] Timeout was "
        + "reached (download of `im v12.3.4` failed to transfer more than 10 bytes in 30s)")]
    [InlineData(
        "CondaHTTPError: HTTP 000 CONNECTION FAILED for url "
        + "<https://conda.anaconda.org/conda-forge/linux-64/current_repodata.json>\nElapsed: -\n\nAn HTTP error occurred when trying to "
        + "retrieve this URL.\nHTTP errors are often intermittent, and a simple retry will get you on your "
        + "way.\n'https//conda.anaconda.org/conda-forge/linux-64'")]
    [InlineData(
        "CondaHTTPError: HTTP 502 BAD GATEWAY for url <https://conda.anaconda.org/x>\nElapsed: 00:01\n\nAn HTTP error occurred when "
        + "trying to retrieve this URL.")]
    [InlineData(
        "huggingface_hub.errors.LocalEntryNotFoundError: An error happened while trying to locate the file on the Hub and we cannot find "
        + "the requested files in the local cache. Please check your connection and try again or make sure your Internet connection is "
        + "on.")]
    [InlineData(
        "OSError: We couldn't connect to 'https://huggingface.co' to load this file, couldn't find it in the cached files and it looks "
        + "like me/x is not the path to a directory containing a file named config.json.\nCheckout your internet connection or see how "
        + "to run the library in offline mode at 'https://huggingface.co/docs/transformers/installation#offline-mode'.")]
    [InlineData("requests.exceptions.HTTPError: 504 Server Error: Gateway Time-out for url: https://huggingface.co/api/models/x")]
    [InlineData("httpx.ConnectError: [Errno 111] Connection refused")]
    [InlineData("httpx.ReadTimeout")]
    [InlineData("urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>")]
    [InlineData("http.client.RemoteDisconnected: Remote end closed connection without response")]
    [InlineData(
        "curl: (56) Recv failure: Connection reset by peer\n\ngzip: stdin: unexpected end of file\ntar: Unexpected EOF in archive\ntar: "
        + "Child returned status 1\ntar: Error is not recoverable: exiting now")]
    [InlineData(
        "      WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError': /simple/setuptools/\n   "
        + "   ERROR: Could not find a version that satisfies the requirement setuptools>=61 (from versions: none)\n      ERROR: No "
        + "matching distribution found for setuptools>=61\n      [end of output]\n\n  note: This error originates from a subprocess, and "
        + "is likely not a problem with pip.\nerror: subprocess-exited-with-error\n\n× pip subprocess to install build dependencies did "
        + "not run successfully.\n│ exit code: 1\n╰─> See above for output.\n\nnote: This error originates from a subprocess, and is "
        + "likely not a problem with pip.")]
    [InlineData("go: github.com/x/y@v1.0.0: Get \"https://proxy.golang.org/x\": dial tcp: lookup proxy.golang.org: no such host")]
    [InlineData("2026-01-01 10:00:00 ERROR 503: Service Unavailable.")]
    public void Networks_that_fail_are_known_by_what_is_printed(string text) => Assert.NotNull(NetworkErrorRule.Find(text.Split('\n')));

    [Theory]
    [InlineData("")]
    [InlineData("ERROR: No matching distribution found for torchh")]
    [InlineData("fatal: repository 'https://github.com/me/nothing/' not found")]
    [InlineData("fatal: could not read Username for 'https://github.com': terminal prompts disabled")]
    [InlineData("fatal: unable to access 'https://example.com/': The requested URL returned error: 403")]
    [InlineData("fatal: unable to access 'https://example.com/': server certificate verification failed. CAfile: none CRLfile: none")]
    [InlineData(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
        + "CERTIFICATE_VERIFY_FAILED] certificate verify failed')': /simple/torch/\nERROR: No matching distribution found for torch")]
    [InlineData(
        "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the "
        + "correct access rights\nand the repository exists.")]
    [InlineData("fatal: '/nope' does not appear to be a git repository\nfatal: Could not read from remote repository.")]
    [InlineData("curl: (22) The requested URL returned error: 404")]
    [InlineData("curl: (60) SSL certificate problem: self-signed certificate")]
    [InlineData("E: Unable to locate package gti")]
    [InlineData("Segmentation fault (core dumped)")]
    [InlineData("OSError: [Errno 28] No space left on device")]
    [InlineData("Processed 503 of 504 files\nmake: *** [all] Error 2")]
    [InlineData(
        "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nFileNotFoundError: [Errno 2] No such file or "
        + "directory: 'train.jsonl'")]
    [InlineData("ModuleNotFoundError: No module named 'flash_attn'")]
    [InlineData("huggingface_hub.errors.EntryNotFoundError: 404 Client Error. Entry Not Found for url: https://huggingface.co/x")]
    [InlineData("huggingface_hub.errors.GatedRepoError: 403 Client Error. Cannot access gated repo for url https://huggingface.co/x")]
    [InlineData(
        "-- Found CURL: /usr/lib/libcurl.so (found version libcurl 7.88.1)\nCMake Error at CMakeLists.txt:3 (find_package): CUDA not "
        + "found")]
    [InlineData("pyproject.toml: unexpected eof in string, line 7")]
    [InlineData("could not resolve the dependency graph")]
    [InlineData(
        "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE could not resolve\nnpm ERR! A complete log of this run can be found in: "
        + "/root/.npm/_logs/x.log")]
    [InlineData(
        "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/nothing-here - Not found\nnpm error A complete "
        + "log of this run can be found in: x.log")]
    [InlineData(
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError(Read timed out.)': /simple/x/\nSuccessfully "
        + "installed x-1.2\nAssertionError: nothing")]
    [InlineData(
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError(Read timed out.)': /simple/x/\nCollecting x\n  "
        + "Downloading x-1.2.whl (1 MB)")]
    [InlineData(
        "warning: spurious network error (2 tries remaining): [28] Timeout was reached\n  Downloaded 71 crates\nerror: failed to select "
        + "a version for `serde`.")]
    [InlineData("curl: (7) Failed to connect to example.com port 443: Connection refused\nmake: *** No rule to make target 'all'.  Stop.")]
    [InlineData("curl: (6) Could not resolve host: a.example\nbuild.sh: line 3: nvcc: command not found")]
    [InlineData(
        "ERROR: Could not find a version that satisfies the requirement torch==9.9 (from versions: 2.0.0, 2.1.0)\nERROR: No matching "
        + "distribution found for torch==9.9")]
    [InlineData(
        "  × Failed to fetch: `https://example.com/x.whl`\n  ├─▶ error sending request for url (https://example.com/x.whl)\n  ├─▶ client "
        + "error (Connect)\n  ╰─▶ invalid peer certificate: UnknownIssuer")]
    [InlineData(
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because there is no version of torch==9.9 and you require torch==9.9, "
        + "we can conclude that your requirements are unsatisfiable.")]
    [InlineData(
        "E: Failed to fetch http://deb.debian.org/pool/g.deb  404  Not Found [IP: 151.101.2.132 80]\nE: Unable to fetch some archives, "
        + "maybe run apt-get update or try with --fix-missing?")]
    [InlineData("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt-get)")]
    [InlineData("PackagesNotFoundError: The following packages are not available from current channels:\n\n  - nothing-here")]
    [InlineData("ssh: Host key verification failed.\nfatal: Could not read from remote repository.")]
    [InlineData("wget: server certificate of example.com cannot be verified")]
    [InlineData("ERROR 404: Not Found.")]
    [InlineData("curl: (7) Failed to connect to example.com port 443: Connection refused\n  sh: 1: make: not found  ")]
    [InlineData("remote: Repository not found.\nfatal: Authentication failed for 'https://github.com/me/x/'")]
    public void Other_failures_are_not_tried_again(string text) => Assert.Null(NetworkErrorRule.Find(text.Split('\n')));

    [Fact]
    public void Only_the_end_counts()
    {
        string[] lines = [
            "curl: (7) Failed to connect to example.com port 443: Connection refused",
            .. Enumerable.Range(1, 10).Select(n => $"compiling {n}.cu")
        ];
        Assert.Null(NetworkErrorRule.Find([.. lines, "nvcc fatal: unsupported gpu architecture"]));
        Assert.Equal(lines[0], NetworkErrorRule.Find(lines[..10]));
    }
}
