using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>What a setting does to one part of an estimate, as a proportion: these hold whatever the constants are.</summary>
public sealed class ProportionTests
{
    private const string Llama = "meta-llama/Llama-2-7b-hf";

    [Fact]
    public void Sharded_weights_are_exchanged_in_each_micro_step_and_whole_copies_once()
    {
        Assert.InRange(Exchange(Sharded(4), 4) / Exchange(Sharded(1), 4), 3.9, 4.1); // what is computed meanwhile hides a little
        Assert.InRange(Exchange(d => d.GradientAccumulation = 4, 4) / Exchange(_ => { }, 4), 0.3, 1); // more hides behind four
        Assert.InRange(Exchange(_ => { }, 4) / Exchange(_ => { }, 2), 1.3, 3); // 3 of 4 parts against 1 of 2
        Assert.InRange(Exchange(Sharded(1), 4) / Exchange(_ => { }, 4), 1.3, 3); // twice the weights, and the gradients once
        Assert.Equal(0, Exchange(_ => { }, 1));

        static Action<WorkloadDraft> Sharded(int accumulation) =>
            d => (d.Sharding, d.GradientAccumulation) = (VastSharding.Zero3, accumulation);
    }

    [Fact]
    public void Where_nobody_knows_of_NVLink_only_the_optimistic_case_has_it()
    {
        Three with = Of(true), without = Of(false), unknown = Of(null);
        Assert.Equal((with.Optimistic, without.Base, without.Pessimistic), (unknown.Optimistic, unknown.Base, unknown.Pessimistic));
        Assert.True(with.Base < without.Base);

        static Three Of(bool? nvlink) => Parts(VastRunMethod.Full, _ => { }, 2, nvlink)["Exchange"];
    }

    [Fact]
    public void What_lies_in_RAM_is_brought_in_each_micro_step_and_gradients_once()
    {
        Assert.Equal(4, Hosted(VastOffload.Activations, 4) / Hosted(VastOffload.Activations, 1), 1e-9);
        Assert.Equal(1, Hosted(VastOffload.Optimizer, 4) / Hosted(VastOffload.Optimizer, 1), 1e-9);
        double both = Hosted(VastOffload.Optimizer | VastOffload.Parameters, 1), states = Hosted(VastOffload.Optimizer, 1);
        Assert.Equal(2, both / states, 1e-9); // two passes of the weights, gradients down and weights up
        Assert.InRange(Hosted(VastOffload.Optimizer | VastOffload.Parameters, 4) / both, 2.5, 10);

        static double Hosted(VastOffload what, int accumulation) =>
            Exchange(d => (d.Offload, d.GradientAccumulation) = (what, accumulation), 1);
    }

    [Theory]
    [InlineData(VastSharding.None, 1)]
    [InlineData(VastSharding.Zero1, 4)]
    [InlineData(VastSharding.Zero2, 4)]
    [InlineData(VastSharding.Zero3, 4)]
    public void An_optimizer_that_is_spread_steps_on_its_own_part(VastSharding sharding, double times) => Assert.Equal(
        times,
        Part("Optimizer", VastRunMethod.Full, _ => { }, 4) / Part("Optimizer", VastRunMethod.Full, d => d.Sharding = sharding, 4),
        1e-9);

    [Fact]
    public void A_whole_value_model_is_trained_as_well()
    {
        Assert.Equal(
            2, Part("Optimizer", VastRunMethod.PPO, _ => { }) / Part("Optimizer", VastRunMethod.GRPO, _ => { }), 1e-9);
        Assert.Equal(
            1,
            Part("Optimizer", VastRunMethod.PPO, d => d.AdapterRank = 16) / Part("Optimizer", VastRunMethod.GRPO, d => d.AdapterRank = 16),
            1e-9);
    }

    [Fact]
    public void Traffic_and_launches_follow_what_is_computed()
    {
        double plain = Part("Memory traffic", VastRunMethod.Full, _ => { });
        Assert.True(Part("Memory traffic", VastRunMethod.Full, d => d.Loss = VastLoss.Fused) < plain);
        Assert.True(Part("Memory traffic", VastRunMethod.Full, d => d.FusedKernels = true) < plain);
        Assert.True(Part("Memory traffic", VastRunMethod.Full, d => d.Attention = VastAttention.Eager) > plain);
        Assert.True(Part("Memory traffic", VastRunMethod.Full, d => d.Checkpointing = VastCheckpointing.None) < plain);
        double mixed = Part("Memory traffic", VastRunMethod.Full, d => d.Precision = VastPrecision.Mixed);
        Assert.InRange(mixed, plain, Part("Memory traffic", VastRunMethod.Full, d => d.Precision = VastPrecision.FP32));
        Assert.NotEqual(plain, mixed);
        Assert.True(
            Part("Memory traffic", VastRunMethod.QLoRA, _ => { })
            > Part("Memory traffic", VastRunMethod.LoRA, d => d.Quantization = VastQuantization.None));
        Assert.True(
            Part("Memory traffic", VastRunMethod.LoRA, d => d.Quantization = VastQuantization.Int4)
            > Part("Memory traffic", VastRunMethod.LoRA, d => d.Quantization = VastQuantization.NF4));
        Assert.True(
            Part("Kernel launches", VastRunMethod.Full, d => d.Sharding = VastSharding.Zero3, 2)
            > Part("Kernel launches", VastRunMethod.Full, _ => { }, 2));
        Assert.True(
            Part("Kernel launches", VastRunMethod.Full, d => d.Checkpointing = VastCheckpointing.None)
            < Part("Kernel launches", VastRunMethod.Full, _ => { }));
    }

    [Fact]
    public void A_pass_without_training_grows_with_tokens_and_with_the_vocabulary()
    {
        StepModel small = Model(32000), large = Model(64000);
        Assert.Equal(2, small.ForwardSeconds(2000).Base / small.ForwardSeconds(1000).Base, 1e-9);
        Assert.True(large.ForwardSeconds(1000).Base > small.ForwardSeconds(1000).Base);

        static StepModel Model(int tokens) =>
            new(Works.Of(Llama, VastRunMethod.Full, d => Widen(d, tokens)), GpuTable.Find("A100 SXM4", 80)!, 1, false);

        // More words are more parameters: of the same number the layers would have fewer.
        static void Widen(WorkloadDraft draft, int tokens)
        {
            draft.ParameterCount += 2 * (tokens - draft.VocabSize!.Value) * (long)draft.HiddenSize!.Value;
            draft.VocabSize = tokens;
        }
    }

    [Fact]
    public void Only_a_model_that_is_split_for_generation_is_read_by_all_GPUs()
    {
        Assert.True(Token(VastRunMethod.Inference, VastSharding.Zero3, 4) < 0.5 * Token(VastRunMethod.Inference, VastSharding.Zero3, 1));
        Assert.Equal(Token(VastRunMethod.Inference, VastSharding.None, 1), Token(VastRunMethod.Inference, VastSharding.None, 4));
        Assert.Equal(Token(VastRunMethod.GRPO, VastSharding.Zero3, 1), Token(VastRunMethod.GRPO, VastSharding.Zero3, 4));

        static double Token(VastRunMethod method, VastSharding sharding, int gpus) =>
            Decode(Llama, method, d => (d.Sharding, d.Engine) = (sharding, VastEngine.VLLM), gpus).TokenSeconds(1, Case.Base);
    }

    // Mixtral sends a token to 2 of 8 experts: one sequence reads 13 of its 47 billion parameters, many read them all.
    [Fact]
    public void One_sequence_reads_the_experts_that_it_is_sent_to()
    {
        DecodeModel decode = Decode("mistralai/Mixtral-8x7B-v0.1", VastRunMethod.Inference, d => d.Engine = VastEngine.VLLM, 1);
        Assert.InRange(decode.TokenSeconds(64, Case.Base) / decode.TokenSeconds(1, Case.Base), 2.8, 4.5);
        Assert.Equal(2, decode.PrefillSeconds(2000, Case.Base) / decode.PrefillSeconds(1000, Case.Base), 1e-9);
    }

    // A small model waits for the launches of its kernels: most with unpacking, least as a recorded graph.
    [Fact]
    public void A_small_model_is_as_fast_as_its_kernels_are_launched()
    {
        double eager = Token(VastEngine.Generate, VastQuantization.None), packed = Token(VastEngine.Generate, VastQuantization.NF4);
        Assert.Equal(24 * 0.9e-3, eager, 1e-9);
        Assert.Equal(24 * 1.5e-3, packed, 1e-9);
        Assert.True(Token(VastEngine.VLLM, VastQuantization.None) < eager / 4);

        static double Token(VastEngine engine, VastQuantization quantization) => Decode(
            "Qwen/Qwen2.5-0.5B",
            VastRunMethod.Inference,
            d => (d.Engine, d.Quantization) = (engine, quantization),
            1).TokenSeconds(1, Case.Base);
    }

    [Theory]
    [InlineData(VastSharding.Zero3, 4, 1, VastPrecision.BF16, 0.25)]
    [InlineData(VastSharding.None, 4, 1, VastPrecision.BF16, 1)]
    [InlineData(VastSharding.None, 1, 3, VastPrecision.BF16, 3)]
    [InlineData(VastSharding.None, 1, 1, VastPrecision.FP32, 2)]
    public void The_cache_of_generation_grows_with_sequences_and_width_and_is_split_with_the_model(
        VastSharding sharding, int gpus, int batch, VastPrecision precision, double times)
    {
        Assert.Equal(times, Cache(sharding, gpus, batch, precision) / Cache(VastSharding.None, 1, 1, VastPrecision.BF16), 1e-6);

        static double Cache(VastSharding sharding, int gpus, int batch, VastPrecision precision) => new VramModel(
            Works.Of(Llama, VastRunMethod.Inference, d => (d.Sharding, d.BatchSize, d.Precision) = (sharding, batch, precision)), gpus)
            .Require().Terms.Single(t => t.Name == "KV cache").BaseBytes;
    }

    [Theory]
    [InlineData("Reference model", VastRunMethod.DPO, 0)]
    [InlineData("Reference model", VastRunMethod.PPO, 0)]
    [InlineData("Reward model", VastRunMethod.PPO, 0)]
    [InlineData("Reward model", VastRunMethod.PPO, 16)]
    [InlineData("Value model", VastRunMethod.PPO, 16)]
    public void Other_models_are_spread_as_the_policy_is(string term, VastRunMethod method, int rank)
    {
        Assert.Equal(4, Bytes(VastSharding.None) / Bytes(VastSharding.Zero3), 1e-6);

        double Bytes(VastSharding sharding) => new VramModel(
            Works.Of("Qwen/Qwen2.5-1.5B", method, d => (d.Sharding, d.AdapterRank) = (sharding, rank)), 4)
            .Require().Terms.Single(t => t.Name == term).BaseBytes;
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(4, 1, 2)]
    [InlineData(2, 2, 2)]
    [InlineData(0, 1, 0)]
    public void Each_process_has_its_loaders(int workers, int gpus, double times)
    {
        Assert.Equal(times, Loaders(workers, gpus) / Loaders(2, 1), 1e-6);

        static double Loaders(int workers, int gpus) => new RamModel(
            Works.Of("Qwen/Qwen2.5-3B", VastRunMethod.GRPO, d => (d.Offload, d.Workers) = (VastOffload.Optimizer, workers)), gpus)
            .Require().Terms.SingleOrDefault(t => t.Name == "Data loader workers")?.BaseBytes ?? 0;
    }

    private static DecodeModel Decode(string model, VastRunMethod method, Action<WorkloadDraft> more, int gpus)
    {
        VastWorkload work = Works.Of(model, method, more);
        return new DecodeModel(work, work.Shape, GpuTable.Find("A100 SXM4", 80)!, gpus);
    }

    private static double Exchange(Action<WorkloadDraft> more, int gpus) => Part("Exchange", VastRunMethod.Full, more, gpus);

    private static double Part(string name, VastRunMethod method, Action<WorkloadDraft> more, int gpus = 1) =>
        Parts(method, more, gpus, false).TryGetValue(name, out Three seconds) ? seconds.Base : 0;

    private static Dictionary<string, Three> Parts(VastRunMethod method, Action<WorkloadDraft> more, int gpus, bool? nvlink) =>
        new StepModel(Works.Of(Llama, method, more), GpuTable.Find("A100 SXM4", 80)!, gpus, nvlink).Parts()
            .ToDictionary(p => p.Name, p => p.Seconds);
}
