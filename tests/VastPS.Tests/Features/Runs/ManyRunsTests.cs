using System.Runtime.ExceptionServices;
using VastPS.Bench;
using VastPS.Tests.Features.Simulation;

namespace VastPS.Tests.Features.Runs;

/// <summary>
/// A thousand runs watched at once, with a clock that is driven; alone, so that nothing keeps what is driven from its turn.
/// </summary>
[Collection(nameof(WholeProcess))]
public sealed class ManyRunsTests
{
    // What follows a timer is done on the thread that drives, as long as that has stack left for it and no context of its own.
    // Whatever went elsewhere would be overtaken by the clock, so it is a thread of its own, with more than enough.
    private const int StackBytes = 64 * 1024 * 1024;

    [Fact]
    public Task A_thousand_runs_take_one_list_a_round_and_three_requests_a_second() => OnThread(() =>
    {
        using var many = new ManyRuns(1000, TimeSpan.FromMinutes(30));

        // The first looks and the validation.
        many.Advance(TimeSpan.FromHours(1));
        Assert.Empty(many.Ended);
        Assert.InRange(many.MostInASecond, 1, 3);
        (long looks, long lists, long requests) = (many.Looks, many.Lists, many.Requests);
        Assert.InRange(looks, 1000, 6000);

        many.Advance(TimeSpan.FromHours(2));
        Assert.Empty(many.Ended);
        Assert.InRange(many.MostInASecond, 1, 3);
        Assert.InRange(many.Looks - looks, 3950, 4050);
        Assert.InRange(many.Lists - lists, 4, 5);

        // Nothing but the pages of these lists.
        Assert.Equal((many.Lists - lists) * 40, many.Requests - requests, 40.0);
        Assert.Contains("loss 2.", many.Shown, StringComparison.Ordinal);
        Assert.Contains(" USD  looked now", many.Shown, StringComparison.Ordinal);
    });

    [Fact]
    public Task A_server_that_was_away_for_an_hour_costs_a_thousand_runs_nothing() => OnThread(() =>
    {
        using var many = new ManyRuns(1000, TimeSpan.FromMinutes(30));
        many.Advance(TimeSpan.FromHours(1));
        many.IsServerAway = true;
        many.Advance(TimeSpan.FromHours(1));
        many.IsServerAway = false;
        many.Advance(TimeSpan.FromHours(1));
        long looks = many.Looks;
        many.Advance(TimeSpan.FromHours(2));
        Assert.Empty(many.Ended);
        Assert.InRange(many.MostInASecond, 1, 3);
        Assert.InRange(many.Looks - looks, 3950, 4050);
    });

    private static async Task OnThread(Action drive)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    drive();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            StackBytes);
        thread.Start();
        await Task.Run(thread.Join);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
