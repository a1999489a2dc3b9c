using System.Text;
using Microsoft.Extensions.Time.Testing;
using VastPS.Kernel.Hub;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Hub;

public sealed class HubClientTests : IDisposable
{
    private readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_redirect_is_followed_without_the_token()
    {
        _hub.Serve("/api/models/a/b", "", 307, "Location: /api/models/a/c\r\n").Serve("/api/models/a/c", "{}");
        var client = new HubClient(new HubEndpoint(new Uri(_hub.Address), "a-token-of-the-test"), TimeProvider.System);

        HubAnswer answer = await client.AboutAsync("a/b", default);

        Assert.Equal("{}", answer.Text);
        Assert.Contains("a-token-of-the-test", _hub.Requests[0].Headers, StringComparison.Ordinal);
        Assert.DoesNotContain("uthorization", _hub.Requests[1].Headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Location: /api/models/a/b\r\n", "redirects more than 5 times")]
    [InlineData("Location: http://example.org/x\r\n", "only https is followed")]
    [InlineData("Location: ftp://example.org/x\r\n", "only https is followed")]
    public async Task A_redirect_that_leads_nowhere_is_an_error(string location, string saying)
    {
        _hub.Serve("/api/models/a/b", "", 302, location);

        VastException error = await Assert.ThrowsAsync<VastException>(() => Client().AboutAsync("a/b", default));

        Assert.Equal(VastReason.HubUnreadable, error.Reason);
        Assert.Contains(saying, error.Message, StringComparison.Ordinal);
        Assert.True(_hub.Requests.Count <= 6);
    }

    [Fact]
    public async Task Of_a_large_file_only_the_beginning_is_read()
    {
        byte[] large = Encoding.ASCII.GetBytes(new string('x', 3_000_000));
        _hub.Serve("/a/b/resolve/main/model.safetensors", large);

        HubAnswer head = await Client().HeadAsync("a/b", "model.safetensors", 1000, default);

        Assert.Equal(1000, head.Body.Length);
        Assert.Contains("bytes=0-999", _hub.Requests[0].Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_an_error()
    {
        _hub.Raw("/api/models/a/b", async (to, stop) =>
        {
            await to.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), stop);
            byte[] part = new byte[65536];
            while (true)
            {
                await to.WriteAsync(part, stop);
            }
        });

        VastException error = await Assert.ThrowsAsync<VastException>(() => Client().AboutAsync("a/b", default));

        Assert.Equal(VastReason.HubUnreadable, error.Reason);
    }

    // One byte now and then keeps a connection alive for ever: the look-up as a whole has a limit.
    [Fact]
    public async Task A_hub_that_drips_is_left()
    {
        _hub.Raw("/api/models/a/b", async (to, stop) =>
        {
            await to.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), stop);
            while (true)
            {
                await to.WriteAsync("{"u8.ToArray(), stop);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
            }
        });
        var client = new HubClient(new HubEndpoint(new Uri(_hub.Address), null), new QuickClock(TimeSpan.FromMinutes(1)));

        VastException error = await Assert.ThrowsAsync<VastException>(() => client.AboutAsync("a/b", default));

        Assert.Equal(VastReason.HubUnreachable, error.Reason);
        Assert.Contains("within 20 s", error.Message, StringComparison.Ordinal);
    }

    // So slow that it will never end is known before the limit of the whole look-up.
    [Fact]
    public async Task A_drip_that_is_seen_as_such_is_an_error_of_the_catalogue()
    {
        var clock = new FakeTimeProvider();
        _hub.Raw("/api/models/a/b", async (to, stop) =>
        {
            await to.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"), stop);
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
                clock.Advance(TimeSpan.FromMilliseconds(500));
                await to.WriteAsync("{"u8.ToArray(), stop);
            }
        });
        var client = new HubClient(new HubEndpoint(new Uri(_hub.Address), null), clock);

        VastException error = await Assert.ThrowsAsync<VastException>(() => client.AboutAsync("a/b", default));

        Assert.Equal(VastReason.HubUnreachable, error.Reason);
        Assert.Contains("it drips", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_named()
    {
        var client = new HubClient(new HubEndpoint(new Uri("http://127.0.0.1:9"), null), TimeProvider.System);

        VastException error = await Assert.ThrowsAsync<VastException>(() => client.AboutAsync("a/b", default));

        Assert.Equal((VastReason.HubUnreachable, "127.0.0.1:9"), (error.Reason, error.Target));
    }

    [Fact]
    public async Task A_look_up_has_four_requests()
    {
        HubClient client = Client();
        for (int i = 0; i < HubClient.MostRequests; i++)
        {
            Assert.True(client.MayAsk);
            await client.FileAsync("a/b", "config.json", default);
        }

        Assert.False(client.MayAsk);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.FileAsync("a/b", "config.json", default));
    }

    private HubClient Client() => new(new HubEndpoint(new Uri(_hub.Address), null), TimeProvider.System);
}
