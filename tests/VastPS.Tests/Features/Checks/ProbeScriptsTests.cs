using System.Diagnostics;
using VastPS.Features.Checks;

namespace VastPS.Tests.Features.Checks;

public sealed class ProbeScriptsTests
{
    // What curl prints for size, first byte, total and status, then its exit code.
    [Theory]
    [InlineData("vastps-sample https://a/x 100000000 0.120 2.120 200 0", 400.0, "")]
    [InlineData("vastps-sample https://a/x 680000 0.100 4.100 200 28", 1.36, "")] // 170 KB/s, cut off at the limit
    [InlineData("vastps-sample https://a/x 680000 0.100 4.100 206 28", 1.36, "")]
    [InlineData("vastps-sample https://a/x 146 0.1 0.1 404 0", 0.0, "404")]
    [InlineData("vastps-sample https://a/x 0 0.0 5.0 000 28", 0.0, "no answer in time")]
    [InlineData("vastps-sample https://a/x 0 0.0 0.0 000 6", 0.0, "resolved")]
    [InlineData("vastps-sample https://a/x 0 0.0 0.0 000 7", 0.0, "refused")]
    [InlineData("vastps-sample https://a/x 0 0.0 0.0 000 60", 0.0, "code 60")]
    [InlineData("vastps-sample - 0 0 0 127", 0.0, "curl")]
    [InlineData("vastps-sample https://a/x 100 microseconds", 0.0, "curl printed")]
    public void Each_line_of_curl_is_a_sample_or_a_named_failure(string line, double mbps, string failure)
    {
        BandwidthSample sample = Assert.Single(ProbeScripts.ReadDownload("Welcome to vast.ai\n" + line + "\r\n"));
        Assert.Contains(failure, sample.Failure, StringComparison.Ordinal);
        Assert.Equal(failure.Length == 0, sample.Failure.Length == 0);
        if (failure.Length == 0)
        {
            Assert.Equal(mbps, sample.Mbps, 2);
        }
    }

    [Fact]
    public void The_script_is_plain_posix_shell_and_takes_addresses_in_turn()
    {
        string script = ProbeScripts.Download(
            [new Uri("http://a.invalid/x?y=1&z='"), new Uri("http://b.invalid/")], 3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        // A curl that only says what it was asked for.
        string fake =
            "curl() { for a in \"$@\"; do last=$a; done; echo \"asked $last\" >&2; printf '1 0.1 0.2 200'; }\ncommand() { return 0; }\n";
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-u", "-c", fake + script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = shell.StandardOutput.ReadToEnd();
        string asked = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        Assert.Equal(3, ProbeScripts.ReadDownload(output).Count);
        Assert.Equal(
            [
                "asked http://a.invalid/x?y=1&z='",
                "asked http://a.invalid/x?y=1&z='",
                "asked http://b.invalid/",
                "asked http://a.invalid/x?y=1&z='"
            ],
            asked.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
