using System.Net;
using System.Net.Sockets;
using System.Text;
using VastPS.Simulator;

namespace VastPS.Tests.Simulator;

public sealed class SimFaultTests
{
    [Fact]
    public async Task A_typo_in_a_name_lists_the_names()
    {
        ArgumentException error =
            await Assert.ThrowsAsync<ArgumentException>(() => SimServer.StartAsync(new SimOptions { Boxes = false, Faults = ["Ofline"] }));
        Assert.Contains("Ofline", error.Message, StringComparison.Ordinal);
        Assert.All(SimFaults.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        await Assert.ThrowsAsync<ArgumentException>(
            () => SimServer.StartAsync(new SimOptions { Boxes = false, Faults = ["BadGateway:often"] }));
    }

    [Fact]
    public async Task The_gateway_and_the_limit_fail_as_often_as_told()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, Faults = ["BadGateway:3", "TooManyRequests"] });
        List<int> statuses = [];
        for (int i = 0; i < 6; i++)
        {
            statuses.Add((int)(await kit.AskAsync("GET", "api/v0/users/current/")).Status);
        }

        Assert.Equal([502, 502, 502, 429, 429, 200], statuses);
    }

    [Fact]
    public async Task Answers_can_be_html_cut_or_not_a_number()
    {
        await using SimKit kit = await SimKit.StartAsync();
        kit.Server.Faults.Set("Html500", true);
        SimKit.Answer html = await kit.AskAsync("GET", "api/v0/users/current/");
        Assert.Equal((500, "text/html"), ((int)html.Status, html.ContentType));
        kit.Server.Faults.Set("Html500", false);

        kit.Server.Faults.Set("TruncatedJson", true);
        Assert.ThrowsAny<System.Text.Json.JsonException>(
            () => _ = kit.AskAsync("GET", "api/v0/users/current/").GetAwaiter().GetResult().Json);
        kit.Server.Faults.Set("TruncatedJson", false);

        kit.Server.Faults.Set("NanNumbers", true);
        Assert.Contains("\"dlperf\":NaN,", (await kit.AskAsync("POST", "api/v0/bundles/", "{}")).Text, StringComparison.Ordinal);
        Assert.Equal(["NanNumbers"], kit.Server.Faults.On);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.Reset, 0)]
    [InlineData(FaultKind.DropAfter, 1)]
    [InlineData(FaultKind.HalfClose, 1)]
    public async Task The_relay_loses_an_answer_before_or_after_the_effect(FaultKind kind, int instances)
    {
        await using SimKit kit = await SimKit.StartAsync();
        long offer = (await kit.SearchAsync())[0]["id"]!.GetValue<long>();
        kit.Server.Relay.Arm(kind, "PUT /api/v0/asks/");

        await kit.SearchAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => kit.CreateAsync(offer));
        Assert.Equal(instances, (await kit.Server.GetInstancesAsync()).Count);
        Assert.Equal(instances == 1 ? HttpStatusCode.NotFound : HttpStatusCode.OK, (await kit.CreateAsync(offer)).Status);
    }

    [Fact]
    public async Task The_relay_counts_stalls_slows_and_forgets()
    {
        await using SimKit kit = await SimKit.StartAsync();
        // HttpClient itself repeats a request without a body when the connection closes before any answer.
        kit.Server.Relay.Arm(FaultKind.DropBefore, "GET /api/v0/users", times: 10, skip: 1);
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("GET", "api/v0/users/current/")).Status);
        await Assert.ThrowsAsync<HttpRequestException>(() => kit.AskAsync("GET", "api/v0/users/current/"));
        kit.Server.Relay.Disarm();
        Assert.Equal(HttpStatusCode.OK, (await kit.AskAsync("GET", "api/v0/users/current/")).Status);

        kit.Server.Relay.Arm(FaultKind.Stall, bytes: 20);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, kit.Server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /sim/download/100.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        byte[] answer = new byte[500];
        int read = 0;
        while (read < 20)
        {
            read += await socket.ReceiveAsync(answer.AsMemory(read));
        }

        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.ReceiveAsync(answer, soon.Token).AsTask());
        Assert.Equal(20, read);

        kit.Server.Relay.Arm(FaultKind.Slow, "GET /sim/download", bytes: 100_000);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using HttpClient http = new();
        Assert.Equal(50_000, (await http.GetByteArrayAsync(kit.Server.DownloadUri(bytes: 50_000))).Length);
        Assert.True(clock.Elapsed.TotalSeconds >= 0.45, $"{clock.Elapsed}");
    }
}
