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
}
