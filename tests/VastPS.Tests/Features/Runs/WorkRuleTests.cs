using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>What counts as work between two looks.</summary>
public sealed class WorkRuleTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, false)]
    [InlineData(49, 0, 0, 0, false)] // a shell that sleeps in a loop
    [InlineData(60, 0, 0, 0, true)]
    [InlineData(-400, 0, 0, 0, true)] // a process ended and took its count along
    [InlineData(0, 900_000, 0, 0, true)]
    [InlineData(0, 900_000, 0, 450_000, false)] // its log
    [InlineData(0, 0, 200_000, 0, false)] // the looks
    [InlineData(0, 0, 9_000_000, 0, true)]
    public void Ten_seconds_are_judged(long ticks, long disk, long network, long log, bool expected) =>
        Assert.Equal(expected, WorkRule.IsAtWork(new(1000, 0, 0, 0), new(1000 + ticks, disk, network, log), TimeSpan.FromSeconds(10)));

    [Theory]
    [InlineData(50, 0, 0, 0, true)] // a twentieth of a core
    [InlineData(0, 655_361, 0, 0, true)] // 64 KiB a second
    [InlineData(0, 655_360, 0, 0, false)]
    [InlineData(0, 655_361, 0, -9, true)] // a log that was cut
    [InlineData(0, 0, 1_310_721, 0, true)] // 128 KiB a second
    [InlineData(0, 0, 1_310_720, 0, false)]
    public void The_limits_are_rates(long ticks, long disk, long network, long log, bool expected) => Ten_seconds_are_judged(
        ticks, disk, network, log, expected);

    // Two ticks are two of a clock that counts hundredths, however short the time between two looks.
    [Theory]
    [InlineData(1, 0, 0, false)]
    [InlineData(2, 0, 0, true)]
    [InlineData(0, 65_536, 0, false)]
    [InlineData(0, 65_537, 0, true)]
    [InlineData(0, 0, 131_072, false)]
    [InlineData(0, 0, 131_073, true)]
    public void A_tenth_of_a_second_is_judged_like_one(long ticks, long disk, long network, bool expected) => Assert.Equal(
        expected, WorkRule.IsAtWork(new(1000, 0, 0, 0), new(1000 + ticks, disk, network, 0), TimeSpan.FromSeconds(0.1)));

    [Fact]
    public void What_is_not_told_is_not_known()
    {
        Assert.Null(WorkRule.IsAtWork(new(null, 0, 0, 0), new(5, 0, 0, 0), TimeSpan.FromSeconds(10)));
        Assert.Null(WorkRule.IsAtWork(new(1, 0, 0, 0), new(1, 0, 0, 0), TimeSpan.Zero));
        Assert.False(WorkRule.IsAtWork(new(1, null, null, 0), new(1, null, null, 0), TimeSpan.FromSeconds(10)));
    }
}
