using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>When many runs are looked at.</summary>
public sealed class SpreadRuleTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(30);
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 7, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 10, 30, 20_000)]
    [InlineData(20, 10, 30, 20_000)]
    [InlineData(100, 50, 30, 4000)]
    [InlineData(1000, 500, 300, 500)] // two looks a second
    public void The_more_are_watched_the_rarer_is_each_looked_at_and_the_less_is_kept_of_it(int count, int close, int nap, int metrics)
    {
        var rule = new SpreadRule(0, count);
        Assert.Equal((close, nap, metrics), (rule.ClosePause.TotalSeconds, rule.LongestNap.TotalSeconds, rule.Metrics));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(19, 0)]
    [InlineData(20, 0.5)]
    [InlineData(999, 490)]
    public void First_looks_come_one_after_the_other(int index, double seconds) =>
        Assert.Equal(seconds, new SpreadRule(index, 1000).FirstPause.TotalSeconds);

    [Fact]
    public void One_run_alone_waits_for_its_interval() => Assert.Equal(s_interval, new SpreadRule(0, 1).SparsePause(s_interval, s_now));

    [Fact]
    public void Each_of_many_has_a_moment_of_its_own_and_keeps_it()
    {
        DateTimeOffset[] moments = [.. Enumerable.Range(0, 1000).Select(i => Next(i, s_now)).Order()];
        Assert.All(moments, m => Assert.InRange(m - s_now, TimeSpan.FromTicks(1), s_interval));
        Assert.All(moments.Zip(moments.Skip(1)), pair => Assert.Equal(1.8, (pair.Second - pair.First).TotalSeconds, 0.001));
        DateTimeOffset first = Next(137, s_now);
        Assert.Equal(first + s_interval, Next(137, first));
        Assert.Equal(first + s_interval, Next(137, first.AddSeconds(20)));
    }

    private static DateTimeOffset Next(int index, DateTimeOffset now) => now + new SpreadRule(index, 1000).SparsePause(s_interval, now);
}
