using System.Management.Automation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

/// <summary>Test-VastBandwidth on real boxes whose download rate is known.</summary>
[Collection(nameof(IdleMachine))]
public sealed class TestVastBandwidthTests
{
    [Theory]
    [InlineData(170_000 * 8 / 1e6, VastCheckStatus.Fail)] // the 170 KB/s host
    [InlineData(300, VastCheckStatus.Pass)]
    public async Task The_verdict_follows_the_real_rate(double mbps, VastCheckStatus expected)
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(SimulatedVast.Options(mbps * 1e6 / 8));
        using CmdletHost host = vast.Host();
        host.Run(
            "$box = (Get-VastOffer -GpuCount 1 -OrderBy DownMbps -First 40 | Where-Object DownMbps -gt 400)[0] | New-VastInstance -Image "
            + "i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance")
            .Clean<object>();
        long from = TimeProvider.System.GetTimestamp();
        VastCheckResult check = Assert.Single(
            host.Run("$box | Test-VastBandwidth -MinMbps 100 -Uri $uri", ("uri", vast.Server.DownloadUri())).Clean<VastCheckResult>());
        Assert.True(
            TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(30), "A slow host must not cost more than half a minute.");

        // A busy computer may be slower, but nothing makes it faster.
        Assert.InRange(check.Measured!.Value, mbps * 0.5, mbps * 1.15);
        Assert.Equal(expected, check.Status);
        Assert.Equal(100, check.Expected);
        Assert.Equal(expected == VastCheckStatus.Fail, check.Fix.Contains("Remove-VastInstance", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_measured_is_unknown_and_never_a_pass()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host();
        host.Run(
            "$box = (Get-VastOffer -GpuCount 1 -OrderBy DownMbps -First 40 | Where-Object DownMbps -gt 400)[0] | New-VastInstance -Image "
            + "i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance")
            .Clean<object>();
        VastCheckResult check = Assert.Single(
            host.Run("$box | Test-VastBandwidth -Uri http://127.0.0.1:9/nothing -SampleCount 1 -SampleTime 1s").Clean<VastCheckResult>());
        Assert.Equal(VastCheckStatus.Unknown, check.Status);
        Assert.Null(check.Measured);
        Assert.Equal([false], host.Run(
            "$box | Test-VastBandwidth -Uri http://127.0.0.1:9/nothing -SampleCount 1 -SampleTime 1s -Quiet").Clean<bool>());
    }

    [Theory]
    [InlineData("-MinMbps -1", "MinMbps")]
    [InlineData("-SampleCount 0", "SampleCount")]
    [InlineData("-SampleTime 10m", "SampleTime")]
    [InlineData("-Uri ftp://x/y", "Uri")]
    [InlineData("-Uri https://me:pw@x/y", "Uri")]
    public async Task Bad_input_is_one_error_before_anything_is_sent(string arguments, string parameter)
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host();
        string said = host.Run($"Test-VastBandwidth 1 {arguments}").OneError("VastInvalidValue").Exception.Message;
        Assert.Contains("-" + parameter, said, StringComparison.Ordinal);
        Assert.DoesNotContain("me:pw", said, StringComparison.Ordinal);
        Assert.Empty(vast.Requests);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("ftp://x/y")]
    [InlineData("https://a/b https://me:pw@x/y")]
    public async Task Addresses_of_the_environment_are_checked_as_typed_ones_are(string own)
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host();
        foreach (string command in new[] { "Test-VastBandwidth 1", "Test-VastInstance 1" })
        {
            ErrorRecord error = host.Run(
                "$was = $env:VASTPS_DOWNLOAD_URI; $env:VASTPS_DOWNLOAD_URI = $own; try { " + command + " } finally { "
                + "$env:VASTPS_DOWNLOAD_URI = $was }",
                ("own", own)).OneError("VastInvalidValue");
            Assert.StartsWith(
                "$env:VASTPS_DOWNLOAD_URI = 'https://", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
            Assert.DoesNotContain("me:pw", error.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Empty(vast.Requests);
    }
}
