using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class MetricParserTests
{
    [Theory]
    [InlineData(
        "{'loss': 2.31, 'grad_norm': 4.9, 'learning_rate': 1e-05, 'epoch': 0.2}", "loss=2.31 grad_norm=4.9 learning_rate=1E-05 epoch=0.2")]
    [InlineData("{'loss': '2.31', 'grad_norm': 'nan'}", "loss=2.31 grad_norm=NaN")]
    [InlineData("{'loss': inf, 'reward': -Infinity}", "loss=∞ reward=-∞")]
    [InlineData("  3%|  | 8/1524 [01:55<6:00, 14.2s/it]{'loss': 3.0, 'epoch': 0.1}", "loss=3 epoch=0.1")]
    [InlineData("""{"current_steps": 10, "total_steps": 6750, "loss": 2.2, "reward": null}""", "@10 total_steps=6750 loss=2.2")]
    [InlineData("""{"mode": "train", "iter": 7, "loss": NaN}""", "@7 loss=NaN")]
    [InlineData("step 5 loss 2.5", "@5 loss=2.5")]
    [InlineData("iter 0: loss 4.2522, time 3312.10ms, mfu -100.00%", "@0 loss=4.2522 time=3312.1 mfu=-100")]
    [InlineData(
        "step:1/20000 train_loss:7.2337 train_time:133ms step_avg:132.84ms tok/s:2960032",
        "@1 train_loss=7.2337 train_time=133 step_avg=132.84 tok/s=2960032")]
    [InlineData(
        "step    3/200 | loss 7.125 (+nanz)| norm 1.25 (+nanz)| lr 1.5e-06 | 20.11 ms | 812,345 tok/s",
        "@3 loss=7.125 norm=1.25 lr=1.5E-06 tok/s=812345")]
    [InlineData(
        "\x1b[31m[titan] 2024-08-12 15:49:54,123 - root - INFO - step: 10  loss: 10.83  memory: 8.6GiB(9%)  tps: 2,043\x1b[0m",
        "@10 loss=10.83 memory=8.6 tps=2043")]
    [InlineData("step:3 - actor/pg_loss:-0.375 - critic/rewards/mean:0.125", "@3 actor/pg_loss=-0.375 critic/rewards/mean=0.125")]
    [InlineData("(main_task pid=12) step=4 reward=0.5 kl=1e-3", "@4 reward=0.5 kl=0.001")]
    [InlineData(
        " iteration       20/    1000 | lm loss: 1.203115E+01 | grad norm: 4.277 | number of nan iterations:   0 |",
        "@20 lm_loss=12.03115 grad_norm=4.277 number_of_nan_iterations=0")]
    [InlineData("Epoch 3 | iter 12 step 3 | loss train: 2.5, val: n/a | iter time: 36.5 ms", "@12 epoch=3 loss_train=2.5 iter_time=36.5")]
    [InlineData("2025-03-02 05:16:20,962 - INFO - Epoch 1 - Batch loss: 12.1336", "epoch=1 batch_loss=12.1336")]
    [InlineData("Epoch:[1/1](20/4292), loss: 0.6605", "@20 epoch=1 loss=0.6605")]
    [InlineData("loss=nan", "loss=NaN")]
    [InlineData("{'loss': np.float64(1.25), 'grad_norm': numpy.float32(inf), 'step': 4}", "@4 loss=1.25 grad_norm=∞")]
    [InlineData("{'loss': np.float64(nan)}", "loss=NaN")]
    [InlineData("iter 9 loss tensor(0.75, device='cuda:1', grad_fn=<MeanBackward0>)", "@9 loss=0.75")]
    [InlineData("Loss: tensor(nan, device='cuda:0')", "loss=NaN")]
    [InlineData("Epoch 2:   5%|5 | 3/60 [00:01<00:20, 2.9it/s, train_loss=nan.0]", "@3 epoch=2 train_loss=NaN")]
    [InlineData("[INFO|trainer.py:1812] 2024-03-01 08:00:00,001 >>   Gradient Accumulation steps = 4", "")]
    [InlineData("[INFO|trainer.py:1813] 2024-03-01 08:00:00,001 >>   Total optimization steps = 1,250", "")]
    [InlineData("  Number of warmup steps = 30", "")]
    [InlineData("INFO:absl:  Num steps = 8242", "")]
    [InlineData("(main_task pid=7) Total training steps: 560", "")]
    [InlineData("Namespace(steps=300, lr=0.1, batch=4, epochs=2)", "")]
    [InlineData("  gradient_accumulation_steps .. 16", "")]
    [InlineData("steps=300, lr=0.1", "")]
    [InlineData("train:  20%|##   | 80/400 [00:08<00:32, 9.9it/s, loss=1.5]", "@80 loss=1.5")]
    [InlineData("steps:  12%|#   | 60/500 [00:10<01:00, 1.2s/it, avr_loss=0.25, lr=1e-4]", "@60 avr_loss=0.25 lr=0.0001")]
    [InlineData("Evaluating:  50%|##  | 5/10 [00:01<00:01, 5.0it/s, loss=0.5]", "")]
    [InlineData("07/04/2024 09:30:00 - INFO - root - loss: 1.5, lr: 1e-4", "loss=1.5 lr=0.0001")]
    [InlineData("2024/07/04 09:30:00 loss: 1.5", "loss=1.5")]
    [InlineData("07/04 09:30:00 - exp - INFO - Epoch(train) [1][20/80] loss: 1.5", "@20 epoch=1 loss=1.5")]
    [InlineData("[2024-07-04 09:30:00,123] [INFO] [engine.py:77:step_log] loss: 1.5 step: 7", "@7 loss=1.5")]
    [InlineData("{'update': 8.35, 'loss': '1.5', 'num_updates': '400'}", "@400 loss=1.5")]
    [InlineData("step:15K ep:2 loss:0.25", "@15000 ep=2 loss=0.25")]
    [InlineData("step 1,250 loss 1.5", "@1250 loss=1.5")]
    [InlineData("Epoch [2/10] loss: 1.5", "epoch=2 loss=1.5")]
    [InlineData("training step 5: loss 1.5", "@5 loss=1.5")]
    [InlineData("step 40: train loss 2.5, val loss 2.75", "@40 train_loss=2.5 val_loss=2.75")]
    [InlineData("[eval] step 40 loss 2.5", "@40 eval_loss=2.5")]
    [InlineData("step=10 loss=2.5 extra={'gpu': 0, 'mem': 12.5}", "@10 loss=2.5 mem=12.5")]
    [InlineData("Step 7 | loss :: 2.5", "@7 loss=2.5")]
    [InlineData("{'loss': 1.5, 'global_step/max_steps': '16/135'}", "@16 loss=1.5")]
    [InlineData("wandb:          train/loss 1.5", "")]
    [InlineData("Epoch 3/10, Iteration 20/500, D loss: 0.5, G loss: 1.25", "@20 epoch=3 d_loss=0.5 g_loss=1.25")]
    [InlineData("[Epoch 1/200] [Batch 5/938] [D loss: 0.5] [G loss: 0.75]", "@5 epoch=1 d_loss=0.5 g_loss=0.75")]
    [InlineData("Step #1,000/50,000 loss 3.25 123.5k tok/s", "@1000 loss=3.25 tok/s=123500")]
    [InlineData("Saved checkpoint at step 500 (loss 0.5)", "")] // repeats what was told
    [InlineData("Loaded checkpoint: epoch 3, loss 0.5", "epoch=3")]
    [InlineData("Early stopping at step 1200: best loss 0.5", "@1200 best_loss=0.5")]
    [InlineData("| step 10 | loss 0.5 | lr 1e-4 |", "@10 loss=0.5 lr=0.0001")]
    [InlineData("{'train/loss': 1.25, 'train/epoch': 0.5, 'train/global_step': 100}", "@100 train/loss=1.25 train/epoch=0.5")]
    [InlineData("""{"metrics": {"loss": 1.25, "lr": 0.5}, "step": 7}""", "@7 loss=1.25 lr=0.5")]
    [InlineData("""{"mode": "val", "loss": 1.25, "step": 7}""", "@7 eval_loss=1.25")]
    [InlineData("""{"key": "train_loss", "value": 1.25, "metadata": {"step_num": 10}}""", "@10 train_loss=1.25")]
    [InlineData("""DLLL {"type": "LOG", "step": [0, 10], "data": {"train_loss": 1.25}}""", "@10 train_loss=1.25")]
    [InlineData("DLL 2026-01-02 03:04:05.1 - (0, 7) train_loss : 0.5", "@7 train_loss=0.5")]
    [InlineData("{'loss': [0.5, 0.25], 'acc': [0.5, 0.75]}", "")] // a history
    [InlineData("{'steps': 50, 'lr': 0.001}", "")]
    [InlineData("train: loss 0.5 acc 0.25 | val: loss 0.75 acc 0.5", "loss=0.5 acc=0.25 eval_loss=0.75 eval_acc=0.5")]
    [InlineData("Test Error: \n Accuracy: 45.0%, Avg loss: 2.5", "eval_accuracy=45 eval_avg_loss=2.5")]
    [InlineData("***** Evaluating perplexity *****\n   \nloss: 0.5", "eval_loss=0.5")] // a line of blanks has no last sign
    [InlineData("train.py:212 loss: 0.5 main.py 193", "loss=0.5")]
    [InlineData("GPT-2 loss: 0.5 at 10.0.0.1", "gpt_2_loss=0.5")]
    [InlineData("loss=1,234.5 acc 1,2,3", "loss=1234.5 acc=1")]
    [InlineData("loss: 1e400 grad_norm: -1E-400", "loss=∞ grad_norm=-0")]
    [InlineData("Loss:     \t 0.5", "loss=0.5")]
    [InlineData("Epoch\t1\tLoss\t0.5\tAcc\t0.75", "epoch=1 loss=0.5 acc=0.75")]
    [InlineData(
        "[train: 3, 120 / 125] FPS: 21.5 (18.0)  ,  Loss/total: 0.5  ,  Loss/bbox: 0.25",
        "@120 epoch=3 fps=21.5 loss/total=0.5 loss/bbox=0.25")]
    [InlineData("损失 loss：0.5", "loss=0.5")]
    [InlineData("  initial_loss_scale .............................. 4294967296", "")]
    [InlineData("seed: 42", "")]
    [InlineData("torch 2.1.0 on 2024-01-01 12:30:11", "")]
    [InlineData("100%|██████████| 50/50 [00:10<00:00, 5.0it/s]", "")]
    [InlineData("""{"lr": 0.001, "seed": 42}""", "")]
    [InlineData("Sequence of nan found in loss computation", "")]
    [InlineData("{'loss': 2.3", "")]
    [InlineData("", "")]
    public void A_line_gives_its_metrics(string line, string expected) => Assert.Equal(expected, ReadLog.Shown(line + "\n"));

    [Fact]
    public void The_rows_of_a_table_are_one_record()
    {
        IReadOnlyList<VastMetric> read = ReadLog.Of("""
            ------------------------------
            | time/              |       |
            |    total_timesteps | 16384 |
            | train/             |       |
            |    loss            | -0.01 |
            |    std             | 1.01  |
            ------------------------------
            | a | 1 |
            ------------------------------

            """);
        Assert.Equal("@16384 loss=-0.01 std=1.01", ReadLog.Shown(read));
    }

    [Fact]
    public void The_rows_under_a_heading_of_Ultralytics_are_records()
    {
        const string Rows = "      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size\n"
            + "       2/50       2.1G     0.5     nan         14        640:  30%|###  | 3/10 [00:01<00:02,  3.1it/s]\n"
            + "       2/50       2.1G     0.75    0.25        14        640: 100% ━━━━ 10/10 3.1it/s 3.2s\n"
            + "                   all        128        929       0.64      0.537\n";
        Assert.Equal(
            "@3 epoch=2 gpu_mem=2.1 box_loss=0.5 cls_loss=NaN instances=14 size=640 "
            + "@10 epoch=2 gpu_mem=2.1 box_loss=0.75 cls_loss=0.25 instances=14 size=640", ReadLog.Shown(Rows));
    }

    [Theory]
    [InlineData(@"E(?<step>\d+)=(?<loss>\S+)", "E7=2.5 E8=nan", "@7 loss=2.5 @8 loss=NaN")]
    [InlineData(@"(?<name>\w+) is (?<value>[\d.]+)", "Train Loss is 3.5", "loss=3.5")]
    [InlineData(@"(?<reward>none)", "none step 3 loss 2", "")]
    public void A_pattern_says_what_is_read(string pattern, string line, string expected) =>
        Assert.Equal(expected, ReadLog.Shown(ReadLog.Of(line + "\n", new Regex(pattern))));

    [Fact]
    public void A_pattern_that_runs_wild_gives_nothing_and_ends() =>
        Assert.Empty(
            ReadLog.Of(new string('a', 5000) + "!\n", new Regex(@"^(a+)+(?<loss>\d)$", RegexOptions.None, TimeSpan.FromMilliseconds(20))));

    // Each took half a minute and more where a line was tried again from every character.
    [Theory]
    [InlineData("1")]
    [InlineData("a@")]
    [InlineData("loss ")]
    [InlineData("[1/")]
    [InlineData("a=1,")]
    [InlineData("\"a\":")]
    public void A_line_without_end_does_not_hold_up_the_next(string part) =>
        Assert.EndsWith(
            "@7 loss=2",
            ReadLog.Shown(ReadLog.Of(string.Concat(Enumerable.Repeat(part, 64 * 1024 / part.Length)) + "\nstep 7 loss 2\n")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("2024-01-01T10:00:00Z step 1 loss 2", "2024-01-01T10:00:00.000+00:00")]
    [InlineData("2024-01-01 10:00:00,250 step 1 loss 2", "2024-01-01T10:00:00.250+00:00")]
    [InlineData("2024-01-01T10:00:00+02:00 step 1 loss 2", "2024-01-01T10:00:00.000+02:00")]
    public void The_time_of_a_line_is_its_own(string line, string expected) =>
        Assert.All(
            ReadLog.Of(line + "\n"),
            m => Assert.Equal(expected, m.Time!.Value.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture)));

    [Fact]
    public void A_line_without_a_time_has_that_of_its_arrival()
    {
        var arrived = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(arrived, Assert.Single(new MetricParser().Read(new LogLine("step 1 loss 2", null), arrived)).Time);
    }

    [Fact]
    public void Lines_are_cut_at_every_kind_of_end_and_know_where_they_begin()
    {
        byte[] log = Encoding.UTF8.GetBytes("bar 1\rbar 2\r\nloss: 1\n\n\x1b[1mloss: 2\x1b[0m\nloss: 3");
        for (int size = 1; size <= log.Length; size++)
        {
            var reader = new LineReader(100);
            List<LogLine> lines = [];
            for (int at = 0; at < log.Length; at += size)
            {
                lines.AddRange(reader.Add(log.AsSpan(at, Math.Min(size, log.Length - at))));
            }

            Assert.Equal([new("bar 1", 100), new("bar 2", 106), new("loss: 1", 113), new("loss: 2", 122)], lines);
            Assert.Equal(100 + log.Length - 7, reader.WholeBytes);
            Assert.Equal([new LogLine("loss: 3", 100 + log.Length - 7)], reader.Finish());
        }
    }

    [Fact]
    public void What_begins_inside_a_line_and_what_is_no_text_is_passed_over()
    {
        var reader = new LineReader(7, isMidLine: true);
        Assert.Equal(
            "loss=2",
            ReadLog.Shown([.. reader.Add([.. "ss: 9\n"u8, 0xff, 0xfe, 0, .. "\nloss: 2\n"u8]).SelectMany(l => new MetricParser().Read(l))]));
    }
}
