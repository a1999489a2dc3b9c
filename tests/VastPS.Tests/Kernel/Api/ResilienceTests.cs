using Microsoft.Extensions.Time.Testing;
using VastPS.Kernel.Api;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Api;

/// <summary>What is tried again, how long it waits, and what is never repeated.</summary>
public sealed class ResilienceTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);
    private static readonly Reply s_account = Reply.Ok("""{"id":1,"credit":5}""");

    [Theory]
    [InlineData("API requests too frequent", 1.5, 1.5)]
    [InlineData("API requests too frequent: endpoint threshold=4.5", 4.5, 4.5)]
    [InlineData("""{"detail":"API requests too frequent 2.25 seconds"}""", 2.25, 2.25)]
    [InlineData("""{"msg":"API requests too frequent, threshold 12"}""", 12, 12)]
    [InlineData("""{"success":false,"msg":"API requests too frequent 9999"}""", 9999, 60)]
    [InlineData("""{"detail":"API requests too frequent: endpoint threshold=4.5","retry_after":11.8}""", 11.8, 4.5)]
    [InlineData("""{"detail":"API requests too frequent: endpoint threshold=4.5","retry_after":0.2}""", 4.5, 4.5)]
    [InlineData("""{"error":"too_many_rows","msg":"Daily limit reached","retry_after":"3600"}""", 3600, 0)]
    [InlineData("""{"msg":"slow down","retry_after":-5}""", 1.5, 0)]
    [InlineData("""{"msg":"slow down","retry_after":1e300}""", 1.5, 0)]
    [InlineData("""{"msg":"slow down","retry_after":"soon"}""", 1.5, 0)]
    public void Pause_and_interval_are_read_from_plain_text_and_json(string body, double pause, double interval)
    {
        var refused = new ApiAnswer(429, body);
        Assert.Equal(TimeSpan.FromSeconds(pause), ApiFailures.Pause(refused));
        Assert.Equal(TimeSpan.FromSeconds(interval), ApiFailures.Interval(refused));
    }

    [Fact]
    public async Task A_pause_in_the_body_is_kept_and_is_no_interval_of_later_calls()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVast(
            new Reply(429, """{"detail":"API requests too frequent: endpoint threshold=4.5","retry_after":12}"""), s_account);
        VastApiClient client = server.Client(clock);
        Task<AccountFacts> first = client.GetAccountAsync(default);
        Wait.Until(() => server.Requests.Count == 1, TimeSpan.FromSeconds(10), "the first try");
        Assert.Equal(1, await CountAfter(clock, server, TimeSpan.FromSeconds(11.9), first));
        Assert.Equal(2, await CountAfter(clock, server, TimeSpan.FromSeconds(0.2), first));
        await first;
        Task<AccountFacts> second = client.GetAccountAsync(default);
        Assert.Equal(3, await CountAfter(clock, server, TimeSpan.FromSeconds(4.6), second));
        await second;
    }

    [Fact]
    public async Task Nobody_is_made_to_wait_for_an_hour_and_the_server_is_not_asked_again_before()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVast(new Reply(429, """{"msg":"Daily limit reached","retry_after":3600}"""), s_account);
        VastApiClient client = server.Client(clock);
        foreach (double left in new[] { 3600, 2000 })
        {
            VastException error = await Assert.ThrowsAsync<VastException>(() => client.GetAccountAsync(default));
            Assert.Equal(VastReason.ApiRateLimited, error.Reason);
            Assert.Contains(FormattableString.Invariant($"wait {left} s"), error.Message, StringComparison.Ordinal);
            Assert.Single(server.Requests);
            clock.Advance(TimeSpan.FromSeconds(1600));
        }

        clock.Advance(TimeSpan.FromSeconds(400.1));
        await client.GetAccountAsync(default);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_429_waits_the_threshold_of_its_text_and_later_calls_keep_to_it()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVast(new Reply(429, "API requests too frequent 4.5", "text/plain"), s_account);
        VastApiClient client = server.Client(clock);
        Task<AccountFacts> first = client.GetAccountAsync(default);
        Wait.Until(() => server.Requests.Count == 1, TimeSpan.FromSeconds(10), "the first try");
        Assert.Equal(1, await CountAfter(clock, server, TimeSpan.FromSeconds(4.4), first));
        Assert.Equal(2, await CountAfter(clock, server, TimeSpan.FromSeconds(0.2), first));
        Assert.Equal(5, (await first).Credit);

        Task<AccountFacts> second = client.GetAccountAsync(default);
        Assert.Equal(2, await CountAfter(clock, server, TimeSpan.FromSeconds(4.3), second));
        Assert.Equal(3, await CountAfter(clock, server, TimeSpan.FromSeconds(0.3), second));
        await second;
    }

    [Fact]
    public async Task A_server_that_always_refuses_ends_in_one_error_with_its_threshold()
    {
        await using var server = new ScriptedVast(new Reply(429, "API requests too frequent 0.01", "text/plain"));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetAccountAsync(default));
        Assert.Equal(VastReason.ApiRateLimited, error.Reason);
        Assert.Contains("0.01", error.Message, StringComparison.Ordinal);
        Assert.Equal(21, server.Requests.Count);
    }

    public static TheoryData<string> SafeCalls => ["account", "search", "label", "stop", "destroy", "find", "log"];

    [Theory]
    [MemberData(nameof(SafeCalls))]
    public async Task What_is_safe_to_repeat_survives_gateways_and_lost_connections(string name)
    {
        string good = """{"success":true,"offers":[],"instances":null,"result_url":"LINK"}""";
        ScriptedVast? self = null;
        await using var server = new ScriptedVast(asked => asked.Number switch
        {
            0 => Reply.Lost,
            1 => new Reply(502, "<html>bad gateway</html>", "text/html"),
            _ => Reply.Ok(good.Replace("LINK", self!.Address + "log", StringComparison.Ordinal)),
        });
        self = server;
        await Call(server.Client(), name);
        Assert.InRange(server.Requests.Count, 3, 4);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("start")]
    [InlineData("bid")]
    [InlineData("reboot")]
    [InlineData("add key")]
    public async Task What_spends_or_adds_is_not_repeated_after_a_lost_answer(string name)
    {
        foreach (Reply reply in new[] { Reply.Lost, new Reply(504, "") })
        {
            await using var server = new ScriptedVast(reply);
            VastException error = await Assert.ThrowsAsync<VastException>(() => Call(server.Client(), name));
            Assert.Single(server.Requests);
            Assert.True(error.IsUncertain);
        }
    }

    [Fact]
    public async Task A_create_is_not_repeated_even_when_it_came_too_fast()
    {
        await using var server = new ScriptedVast(new Reply(429, "API requests too frequent 0.01", "text/plain"));
        VastException error = await Assert.ThrowsAsync<VastException>(() => Call(server.Client(), "create"));
        Assert.Equal(VastReason.ApiRateLimited, error.Reason);
        Assert.False(error.IsUncertain);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_destroy_that_finds_nothing_on_its_second_try_has_worked()
    {
        var notFound = new Reply(404, """{"success":false,"error":"not_found"}""");
        await using var lost = new ScriptedVast(Reply.Lost, notFound);
        await lost.Client().DestroyAsync(5, default);
        Assert.Equal(2, lost.Requests.Count);

        await using var missing = new ScriptedVast(notFound);
        VastException error = await Assert.ThrowsAsync<VastException>(() => missing.Client().DestroyAsync(5, default));
        Assert.Equal(VastReason.InstanceNotFound, error.Reason);
    }

    [Fact]
    public async Task A_silent_server_is_a_timeout_after_bounded_time()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedVast(Reply.Never);
        Task<AccountFacts> call = server.Client(clock).GetAccountAsync(default);
        TimeSpan spent = TimeSpan.Zero;
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                spent += TimeSpan.FromSeconds(5);
                return Task.FromResult(call.IsCompleted);
            },
            TimeSpan.FromSeconds(30),
            "the call to give up");
        VastException error = await Assert.ThrowsAsync<VastException>(() => call);
        Assert.Equal(VastReason.ApiTimeout, error.Reason);
        Assert.InRange(server.Requests.Count, 2, 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_ends_a_call_at_once(bool whileWaitingToRetry)
    {
        await using var server = new ScriptedVast(whileWaitingToRetry ? new Reply(429, "API requests too frequent 30") : Reply.Never);
        using var stop = new CancellationTokenSource();
        Task<AccountFacts> call = server.Client().GetAccountAsync(stop.Token);
        Wait.Until(() => server.Requests.Count == 1, TimeSpan.FromSeconds(10), "the request");
        long from = TimeProvider.System.GetTimestamp();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Promptly.Back(TimeProvider.System.GetElapsedTime(from));
    }

    [Fact]
    public async Task Calls_to_the_real_server_keep_the_routes_interval_and_searches_may_come_in_a_burst()
    {
        var clock = new FakeTimeProvider();
        var pacer = new RoutePacer(clock);
        var real = new ApiEndpoint(new Uri("https://console.vast.ai"), "key-one-123456789", VastKeySource.Parameter, "-ApiKey");
        var other = new ApiEndpoint(real.Address, "key-two-123456789", VastKeySource.Parameter, "-ApiKey");
        var create = new ApiCall(VastRoutes.CreateInstance, Repeat.Never) { Id = 1 };
        Assert.True(pacer.WaitAsync(create, real, s_longest, default).IsCompleted);
        Task second = pacer.WaitAsync(create, real, s_longest, default);
        Assert.True(pacer.WaitAsync(create, other, s_longest, default).IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(4.5));
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.3));
        await second.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);

        var search = new ApiCall(VastRoutes.SearchOffers, Repeat.Safe);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(pacer.WaitAsync(search, real, s_longest, default).IsCompleted));
        Assert.False(pacer.WaitAsync(search, real, s_longest, default).IsCompleted);
    }

    [Fact]
    public async Task On_this_computer_nothing_is_paced()
    {
        await using var server = new ScriptedVast(s_account);
        var pacer = new RoutePacer(new FakeTimeProvider());
        var create = new ApiCall(VastRoutes.CreateInstance, Repeat.Never) { Id = 1 };
        Assert.All(Enumerable.Range(0, 20), _ => Assert.True(pacer.WaitAsync(create, server.Endpoint, s_longest, default).IsCompleted));
    }

    private static Task Call(VastApiClient client, string name) => name switch
    {
        "account" => client.GetAccountAsync(default),
        "search" => client.SearchOffersAsync(new OfferOptions().ToSearch(), default),
        "label" => client.SetLabelAsync(5, "x", default),
        "stop" => client.SetStateAsync(5, false, default),
        "destroy" => client.DestroyAsync(5, default),
        "find" => client.FindInstanceAsync(5, default),
        "log" => client.GetLogAsync(5, null, null, false, default),
        "create" => client.CreateInstanceAsync(new CreateRequest { OfferId = 1, Image = "a", DiskGB = 10, Label = "l" }, default),
        "start" => client.SetStateAsync(5, true, default),
        "bid" => client.ChangeBidAsync(5, 0.2m, default),
        "reboot" => client.RebootAsync(5, default),
        "add key" => client.AddSshKeyAsync("ssh-ed25519 AAAA", default),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // Advances the clock and gives the call time to show that it does, or does not, send again.
    private static async Task<int> CountAfter(FakeTimeProvider clock, ScriptedVast server, TimeSpan span, Task call)
    {
        int before = server.Requests.Count;
        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, CancellationToken.None);
        clock.Advance(span);
        await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None));
        Assert.InRange(server.Requests.Count, before, before + 1);
        return server.Requests.Count;
    }
}
