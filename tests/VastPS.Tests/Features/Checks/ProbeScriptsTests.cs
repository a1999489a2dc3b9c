using System.Diagnostics;
using System.Net;
using VastPS.Features.Checks;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

public sealed class ProbeScriptsTests
{
    private const int Size = 3_000_000;

    // What a tool tells of size, first byte, total and status, then its exit code.
    [Theory]
    [InlineData("curl https://a/x 100000000 0.120 2.120 200 0", 400.0, "")]
    [InlineData("curl https://a/x 680000 0.100 4.100 200 28", 1.36, "")] // 170 KB/s, cut off at the limit
    [InlineData("wget https://a/x 680000 0.1 4.1 206 28", 1.36, "")]
    [InlineData("curl https://a/x 146 0.1 0.1 404 0", 0.0, "404")]
    [InlineData("wget https://a/x 0 0.1 0.1 404 8", 0.0, "404")]
    [InlineData("bash http://a/x 146 0.1 0.1 301 0", 0.0, "301")]
    [InlineData("curl https://a/x 0 0.0 5.0 000 28", 0.0, "no answer in time")]
    [InlineData("python3 https://a/x 0 0.0 0.0 000 6", 0.0, "resolved")]
    [InlineData("curl https://a/x 0 0.0 0.0 000 7", 0.0, "refused")]
    [InlineData("bash http://a/x 0 0.0 0.0 000 7", 0.0, "no connection")]
    [InlineData("wget http://a/x 0 0.0 0.0 000 4", 0.0, "no connection")]
    [InlineData("bash https://a/x 0 0.0 0.0 000 2", 0.0, "no https")]
    [InlineData("curl https://a/x 0 0.0 0.0 000 60", 0.0, "curl ended with code 60")]
    [InlineData("wget https://a/x 4000 0.1 0.2 200 4", 0.0, "no connection")] // broken off on the way
    [InlineData("none - 0 0 0 000 127", 0.0, "not installed")]
    [InlineData("curl https://a/x 100 microseconds", 0.0, "curl printed")]
    [InlineData("python3 https://a/x", 0.0, "python3 printed")]
    public void Each_line_is_a_sample_or_a_named_failure(string line, double mbps, string failure)
    {
        BandwidthSample sample = Assert.Single(ProbeScripts.ReadDownload("Welcome to vast.ai\nvastps-sample " + line + "\r\n"));
        Assert.Contains(failure, sample.Failure, StringComparison.Ordinal);
        Assert.Equal(failure.Length == 0, sample.Failure.Length == 0);
        if (failure.Length == 0)
        {
            Assert.Equal(mbps, sample.Mbps, 2);
        }
    }

    [Fact]
    public Task Bash_is_enough() => OneToolIsEnoughAsync("bash");

    [Fact]
    [Needs("curl")]
    public Task Curl_is_enough() => OneToolIsEnoughAsync("curl");

    [Fact]
    [Needs("wget")]
    public Task Wget_is_enough() => OneToolIsEnoughAsync("wget");

    [Fact]
    [Needs("python3")]
    public Task Python_is_enough() => OneToolIsEnoughAsync("python3");

    // BusyBox is many programs, each by its name: a small box has nothing else.
    [Fact]
    [Needs("busybox")]
    public Task BusyBox_is_enough() => OneToolIsEnoughAsync("wget", "busybox", "wget ended with code 1");

    [Fact]
    public async Task Without_any_tool_that_is_said_once()
    {
        (string output, int code) = await RunAsync([], 3, new Uri("http://127.0.0.1:9/x"));
        Assert.Equal(0, code);
        Assert.Contains("not installed", Assert.Single(ProbeScripts.ReadDownload(output)).Failure, StringComparison.Ordinal);
    }

    // The same file, a file that is not there, and nobody who listens, in turn.
    private static async Task OneToolIsEnoughAsync(string tool, string? program = null, string refused = "connection")
    {
        using var server = new FileServer(Size);
        (string output, int code) = await RunAsync(
            [(tool, Find(program ?? tool))], 4, server.Uri("/file"), server.Uri("/none"), new Uri("http://127.0.0.1:9/x"));
        Assert.Equal(0, code);
        IReadOnlyList<BandwidthSample> samples = ProbeScripts.ReadDownload(output);
        Assert.Equal(
            [server.Uri("/file").AbsoluteUri, server.Uri("/none").AbsoluteUri, "http://127.0.0.1:9/x", server.Uri("/file").AbsoluteUri],
            samples.Select(s => s.Uri));
        Assert.All([samples[0], samples[3]], s => Assert.Equal((Size, ""), (s.Bytes, s.Failure)));
        Assert.Contains("404", samples[1].Failure, StringComparison.Ordinal);
        Assert.Contains(refused, samples[2].Failure, StringComparison.Ordinal);
    }

    // A PATH of its own with what a small box has, and the one tool.
    private static async Task<(string Output, int Code)> RunAsync((string Name, string Program)[] tools, int samples, params Uri[] uris)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vastps-path-");
        foreach ((string name, string program) in (IEnumerable<(string Name, string Program)>)
            [.. tools, .. new[] { "sh", "sed", "awk", "head", "wc", "timeout", "cat" }.Select(n => (n, Find(n)))])
        {
            File.CreateSymbolicLink(Path.Combine(folder.FullName, name), program);
        }

        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", ProbeScripts.Download(uris, samples, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5))])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = folder.FullName;
        using Process shell = Process.Start(start)!;
        string output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        folder.Delete(recursive: true);
        return (output, shell.ExitCode);
    }

    // Not what a version manager of the machine puts before the program.
    private static string Find(string program) =>
        new[] { "/usr/bin/" + program, "/bin/" + program }.FirstOrDefault(File.Exists) ?? NeedsAttribute.Find(program)!;

    /// <summary>Serves one file over HTTP until it is disposed of.</summary>
    private sealed class FileServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly int _port;

        public FileServer(int size)
        {
            _port = SshBox.FreePort();
            _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
            _listener.Start();
            _ = ServeAsync(new byte[size]);
        }

        public Uri Uri(string path) => new($"http://127.0.0.1:{_port}{path}");

        public void Dispose() => _listener.Close();

        private async Task ServeAsync(byte[] file)
        {
            while (_listener.IsListening)
            {
                try
                {
                    HttpListenerContext asked = await _listener.GetContextAsync();
                    bool isThere = asked.Request.Url!.AbsolutePath == "/file";
                    asked.Response.StatusCode = isThere ? 200 : 404;
                    asked.Response.Close(isThere ? file : [], willBlock: false);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    // The listener was closed, or a client left early: the next one is asked for.
                }
            }
        }
    }
}
