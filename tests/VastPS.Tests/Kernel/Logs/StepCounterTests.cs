using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class StepCounterTests
{
    private static readonly DateTimeOffset s_begin = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3, "step 1 loss 3", "step 2 loss 2", "step 3 loss 1")]
    [InlineData(3, "iter 0: loss 3", "iter 1: loss 2", "iter 2: loss 1")]
    [InlineData(30, "{'loss': 3, 'step': 10}", "{'loss': 2, 'step': 20}", "{'loss': 1, 'step': 30}")]
    [InlineData(2, "{'loss': 3}", "no record", "{'loss': 1}")]
    [InlineData(50, "Map: 100%|###| 1000/1000 [00:01<00:00]", " 20%|##   | 10/50 [00:01<00:04]", "100%|#####| 50/50 [00:05<00:00]")]
    [InlineData(10, " 20%|##   | 10/50 [00:01<00:04]", "100%|#####| 80/80 [00:05<00:00]")] // the bar of an evaluation
    // data that was read before
    [InlineData(2, "100%|####| 900/900 [00:01<00:00]", "  0%|    | 0/50 [00:00<?]", "  4%|    | 2/50 [00:01<00:24]")]
    [InlineData(0, "{'steps': 50, 'lr': 0.001}")] // the settings, as many scripts print them
    [InlineData(0, "Namespace(steps=50, lr=0.001, max_grad_norm=1.0)")]
    [InlineData(2, "{'steps': 50, 'lr': 0.001}", "step 1 loss 3", "step 2 loss 2")]
    [InlineData(2, "{'batch': 8, 'lr': 0.001}", "{'loss': 3}", "{'loss': 2}")]
    [InlineData(3, "step 1: acc=0.1", "step 2: acc=0.2", "step 3: acc=0.3")]
    [InlineData(100, "step 100 loss 3")]
    [InlineData(200, "step 100 loss 3", "step 200 loss 3")]
    [InlineData(20, "step 1010 loss 3", "step 1020 loss 3")] // goes on from a checkpoint
    [InlineData(12, "step 10 loss 3", "step 11 loss 3", "step 12 loss 2")] // prints from its tenth step on
    [InlineData(0, ">>   Gradient Accumulation steps = 4", ">>   Total optimization steps = 600")] // the banner of a trainer
    [InlineData(1, "settings: batch=4, step=20", "settings: step=600", "{'loss': 3}")]
    [InlineData(1, "100%|####| 60/60 [00:01<00:00]", "step 1 loss 3")] // data that was read before
    [InlineData(2, "100%|####| 60/60 [00:01<00:00]", "{'loss': 3}", "{'loss': 2}")]
    [InlineData(
        50, "  2%|#   | 1/50 [00:01<00:49]", "100%|####| 50/50 [00:05<00:00]", "{'loss': 3}", "{'train_runtime': 5.5, 'train_loss': 3.5}")]
    [InlineData(
        3,
        "steps:  30%|##   | 1/3 [00:01, avr_loss=0.5]",
        "steps:  66%|##   | 2/3 [00:01, avr_loss=0.4]",
        "steps: 100%|##   | 3/3 [00:02, avr_loss=0.3]")]
    [InlineData(2, "{'loss': 3}", "{'eval_loss': 3.5, 'epoch': 1}", "{'loss': 2}")] // an evaluation is no step
    [InlineData(2, "07/04/2024 09:30:00 - loss: 3", "07/04/2024 09:30:01 - loss: 2")]
    [InlineData(3000, "step:1K loss:0.3", "step:2K loss:0.2", "step:3K loss:0.1")]
    [InlineData(0, "hello")]
    [InlineData( // each epoch counts anew
        7,
        "Epoch: [0][1/3] loss: 3", "Epoch: [0][2/3] loss: 3", "Epoch: [0][3/3] loss: 2", "Epoch: [1][1/3] loss: 2", "Epoch: [1][2/3] loss: 2",
        "Epoch: [1][3/3] loss: 1", "Epoch: [2][1/3] loss: 1")]
    [InlineData(
        5,
        "Epoch 0:  50%|##  | 1/2 [00:01<00:01, 1it/s, loss=3]", "Epoch 0: 100%|####| 2/2 [00:02<00:00, 1it/s, loss=3]",
        "Epoch 1:  50%|##  | 1/2 [00:01<00:01, 1it/s, loss=3]", "Epoch 1: 100%|####| 2/2 [00:02<00:00, 1it/s, loss=3]",
        "Epoch 2:  50%|##  | 1/2 [00:01<00:01, 1it/s, loss=3]")]
    // lines that name their step go before any bar without a loss, and such a bar before lines that name none
    [InlineData(2, "step 1 loss 3", " 60%|##   | 60/100 [00:01<00:04]", "step 2 loss 2", " 90%|##   | 90/100 [00:01<00:04]")]
    [InlineData(21, " 10%|##   | 20/200 [00:01<00:04]", "{'loss': 3}", " 10%|##   | 21/200 [00:01<00:04]")]
    // a bar with a loss goes before one without, whichever is farther
    [InlineData(
        3, " 60%|##   | 60/100 [00:01<00:04]", "train:   1%|#  | 2/300 [00:01<00:09, loss=3]", " 90%|##   | 90/100 [00:01<00:04]",
        "train:   1%|#  | 3/300 [00:01<00:09, loss=2]")]
    [InlineData(40, "Training:  10%|#   | 20/200 [00:01<00:09]", "Training:  20%|##  | 40/200 [00:02<00:08]")]
    [InlineData(0, "Validation DataLoader 0:  50%|##  | 50/100 [00:01<00:01, loss=0.5]")]
    [InlineData( // the bar of the data is none of the training
        2, "Tokenizing: 100%|####| 900/900 [00:01<00:00]", "  0%|    | 0/50 [00:00<?]", "  4%|    | 2/50 [00:01<00:24]")]
    public void Steps_are_those_that_the_log_tells(long expected, params string[] lines) =>
        Assert.Equal(expected, Fed(lines.Select((l, i) => (l, i * 1.0))).Steps);

    [Fact]
    public void The_warm_up_does_not_count()
    {
        (TimeSpan Median, TimeSpan P95)? times = Fed(Steps(Enumerable.Range(1, 40).Select(s => s < 5 ? s * 10.0 : 50 + (s * 0.5)))).Times();
        Assert.Equal(0.5, times!.Value.Median.TotalSeconds, 6);
        Assert.Equal(0.5, times.Value.P95.TotalSeconds, 6);
    }

    [Fact]
    public void Slow_steps_show_in_the_95th_percentile_only()
    {
        double at = 0;
        (TimeSpan Median, TimeSpan P95)? times = Fed(Steps(Enumerable.Range(1, 50).Select(s => at += s % 10 == 0 ? 5 : 1))).Times();
        Assert.Equal(1, times!.Value.Median.TotalSeconds, 6);
        Assert.Equal(5, times.Value.P95.TotalSeconds, 6);
    }

    [Fact]
    public void Lines_that_arrive_in_blocks_are_timed_as_a_whole()
    {
        (TimeSpan Median, TimeSpan P95)? times = Fed(Steps(Enumerable.Range(1, 55).Select(s => s / 10 * 10.0))).Times();
        Assert.InRange(times!.Value.Median.TotalSeconds, 0.8, 1.2);
    }

    [Fact]
    public void Steps_between_records_share_their_time() => Assert.Equal(
        0.2, Fed(Enumerable.Range(1, 8).Select(r => ($"step {r * 10} loss 1", r * 2.0))).Times()!.Value.Median.TotalSeconds, 6);

    // tqdm draws no more often than every 0.1 s, and a line ends with the next one; the watch may begin and end anywhere.
    public static TheoryData<string, int> Cuts =>
        [.. Enumerable.Range(0, 28).Select(i => new TheoryDataRow<string, int>(i % 2 == 0 ? "" : ", loss=0.5", i * 67))];

    [Theory]
    [MemberData(nameof(Cuts))]
    public void The_pace_of_a_bar_is_found_wherever_it_is_cut(string postfix, int begin)
    {
        const double Step = 0.024;
        var chance = new Random(begin + postfix.Length);
        var counter = new StepCounter(50);
        var parser = new MetricParser();
        (double now, double drawn) = (0, 0);
        for (int step = begin + 1; step <= Math.Min(2000, begin + 600); step++)
        {
            now += Step * (0.8 + (0.4 * chance.NextDouble()));
            if (now - drawn < 0.1)
            {
                continue;
            }

            drawn = now;
            string line = FormattableString.Invariant($"steps: {step / 20}%|##  | {step}/2000 [00:01<00:40, 41.6it/s{postfix}]");
            IReadOnlyList<VastMetric> read = parser.Read(new LogLine(line, null));
            counter.Add(parser.Bar, read, s_begin.AddSeconds(now));
            if (step - begin > 50)
            {
                double seconds = counter.Times()!.Value.Median.TotalSeconds;
                Assert.InRange(seconds, Step * 0.9, Step * 1.1);
                Assert.InRange(seconds * 2000, 48 * 0.85, 48 * 1.15);
            }
        }
    }

    [Fact]
    public void Few_steps_have_no_time() => Assert.Null(Fed(Steps(Enumerable.Range(1, 7).Select(s => s * 1.0))).Times());

    // What comes first may be the settings, or the first line after a checkpoint: only the next says what the number means.
    [Theory]
    [InlineData(true, "step 1 loss 3")]
    [InlineData(true, "{'loss': 3}")]
    [InlineData(false, "step 1001 loss 3")]
    [InlineData(false, "{'steps': 50, 'lr': 0.001}")]
    [InlineData(true, "step 100 loss 3", "step 200 loss 3")]
    [InlineData(true, "step 1001 loss 3", "step 1002 loss 3")]
    [InlineData(false, "100%|####| 50/50 [00:05<00:00]")]
    [InlineData(false, "100%|####| 50/50 [00:05<00:00]", "{'loss': 3}")] // of the data, or of the training at its end
    [InlineData(true, "  2%|#   | 2/90 [00:05<00:00]", "{'loss': 3}")]
    [InlineData(true, "100%|####| 50/50 [00:05<00:00]", "{'loss': 3}", "{'loss': 2}")]
    public void One_line_alone_may_not_tell_how_many_steps_there_were(bool expected, params string[] lines) =>
        Assert.Equal(expected, Fed(lines.Select((l, i) => (l, i * 1.0))).IsCertain);

    private static IEnumerable<(string Line, double Seconds)> Steps(IEnumerable<double> times) =>
        times.Select((t, i) => ($"step {i + 1} loss 1", t));

    private static StepCounter Fed(IEnumerable<(string Line, double Seconds)> lines)
    {
        var counter = new StepCounter(50);
        var parser = new MetricParser();
        foreach ((string line, double seconds) in lines)
        {
            IReadOnlyList<VastMetric> read = parser.Read(new LogLine(line, null));
            counter.Add(parser.Bar, read, s_begin.AddSeconds(seconds));
        }

        return counter;
    }
}
