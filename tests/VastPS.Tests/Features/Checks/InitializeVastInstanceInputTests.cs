using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

/// <summary>What Initialize-VastInstance refuses before it asks anybody.</summary>
public sealed class InitializeVastInstanceInputTests : IAsyncLifetime
{
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Theory]
    [InlineData("https://me:pw1234567@example.com/train", "4f2c1d9", "VastRepositoryHoldsSecret")]
    [InlineData("git@github.com:me/train.git", "4f2c1d9", "VastInvalidValue")]
    [InlineData("-rf", "4f2c1d9", "VastInvalidValue")]
    [InlineData("https://example.com/", "4f2c1d9", "VastInvalidValue")]
    [InlineData("https://example.com/train", "main", "VastCommitNotPinned")]
    [InlineData("/nowhere/train", "HEAD", "VastCommitNotPinned")]
    [InlineData("https://example.com/train", "4f2c1d9 -Timeout 0s", "VastInvalidValue")]
    [InlineData("https://example.com/train", "4f2c1d9 -Path '-x'", "VastInvalidValue")]
    [InlineData("https://example.com/train", "4f2c1d9 -Path \"a`nb\"", "VastInvalidValue")]
    [InlineData("https://example.com/train", "4f2c1d9 -Path ''", "VastInvalidValue")]
    public void Bad_input_is_one_error_before_anything_is_sent(string from, string arguments, string id)
    {
        Ran ran = _host.Run($"Initialize-VastInstance $from -Commit {arguments} -InstanceId 1", ("from", from));
        Assert.DoesNotContain("pw1234567", ran.OneError(id).Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_vast.Requests);
    }

    [Theory]
    [InlineData("git@github.com:me/train.git", "-Bundle")]
    [InlineData("https://example.com/train", "")]
    public void What_can_be_fetched_gets_as_far_as_the_instance(string from, string arguments) =>
        _host.Run($"Initialize-VastInstance $from 4f2c1d9 {arguments} -InstanceId 999999", ("from", from)).OneError("VastInstanceNotFound");
}
