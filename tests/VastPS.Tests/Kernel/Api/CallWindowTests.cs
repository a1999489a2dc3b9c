using VastPS.Bench;
using VastPS.Kernel.Api;

namespace VastPS.Tests.Kernel.Api;

/// <summary>So many calls in a span of time, and no more.</summary>
public sealed class CallWindowTests
{
    [Fact]
    public void No_span_holds_more_than_it_may()
    {
        var clock = new DrivenClock();
        DateTimeOffset began = clock.GetUtcNow();
        var window = new CallWindow(3, TimeSpan.FromSeconds(2), clock);
        Task[] calls = [.. Enumerable.Range(0, 7).Select(_ => window.WaitAsync(default))];
        Assert.Equal(3, calls.Count(c => c.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(3, calls.Count(c => c.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(6, calls.Count(c => c.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.All(calls, c => Assert.True(c.IsCompleted));
        Assert.Equal(4, (clock.GetUtcNow() - began).TotalSeconds);
    }

    [Fact]
    public void What_passed_long_ago_holds_nobody_up()
    {
        var clock = new DrivenClock();
        var window = new CallWindow(1, TimeSpan.FromSeconds(2), clock);
        Assert.True(window.WaitAsync(default).IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(window.WaitAsync(default).IsCompleted);
        Assert.False(window.WaitAsync(default).IsCompleted);
    }

    // Else a thousand runs that are asked for one by one lose their turn as often as they get one, and none is ever answered.
    [Fact]
    public void Who_waits_for_its_turn_is_not_out_of_time()
    {
        var clock = new DrivenClock();
        int sent = 0;
        var resilience = new Resilience(clock, (_, _, _) => Task.FromResult(new ApiAnswer(200, $"{{\"sent\":{++sent}}}")));
        Resilience within = resilience.Within(new CallWindow(3, TimeSpan.FromSeconds(1.1), clock));
        var endpoint = new ApiEndpoint(new Uri("http://127.0.0.1:1"), new string('0', 32), VastKeySource.Parameter, "a test");
        var call = new ApiCall(VastRoutes.ListInstances, Repeat.Safe);
        Task<(ApiAnswer Answer, int Tries)>[] calls = [.. Enumerable.Range(0, 1000).Select(_ => within.SendAsync(call, endpoint, default))];
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.All(calls, c => Assert.True(c.IsCompletedSuccessfully));
        Assert.Equal(1000, sent);
    }
}
