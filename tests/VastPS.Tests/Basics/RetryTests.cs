using VastPS.Basics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Basics;

public sealed class RetryTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private readonly StepClock _clock = new();
    private readonly List<int> _asked = [];
    private int _attempts;

    [Fact]
    public async Task It_tries_again_while_the_failure_may_pass_and_returns_what_comes_of_it()
    {
        Assert.Equal("done", await Retry.RunAsync(FailTwice, MayPass, s_pause, _clock, CancellationToken.None));
        Assert.Equal([1, 2], _asked);
        Assert.Equal([s_pause, s_pause], _clock.Pauses);
    }

    [Fact]
    public async Task A_failure_that_may_not_pass_is_thrown_at_once()
    {
        await Assert.ThrowsAsync<IOException>(
            () => Retry.RunAsync(FailTwice, (_, tried) => tried < 2, s_pause, _clock, CancellationToken.None));
        Assert.Equal(2, _attempts);
        Assert.Equal([s_pause], _clock.Pauses);
    }

    [Fact]
    public async Task A_stop_ends_the_pause()
    {
        using var stop = new CancellationTokenSource();
        Task<string> running = Retry.RunAsync(
            FailTwice,
            (_, _) =>
            {
                stop.Cancel();
                return true;
            },
            TimeSpan.FromDays(1),
            TimeProvider.System,
            stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, _attempts);
    }

    private Task<string> FailTwice() => ++_attempts <= 2 ? throw new IOException("for now") : Task.FromResult("done");

    private bool MayPass(Exception failure, int tried)
    {
        Assert.IsType<IOException>(failure);
        _asked.Add(tried);
        return true;
    }
}
