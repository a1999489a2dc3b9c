using VastPS.Features.Runs;
using VastPS.Kernel.Logs;

namespace VastPS.Tests.Features.Runs;

/// <summary>When a log shows that no step is to come, and when it only looks so.</summary>
public sealed class EndOfStepsTests
{
    [Theory]
    [InlineData("step 1/3 loss 2|step 2/3 loss 2|step 3/3 loss 1", null, true)]
    [InlineData("step 1/3 loss 2|step 2/3 loss 2", null, false)]
    [InlineData("step 1/3 loss 2|step 3/3 loss 1|step 1/3 loss 1", null, false)] // it began anew
    [InlineData("step 3/3 loss 1|Running evaluation", null, false)] // may take as long as it will
    [InlineData("step 3/3 loss 1|Running evaluation|Training finished", null, true)]
    [InlineData("Epoch 1/2|step 3/3 loss 1", null, false)]
    [InlineData("Epoch 1/2|step 3/3 loss 1|Finished epoch 1", null, false)]
    [InlineData("Epoch 2/2|step 3/3 loss 1", null, true)]
    [InlineData("step 1 loss 2|step 12 loss 1", 12, true)] // only the plan knows
    [InlineData("step 1 loss 2|step 11 loss 1", 12, false)]
    [InlineData("step 0 loss 2|step 11 loss 1", 12, true)] // counted from 0
    [InlineData("step 12/500 loss 2", 12, false)] // the log knows better
    [InlineData("step 1 loss 2|All done", null, false)] // of nothing that was counted
    [InlineData("", 12, false)]
    public void A_log_shows_its_last_step(string log, int? planned, bool expected) => Assert.Equal(expected, Read(log).IsReached(planned));

    [Fact]
    public void The_bar_of_an_epoch_is_not_the_end_and_words_are()
    {
        const string First = " 97%!#########.! 29/30 [00:01<00:00, 19.0it/s]|{'loss': 1.6, 'grad_norm': 1.1, 'epoch': 0.9}|";
        const string Bar = First + "100%!##########! 30/30 [00:01<00:00, 19.0it/s]|{'loss': 1.5, 'grad_norm': 1.1, 'epoch': 1.0}";
        Assert.False(Read(Bar).IsReached(null));
        Assert.True(Read(Bar).IsReached(30));
        Assert.True(Read(Bar + "|{'train_runtime': 3.1, 'train_loss': 40.1, 'epoch': 1.0}").IsReached(null));
        Assert.True(Read(Bar + "|done training in 3 seconds").IsReached(null));
        Assert.False(Read(First + "done training in 3 seconds").IsReached(null));
        Assert.False(Read("Loading: 100%!##########! 4/4 [00:01<00:00, 19.0it/s]|done").IsReached(null));
    }

    private static EndOfSteps Read(string log)
    {
        (var end, var parser) = (new EndOfSteps(), new MetricParser());
        foreach (string line in log.Split(['|'], StringSplitOptions.RemoveEmptyEntries).Select(l => l.Replace('!', '|')))
        {
            IReadOnlyList<VastMetric> read = parser.Read(new LogLine(line, null));
            end.Read(line, read, parser.Bar);
        }

        return end;
    }
}
