using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>Laws that hold wherever one looks: no estimate jumps, falls where the work grows, or has its ends crossed.</summary>
public sealed class EstimateGridTests
{
    private static readonly string[] s_models =
    [
        "openai-community/gpt2",
        "Qwen/Qwen2.5-7B", "google/gemma-2-9b", "meta-llama/Llama-2-70b-hf", "mistralai/Mixtral-8x7B-v0.1", "deepseek-ai/DeepSeek-V2-Lite",
        "google-bert/bert-base-uncased",
        "google/flan-t5-xl", "openai/whisper-small", "google/vit-base-patch16-224", "stabilityai/stable-diffusion-xl-base-1.0",
    ];

    public static TheoryData<VastRunMethod> Methods => [.. Enum.GetValues<VastRunMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_three_cases_are_in_order_and_their_lines_add_up(VastRunMethod method)
    {
        foreach (VastWorkload work in Grid(method))
        {
            foreach (int gpus in new[] { 1, 2, 8 })
            {
                foreach (Requirement need in new[]
                    {
                    new VramModel(work, gpus).Require(),
                    new RamModel(work, gpus).Require(),
                    new DiskModel(work, gpus).Require()
                })
                {
                    string at = $"{work} {work.Loss} {work.Checkpointing} {work.Sharding} on {gpus}: {need.Bytes}";
                    Assert.True(
                        0 < need.Bytes.Optimistic && need.Bytes.Optimistic <= need.Bytes.Base && need.Bytes.Base <= need.Bytes.Pessimistic,
                        at);
                    Assert.All(
                        need.Terms,
                        t => Assert.True(t.OptimisticBytes >= 0 && t.BaseBytes >= 0 && t.PessimisticBytes >= 0, $"{at} {t.Name}"));
                    Assert.Equal(
                        (need.Bytes.Optimistic, need.Bytes.Base, need.Bytes.Pessimistic),
                        (
                            need.Terms.Sum(t => t.OptimisticBytes),
                            need.Terms.Sum(t => t.BaseBytes),
                            need.Terms.Sum(t => t.PessimisticBytes)));
                }

                Three step = Seconds(work, gpus);
                Assert.True(
                    0 < step.Optimistic && step.Optimistic <= step.Base && step.Base <= step.Pessimistic, $"{work} on {gpus}: {step}");
            }
        }
    }

    // A larger batch takes more memory and time, and never more than in proportion: what is there anyway is shared.
    [Theory]
    [MemberData(nameof(Methods))]
    public void Memory_and_time_follow_the_batch_without_a_jump(VastRunMethod method) =>
        Follows(method, (d, size) => d.BatchSize = size, 1);

    // Scores of eager attention and the attention of every step grow with the square, nothing grows faster.
    [Theory]
    [MemberData(nameof(Methods))]
    public void Memory_and_time_follow_the_length_without_a_jump(VastRunMethod method) =>
        Follows(method, (d, size) => d.SequenceLength = 96 * size, 2);

    [Theory]
    [InlineData(VastRunMethod.LoRA)]
    [InlineData(VastRunMethod.QLoRA)]
    public void Memory_and_time_follow_the_rank_without_a_jump(VastRunMethod method) =>
        Follows(method, (d, size) => d.AdapterRank = size, 1);

    [Theory]
    [InlineData(VastRunMethod.Full)]
    [InlineData(VastRunMethod.LoRA)]
    [InlineData(VastRunMethod.QLoRA)]
    [InlineData(VastRunMethod.GRPO)]
    public void A_larger_model_of_a_family_needs_more(VastRunMethod method)
    {
        VastWorkload[] family = [.. new[] { "0.5B", "1.5B", "3B", "7B", "14B", "32B", "72B" }.Select(
            s => Works.Of("Qwen/Qwen2.5-" + s, method, d => d.Optimizer = VastOptimizer.AdamW8bit))];

        foreach ((VastWorkload small, VastWorkload large) in family.Zip(family.Skip(1)))
        {
            Never(Less, Needed(small, 1), Needed(large, 1), $"{small} and {large}");

            // Generating is bound by the launches of the layers: the 3B has more of them than the 7B.
            if (method != VastRunMethod.GRPO)
            {
                Never(Less, Seconds(small, 1), Seconds(large, 1), $"{small} and {large}");
            }
        }
    }

    [Theory]
    [InlineData(VastSharding.Zero1)]
    [InlineData(VastSharding.Zero2)]
    [InlineData(VastSharding.Zero3)]
    public void Spread_over_more_GPUs_each_needs_less(VastSharding sharding)
    {
        foreach (string model in s_models)
        {
            VastWorkload work = Works.Of(model, VastRunMethod.Full, d => d.Sharding = sharding);
            foreach (int gpus in new[] { 2, 4, 8, 16, 32 })
            {
                Never((a, b) => b > a, Needed(work, gpus), Needed(work, 2 * gpus), $"{work} on {gpus} and twice as many");
            }
        }
    }

    // From one size to the next the requirement may not fall, and not rise by more than the size to this power does.
    private static void Follows(VastRunMethod method, Action<WorkloadDraft, int> set, int power)
    {
        int[] sizes = [8, 9, 12, 16, 17, 24, 32, 48, 64];
        foreach (string model in s_models)
        {
            foreach (VastLoss loss in method == VastRunMethod.Inference
                ? new[] { VastLoss.None }
                : [VastLoss.Materialized, VastLoss.FusedLinear])
            {
                VastWorkload[] row = [.. sizes.Select(size => Works.Of(model, method, d =>
                {
                    d.BatchSize = 2;
                    d.SequenceLength = 768;
                    d.CompletionLength = method is VastRunMethod.PPO or VastRunMethod.GRPO ? 256 : null;
                    d.Loss = loss;
                    set(d, size);
                }))];
                for (int i = 1; i < row.Length; i++)
                {
                    double most = Math.Pow((double)sizes[i] / sizes[i - 1], power);
                    string at = $"{row[i - 1]} ({loss}) from {sizes[i - 1]} to {sizes[i]}";
                    Never(Less, Needed(row[i - 1], 1), Needed(row[i], 1), at);
                    Never((a, b) => b > (a * most) + 64, Needed(row[i - 1], 1), Needed(row[i], 1), at);
                    Never(Less, Seconds(row[i - 1], 1), Seconds(row[i], 1), at);
                    Never((a, b) => b > a * most * 1.0001, Seconds(row[i - 1], 1), Seconds(row[i], 1), at);
                }
            }
        }
    }

    private static bool Less(double before, double after) => after < before;

    private static void Never(Func<double, double, bool> wrong, Three before, Three after, string at)
    {
        foreach (Case c in Enum.GetValues<Case>())
        {
            Assert.False(wrong(before[c], after[c]), $"{at}: {c} {before[c]} -> {after[c]}");
        }
    }

    private static Three Needed(VastWorkload work, int gpus)
    {
        VastRange bytes = new VramModel(work, gpus).Require().Bytes;
        return new Three(bytes.Optimistic, bytes.Base, bytes.Pessimistic);
    }

    private static Three Seconds(VastWorkload work, int gpus) =>
        new StepModel(work, GpuTable.Find("A100 SXM4", 80)!, gpus, hasNvlink: true).Seconds();

    private static IEnumerable<VastWorkload> Grid(VastRunMethod method)
    {
        bool trains = method != VastRunMethod.Inference;
        return
            from model in s_models
            from precision in Enum.GetValues<VastPrecision>()
            from sharding in trains ? Enum.GetValues<VastSharding>() : [VastSharding.None, VastSharding.Zero3]
            from checkpointing in trains ? Enum.GetValues<VastCheckpointing>() : [VastCheckpointing.None]
            from loss in trains ? new[] { VastLoss.Materialized, VastLoss.Fused, VastLoss.FusedLinear } : [VastLoss.None]
            from variable in new[] { false, true }
            select Works.Of(model, method, d =>
            {
                d.Precision = precision;
                d.Sharding = sharding;
                d.Checkpointing = checkpointing;
                d.Loss = loss;
                d.VariableLengths = variable;
                d.BatchSize = 3;
                d.SequenceLength = 448;
            });
    }
}
