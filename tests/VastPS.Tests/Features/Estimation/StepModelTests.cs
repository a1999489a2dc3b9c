using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>The table of GPUs and the time of a step, against published figures.</summary>
public sealed class StepModelTests
{
    [Theory]
    [InlineData("RTX 4090", 24.0, 24564, 165.2)] // 330.3 TFLOPS dense with 16-bit accumulation in the Ada whitepaper, half with 32-bit
    [InlineData("RTX_4090", 48.0, 49140, 165.2)] // one name, two memory sizes
    [InlineData("a100 sxm4", 80.0, 81920, 312)] // A100 data sheet
    [InlineData("H100 SXM", 79.6, 81559, 989)] // H100 data sheet: 1979 with sparsity
    [InlineData("L40S", 45.0, 46068, 362)] // L40S data sheet: 733 with sparsity
    public void A_name_and_a_memory_size_give_a_row(string name, double vramGiB, int mib, double tflops)
    {
        GpuSpeed gpu = GpuTable.Find(name, vramGiB)!;
        Assert.Equal(mib, gpu.VramMiB);
        Assert.Equal(tflops, gpu.PeakTflops(VastPrecision.BF16));
    }

    [Fact]
    public void Every_row_is_usable()
    {
        Assert.True(GpuTable.All.Count() > 80);
        Assert.All(GpuTable.All, g =>
        {
            Assert.InRange(g.PeakTflops(VastPrecision.BF16), 1, 5000);
            Assert.InRange(g.PeakTflops(VastPrecision.FP32), 1, 2000);
            Assert.InRange(g.MatmulShare, 0.2, 0.9);
            Assert.InRange(g.MemoryGBps, 100, 10000);
        });
    }

    [Fact]
    public void An_unknown_name_has_no_speed() => Assert.Null(GpuTable.Find("RTX 9999", 24));

    [Theory]
    [InlineData(VastPrecision.FP32, "A100 SXM4", 156)] // TF32 in the A100 data sheet
    [InlineData(VastPrecision.FP32, "Tesla V100", 15.7)] // no TF32 before Ampere
    [InlineData(VastPrecision.BF16, "GTX 1080 Ti", 11.3)] // no tensor cores
    public void The_peak_follows_the_precision(VastPrecision precision, string name, double tflops) =>
        Assert.Equal(tflops, GpuTable.Find(name, null)!.PeakTflops(precision));

    // 2 operations a parameter and pass; the input embedding of 32000 x 4096 is looked up, not multiplied, and the head is not
    // computed again. Attention: 2 x 2048 x 4096 x 32 forward, two and a half times that backward (FlashAttention-2).
    [Theory]
    [InlineData(VastRunMethod.Full, VastCheckpointing.None, 3, 3, 3.5)]
    [InlineData(VastRunMethod.Full, VastCheckpointing.Full, 4, 3, 4.5)]
    [InlineData(VastRunMethod.LoRA, VastCheckpointing.None, 2, 2, 3.5)] // no gradient of frozen weights
    [InlineData(VastRunMethod.QLoRA, VastCheckpointing.Full, 3, 2, 4.5)]
    public void Operations_are_those_of_the_passes(
        VastRunMethod method, VastCheckpointing checkpointing, double passes, double head, double attention)
    {
        VastWorkload work =
            Works.Of("meta-llama/Llama-2-7b-hf", method, d => { d.Checkpointing = checkpointing; d.SequenceLength = 2048; });
        double table = 32000 * 4096.0;
        double expected = (2 * (6.738e9 - (2 * table)) * passes) + (2 * table * head) + (2.0 * 2048 * 4096 * 32 * attention);

        Assert.Equal(expected, new StepModel(work, GpuTable.Find("RTX 4090", 24)!, 1, false).FlopsPerToken(), expected * 0.002);
    }

    [Fact]
    public void The_parts_add_up_to_the_step()
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.GRPO, d => { d.AdapterRank = 16; d.GradientAccumulation = 4; });
        var model = new StepModel(work, GpuTable.Find("H100 SXM", 80)!, 2, hasNvlink: true);

        Assert.Equal(model.Seconds().Base, model.Parts().Sum(p => p.Seconds.Base), 1e-9);
        Assert.Equal(
            ["Generation", "Matrix products", "Attention", "Memory traffic", "Kernel launches", "Optimizer", "Exchange"],
            model.Parts().Select(p => p.Name));
        Assert.All(
            model.Parts(), p => Assert.True(p.Seconds.Optimistic <= p.Seconds.Base && p.Seconds.Base <= p.Seconds.Pessimistic, p.Name));
    }

    // Generating costs more than learning where a training framework generates token by token; an engine makes it several times faster.
    [Fact]
    public void Generation_bounds_reinforcement_unless_an_engine_does_it()
    {
        double slow = Generation(VastEngine.Generate, out double train);
        double fast = Generation(VastEngine.VLLM, out _);

        Assert.True(slow > train, $"{slow} s of generation, {train} s of training");
        Assert.True(slow > 2 * fast, $"{slow} s without, {fast} s with an engine");

        static double Generation(VastEngine engine, out double train)
        {
            VastWorkload work = Works.Of("Qwen/Qwen2.5-1.5B", VastRunMethod.GRPO, d => { d.BatchSize = 8; d.Engine = engine; });
            IReadOnlyList<StepPart> parts = new StepModel(work, GpuTable.Find("A100 SXM4", 80)!, 1, false).Parts();
            train = parts.Where(p => p.Name != StepModel.Generated).Sum(p => p.Seconds.Base);
            return parts.Single(p => p.Name == StepModel.Generated).Seconds.Base;
        }
    }

    // XiongjieDai/GPU-Benchmarks-on-LLM-Inference: Llama-3-8B in 16 bits, one stream: 54 tokens/s on a 4090, 47 on a 3090.
    [Theory]
    [InlineData("RTX 4090", 54.34)]
    [InlineData("RTX 3090", 46.51)]
    [InlineData("H100 PCIE", 67.79)]
    public void One_stream_is_bound_by_the_memory(string gpu, double tokensPerSecond)
    {
        VastWorkload work =
            Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.Inference, d => { d.SequenceLength = 1024; d.Engine = VastEngine.VLLM; });
        var decode = new DecodeModel(work, work.Shape, GpuTable.Find(gpu, null)!, 1);

        Assert.InRange(1 / decode.TokenSeconds(1, Case.Base) / tokensPerSecond, 0.75, 1.25);
        Assert.InRange(tokensPerSecond, 1 / decode.TokenSeconds(1, Case.Pessimistic), 1 / decode.TokenSeconds(1, Case.Optimistic));
    }

    [Fact]
    public void Offload_and_slow_links_cost_time()
    {
        double plain = Seconds(_ => { }, 1, false);
        Assert.True(Seconds(d => d.Offload = VastOffload.Optimizer, 1, false) > plain);
        Assert.True(Seconds(d => d.Sharding = VastSharding.Zero3, 4, false) > Seconds(d => d.Sharding = VastSharding.Zero3, 4, true));

        static double Seconds(Action<WorkloadDraft> more, int gpus, bool nvlink) =>
            new StepModel(
                Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, more), GpuTable.Find("A100 SXM4", 80)!, gpus, nvlink).Seconds().Base;
    }

    [Fact]
    public void Tokens_per_second_come_near_a_published_run()
    {
        // TinyLlama 1.1B, batch 4 x 2048, one A100 40 GB: 18300 tokens/s eager and 25421 compiled (litgpt,
        // extensions/thunder/README.md).
        ModelShape shape = new()
            { Layers = 22, HiddenSize = 2048, AttentionHeads = 32, KeyValueHeads = 4, HeadDim = 64, MlpWidth = 5632, VocabSize = 32000
        };
        VastWorkload work = Works.Custom(
            1_100_048_384,
            shape,
            VastRunMethod.Full,
            d => { d.Checkpointing = VastCheckpointing.None; d.SequenceLength = 2048; d.BatchSize = 4; });
        Three seconds = new StepModel(work, GpuTable.Find("A100 SXM4", 40)!, 1, hasNvlink: false).Seconds();
        Assert.InRange(4 * 2048 / seconds.Base, 18300, 25421);
        Assert.True(seconds.Optimistic < seconds.Base && seconds.Base < seconds.Pessimistic);
    }

    // QwenLM/Qwen README, one A100 80 GB each, 8 micro steps: full training with DeepSpeed ZeRO 3 on two, adapters on GPTQ codes on one.
    [Theory]
    [InlineData(VastRunMethod.Full, 512, 4.0)]
    [InlineData(VastRunMethod.Full, 1024, 4.5)]
    [InlineData(VastRunMethod.QLoRA, 256, 3.0)]
    [InlineData(VastRunMethod.QLoRA, 2048, 7.0)]
    public void Short_steps_of_hooks_and_unpacking_are_inside_the_range(VastRunMethod method, int length, double published)
    {
        ModelShape shape = new()
            { Layers = 32, HiddenSize = 4096, AttentionHeads = 32, KeyValueHeads = 32, HeadDim = 128, MlpWidth = 11008, VocabSize = 151936
        };
        VastWorkload work = Works.Custom(7_721_324_544, shape, method, d =>
        {
            (d.SequenceLength, d.GradientAccumulation) = (length, 8);
            if (method == VastRunMethod.Full)
            {
                (d.Precision, d.Sharding) = (VastPrecision.Mixed, VastSharding.Zero3);
            }
            else
            {
                (d.Quantization, d.AdapterRank) = (VastQuantization.Int4, 64);
            }
        });

        Three seconds =
            new StepModel(work, GpuTable.Find("A100 SXM4", 80)!, method == VastRunMethod.Full ? 2 : 1, hasNvlink: true).Seconds();

        Assert.InRange(published, seconds.Optimistic, seconds.Pessimistic);
    }
}
