using System.Text.Json;
using VastPS.Kernel.Logs;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Logs;

/// <summary>The parser on logs of real trainings, against what a careful reader found in them.</summary>
public sealed class CapturedLogTests
{
    // Data of the development machine: elsewhere the tables of MetricParserTests hold the same forms.
    private static readonly string? s_folder = Repo.SharedData is { } data && Directory.Exists(Path.Combine(data, "logs"))
        ? Path.Combine(data, "logs")
        : null;

    public static TheoryData<string> WithLoss =>
    [
        "nan-then-sigkill-8gpu.txt", "megatron-deepspeed-gpt2-cut.out", "megatron-ds-zero-short.out", "megatron-lm-gpt2-sigterm.out",
        "minimind-dpo.log", "lightning-ansi-train.out", "llama-factory-trainer_log.jsonl", "chatglm-tuning-trainer_log.jsonl",
        "diverged-lora-second-task.log", "hf-alignment-keyboardinterrupt-wandb.log", "nan-log-after-nvidia-smi.txt",
        "nanogpt-speedrun-baseline.log", "open-clip-slurm-16rank.err", "paddle-rec-train.log", "mmpose-none-log.json",
        "sb3-ppo-tables.log", "sigkill-9-torchrun.txt", "sigsegv-torchrun-8gpu.log", "t5-finetune-batch-loss.log",
        "trl-dpo-sigint.log", "trl-grpo.log", "trl-sft-buffered-cn.log", "trl-sft-qlora.log", "gnmt-multi-rank-oom.txt",
        "lightning-csv-gan-nan.csv", "mxnet-ssd-speed.log", "plain-csv-loss-no-step.csv", "ultralytics-results.csv",
        "verl-reinforce-logic-rl.log", "waveglow-dll-oom-16gpu.txt",
    ];

    public static TheoryData<string> WithNothing =>
    [
        "basicsr-eaddrinuse-rerun.out",
        "keras-gbk-crlf-errors.log", "nanogpt-oom-wandb-output.log", "verl-ray-assertion.log", "module-not-found-sge.err", "oumi-trl-oom.err", "slurm-cancelled-timelimit.err",
        "slurm-timelimit-attributeerror.err",
        "tf1-bert-ner.log", "tqdm-only-steps-per-second.log", "utf16-powershell-tee.log", "lsf-deepspeed-many-failures.err",
    ];

    [Theory]
    [MemberData(nameof(WithLoss))]
    public void The_losses_are_those_that_a_reader_finds(string name)
    {
        Assert.SkipWhen(s_folder is null, "There are no captured logs on this computer.");
        JsonElement truth = Truth(name);
        IReadOnlyList<VastMetric> losses = MetricNames.Series(Read(File.ReadAllBytes(Path.Combine(s_folder, name))), "loss");
        Assert.Equal(truth.GetProperty("count").GetInt32(), losses.Count);
        JsonElement[] expected = [.. truth.GetProperty("metrics").EnumerateArray()];
        VastMetric[] found = expected.Length < 6 || losses.Count <= 6 ? [.. losses] : [.. losses.Take(3), .. losses.TakeLast(3)];
        Assert.Equal(expected.Select(e => Loss(e.GetProperty("loss"))), found.Select(f => f.Value));
        if (expected[0].TryGetProperty("step", out JsonElement step) && step.ValueKind == JsonValueKind.Number)
        {
            Assert.Equal(expected.Select(e => (long?)e.GetProperty("step").GetInt64()), found.Select(f => f.Step));
        }
    }

    [Theory]
    [MemberData(nameof(WithNothing))]
    public void A_log_without_records_gives_no_loss(string name)
    {
        Assert.SkipWhen(s_folder is null, "There are no captured logs on this computer.");
        Assert.Empty(MetricNames.Series(Read(File.ReadAllBytes(Path.Combine(s_folder, name))), "loss"));
    }

    [Theory]
    [MemberData(nameof(WithLoss))]
    public void A_cut_anywhere_gives_the_beginning_of_the_same(string name)
    {
        Assert.SkipWhen(s_folder is null, "There are no captured logs on this computer.");
        byte[] log = File.ReadAllBytes(Path.Combine(s_folder, name));
        string[] whole = [.. Read(log).Select(m => m.ToString())];
        var chance = new Random(17);
        for (int i = 0; i < 8; i++)
        {
            int cut = chance.Next(log.Length);
            var reader = new LineReader();
            var parser = new MetricParser();
            List<VastMetric> first = [.. reader.Add(log.AsSpan(0, cut)).SelectMany(l => parser.Read(l))];
            Assert.Equal(whole.Take(first.Count), first.Select(m => m.ToString()));

            // What comes after is cut anew: from the last whole line, as after a lost link.
            var rest = new LineReader(reader.WholeBytes);
            List<VastMetric> second =
                [.. rest.Add(log.AsSpan((int)reader.WholeBytes)).Concat(rest.Finish()).SelectMany(l => parser.Read(l)), .. parser.Finish()];
            Assert.Equal(whole, first.Concat(second).Select(m => m.ToString()));
        }
    }

    [Theory]
    [InlineData("lightning-ansi-train.out", VastTrend.Falls)]
    [InlineData("llama-factory-trainer_log.jsonl", VastTrend.Falls)]
    [InlineData("nanogpt-speedrun-baseline.log", VastTrend.Falls)]
    [InlineData("hf-alignment-keyboardinterrupt-wandb.log", VastTrend.Falls)]
    [InlineData("trl-sft-buffered-cn.log", VastTrend.Falls)]
    [InlineData("megatron-deepspeed-gpt2-cut.out", VastTrend.Falls)]
    [InlineData("diverged-lora-second-task.log", VastTrend.Rises)]
    [InlineData("megatron-ds-zero-short.out", VastTrend.Unknown)]
    public void The_trend_is_what_a_reader_sees(string name, VastTrend expected)
    {
        Assert.SkipWhen(s_folder is null, "There are no captured logs on this computer.");
        Trend? trend = Trend.Of(MetricNames.Series(Read(File.ReadAllBytes(Path.Combine(s_folder, name))), "loss").Select(m => m.Value));
        Assert.Equal(expected, trend?.Verdict ?? VastTrend.Unknown);
    }

    private static List<VastMetric> Read(byte[] log)
    {
        var reader = new LineReader();
        var parser = new MetricParser();
        return [.. reader.Add(log).Concat(reader.Finish()).SelectMany(l => parser.Read(l)), .. parser.Finish()];
    }

    private static JsonElement Truth(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder!, name + ".truth.json"))).RootElement;

    private static double Loss(JsonElement value) => value.ValueKind == JsonValueKind.String ? double.NaN : value.GetDouble();
}
