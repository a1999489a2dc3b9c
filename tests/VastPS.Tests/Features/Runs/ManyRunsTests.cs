using VastPS.Bench;

namespace VastPS.Tests.Features.Runs;

/// <summary>A thousand runs watched at once, with a clock that is driven.</summary>
public sealed class ManyRunsTests
{
    [Fact]
    public async Task A_thousand_runs_take_one_list_a_round_and_three_requests_a_second()
    {
        using ManyRuns many = await Task.Run(() => new ManyRuns(1000, TimeSpan.FromMinutes(30)));

        // The first looks and the validation.
        await Task.Run(() => many.Advance(TimeSpan.FromHours(1)));
        Assert.InRange(many.MostInASecond, 1, 3);
        (long looks, long lists, long requests) = (many.Looks, many.Lists, many.Requests);
        Assert.InRange(looks, 1000, 6000);

        await Task.Run(() => many.Advance(TimeSpan.FromHours(2)));
        Assert.InRange(many.MostInASecond, 1, 3);
        Assert.InRange(many.Looks - looks, 3950, 4050);
        Assert.InRange(many.Lists - lists, 4, 5);

        // Nothing but the pages of these lists.
        Assert.Equal((many.Lists - lists) * 40, many.Requests - requests, 40.0);
        Assert.Equal(0, many.Ended);
        Assert.Contains("loss 2.", many.Shown, StringComparison.Ordinal);
        Assert.Contains(" USD  looked now", many.Shown, StringComparison.Ordinal);
    }
}
