using VastPS.Basics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Basics;

public sealed class PollTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private readonly StepClock _clock = new();
    private int _looks;

    [Theory]
    [InlineData(1, 60, true, 1)]
    [InlineData(4, 60, true, 4)]
    [InlineData(99, 6, false, 4)]
    [InlineData(99, 5, false, 4)]
    [InlineData(99, 0, false, 1)]
    [InlineData(1, 0, true, 1)]
    [InlineData(4, 6, true, 4)]
    public async Task It_looks_until_it_is_so_or_the_limit_has_passed(int soAtLook, int limitSeconds, bool isSo, int looks)
    {
        Assert.Equal(
            isSo, await Poll.UntilAsync(() => Look(soAtLook), TimeSpan.FromSeconds(limitSeconds), s_pause, _clock, CancellationToken.None));
        Assert.Equal(looks, _looks);
        Assert.Equal(Enumerable.Repeat(s_pause, looks - 1), _clock.Pauses);
    }

    [Theory]
    [InlineData(1, 3, true, 1)]
    [InlineData(3, 3, true, 3)]
    [InlineData(4, 3, false, 3)]
    [InlineData(4, 1, false, 1)]
    public async Task It_looks_so_many_times_and_does_not_wait_after_the_last(int soAtLook, int most, bool isSo, int looks)
    {
        Assert.Equal(isSo, await Poll.TimesAsync(most, () => Look(soAtLook), s_pause, _clock, CancellationToken.None));
        Assert.Equal(looks, _looks);
        Assert.Equal(Enumerable.Repeat(s_pause, looks - 1), _clock.Pauses);
    }

    [Fact]
    public async Task A_stop_ends_the_pause()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Poll.UntilAsync(
            async () =>
            {
                await stop.CancelAsync();
                return false;
            },
            TimeSpan.FromDays(2),
            TimeSpan.FromDays(1),
            TimeProvider.System,
            stop.Token));
    }

    [Fact]
    public async Task What_a_look_throws_ends_it() => await Assert.ThrowsAsync<InvalidOperationException>(() => Poll.UntilAsync(
        () => throw new InvalidOperationException(), TimeSpan.FromSeconds(9), s_pause, _clock, CancellationToken.None));

    private Task<bool> Look(int soAtLook) => Task.FromResult(++_looks >= soAtLook);
}
