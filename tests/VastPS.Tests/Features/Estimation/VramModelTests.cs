using FsCheck;
using FsCheck.Fluent;
using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class VramModelTests
{
    private static readonly string[] s_overhead = ["Fragmentation", "CUDA context", "Collective buffers"];

    // ibm PowerLM-3B as its config describes it: 40 layers of 2304, 36 heads, MLP 9216, 49152 tokens, tied.
    private static readonly ModelShape s_powerLm = new()
    {
        Layers = 40,
        HiddenSize = 2304, AttentionHeads = 36, KeyValueHeads = 36, HeadDim = 64, MlpWidth = 9216, VocabSize = 49152, TiedEmbeddings = true,
    };

    // What torch reports as peak allocation, so without allocator, context and collectives.
    // Measured points: foundation-model-stack/fms-acceleration, scripts/benchmarks/refs (packed batches, one A100 80 GB), and
    // Lightning-AI/litgpt, tutorials/resource-tables.md (Llama 2).
    [Fact]
    public void Full_training_of_Mistral_7B_peaks_at_the_optimizer_step()
    {
        VastWorkload work = Works.Of("mistralai/Mistral-7B-v0.1", VastRunMethod.Full, d =>
        {
            d.BatchSize = 4;
            d.SequenceLength = 4096;
        });

        Requirement need = new VramModel(work, 1).Require();

        Assert.Equal(67.45, AllocatedGiB(need), 0.01);      // measured 67.46
        Assert.Equal("Step", need.BindingMoment);
    }

    [Fact]
    public void Full_training_of_PowerLM_3B_peaks_before_the_step()
    {
        VastWorkload work = Works.Custom(3_512_000_000, s_powerLm, VastRunMethod.Full, d =>
        {
            d.BatchSize = 8;
            d.SequenceLength = 4096;
            d.Loss = VastLoss.Fused;
        });

        Requirement need = new VramModel(work, 1).Require();

        Assert.Equal(37.55, AllocatedGiB(need), 0.02 * 37.55);      // as measured
        Assert.NotEqual("Step", need.BindingMoment);
    }

    [Fact]
    public void LoRA_of_Llama_3_8B_is_half_logits()
    {
        VastWorkload work = Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.LoRA, d =>
        {
            d.BatchSize = 4;
            d.SequenceLength = 4096;
            d.AdapterTarget = ["q_proj", "k_proj", "v_proj", "o_proj"];
            d.Loss = VastLoss.Fused;
        });

        Requirement need = new VramModel(work, 1).Require();

        Assert.Equal(34.8, AllocatedGiB(need), 0.1);        // measured 35.06
        Assert.Equal(14.96, GiB(need, "Weights"), 0.01);
        Assert.Equal(4.00, GiB(need, "Activations"), 0.01);
        Assert.Equal(15.66, GiB(need, "Logits and loss"), 0.01);
    }

    [Fact]
    public void QLoRA_of_Llama_3_8B_with_a_chunked_loss_fits_in_15_GiB()
    {
        VastWorkload work = Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.QLoRA, d =>
        {
            d.BatchSize = 4;
            d.SequenceLength = 4096;
            d.AdapterTarget = ["q_proj", "k_proj", "v_proj", "o_proj"];
            d.Loss = VastLoss.FusedLinear;
        });

        Requirement need = new VramModel(work, 1).Require();

        Assert.Equal(14.4, AllocatedGiB(need), 0.3);        // measured 13.42
        Assert.Equal(5.61, GiB(need, "Weights"), 0.01);
        Assert.Equal(4.22, GiB(need, "Layer at work"), 0.01);
        Assert.Equal(0.33, GiB(need, "Dequantised layer"), 0.01);
    }

    [Fact]
    public void LoRA_of_Llama_2_7B_without_checkpointing_keeps_every_layer()
    {
        VastWorkload work = Works.Of("meta-llama/Llama-2-7b-hf", VastRunMethod.LoRA, d =>
        {
            d.SequenceLength = 1304;
            d.AdapterRank = 8;
            d.AdapterTarget = ["q_proj", "v_proj"];
            d.Checkpointing = VastCheckpointing.None;
        });

        Requirement need = new VramModel(work, 1).Require();

        Assert.Equal(19.84, AllocatedGiB(need), 0.05 * 19.84);      // as measured
    }

    // Bytes per parameter at the step, from the table in Hugging Face's memory anatomy and the measured 10.00 of Mistral-7B.
    [Theory]
    [InlineData(VastPrecision.BF16, VastOptimizer.AdamW, 10)]
    [InlineData(VastPrecision.BF16, VastOptimizer.AdamWFused, 8)]
    [InlineData(VastPrecision.BF16, VastOptimizer.Sgd, 4)]
    [InlineData(VastPrecision.BF16, VastOptimizer.Lion, 6)]
    [InlineData(VastPrecision.BF16, VastOptimizer.PagedAdamW, 12)]
    [InlineData(VastPrecision.Mixed, VastOptimizer.AdamW, 20)]
    [InlineData(VastPrecision.FP32, VastOptimizer.AdamWFused, 16)]
    public void The_step_holds_the_bytes_per_parameter_of_precision_and_optimizer(
        VastPrecision precision, VastOptimizer optimizer, double bytes)
    {
        // One token, so that no activation is larger than the states.
        VastWorkload work = Works.Of("meta-llama/Llama-2-7b-hf", VastRunMethod.Full, d =>
        {
            d.SequenceLength = 1;
            d.Precision = precision;
            d.Optimizer = optimizer;
        });

        Requirement need = new VramModel(work, 1).Require();
        double held = need.Terms.Where(t => t.Name is "Weights" or "Gradients" or "Optimizer states" or "Optimizer temporary")
            .Sum(t => (double)t.BaseBytes);

        Assert.Equal(bytes, held / work.ParameterCount, 0.001);
    }

    [Theory]
    [InlineData(VastSharding.None, 67.45 * 12 / 10)]        // DDP copies the gradients into its buckets
    [InlineData(VastSharding.Zero1, 67.45 * (2 + 2 + (6 / 4.0)) / 10)]
    [InlineData(VastSharding.Zero2, 67.45 * (2 + (8 / 4.0)) / 10)]
    public void Sharding_divides_states_over_the_GPUs(VastSharding sharding, double stepGiB)
    {
        VastWorkload work = Works.Of("mistralai/Mistral-7B-v0.1", VastRunMethod.Full, d =>
        {
            d.SequenceLength = 128;
            d.Sharding = sharding;
        });

        Assert.Equal(stepGiB, AllocatedGiB(new VramModel(work, 4).Require()), 0.02);
        Assert.Equal(67.45, AllocatedGiB(new VramModel(work, 1).Require()), 0.02);
    }

    // A sharded run of 16 bits is DeepSpeed's, which trains a copy of 32 bits, or FSDP's, which may not: only the worst case has it.
    [Theory]
    [InlineData(VastSharding.None, false)]
    [InlineData(VastSharding.Zero2, true)]
    [InlineData(VastSharding.Zero3, true)]
    public void The_worst_case_of_a_sharded_run_keeps_a_copy_of_32_bits(VastSharding sharding, bool copied)
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d => d.Sharding = sharding);

        VastMemoryTerm? copy = new VramModel(work, 4).Require().Terms.SingleOrDefault(t => t.Name == "Master weights");

        Assert.Equal(copied, copy is not null);
        Assert.Equal(0, copy?.BaseBytes ?? 0);
        Assert.Equal(copied ? work.ParameterCount * 8 / 4.0 : 0, copy?.PessimisticBytes ?? 0, 1.0);
    }

    // Published for full training with ZeRO 3: QwenLM/Qwen README, Qwen-1.8B, 256 to 2048 tokens on one A100, 43.5 GB (nvidia-smi); and
    // modelscope/ms-swift, examples/train/liger/sft.sh, Qwen2.5-7B, 8192 tokens on four, 42 GB.
    [Fact]
    public void Full_training_by_DeepSpeed_is_not_above_the_pessimistic_end()
    {
        ModelShape qwen = new()
            { Layers = 24, HiddenSize = 2048, AttentionHeads = 16, KeyValueHeads = 16, HeadDim = 128, MlpWidth = 5504, VocabSize = 151936
        };
        VastWorkload small = Works.Custom(
            1_836_828_672,
            qwen,
            VastRunMethod.Full,
            d => (d.Precision, d.Sharding, d.SequenceLength) = (VastPrecision.Mixed, VastSharding.Zero3, 256));
        VastWorkload large = Works.Of(
            "Qwen/Qwen2.5-7B",
            VastRunMethod.Full,
            d => (d.Loss, d.Sharding, d.SequenceLength) = (VastLoss.FusedLinear, VastSharding.Zero3, 8192));

        Assert.InRange(43.5e9, 0, new VramModel(small, 1).Require().Bytes.Pessimistic);
        Assert.InRange(42e9, 0, new VramModel(large, 4).Require().Bytes.Pessimistic);
    }

    // Autocast keeps norms and the residual stream in 32 bits; sharded or offloaded weights are cast before they compute.
    [Fact]
    public void Sharded_mixed_precision_computes_in_16_bits()
    {
        Assert.Equal(Kept(VastPrecision.BF16, VastSharding.Zero3), Kept(VastPrecision.Mixed, VastSharding.Zero3));
        Assert.Equal(2 * Kept(VastPrecision.BF16, VastSharding.None), Kept(VastPrecision.Mixed, VastSharding.None));

        static double Kept(VastPrecision precision, VastSharding sharding)
        {
            VastWorkload work = Works.Of(
                "Qwen/Qwen2.5-7B", VastRunMethod.Full, d => (d.Precision, d.Sharding, d.SequenceLength) = (precision, sharding, 16384));
            return new ActivationModel(work, work.Shape).Kept(Case.Base, 4);
        }
    }

    // Published: pytorch/torchtitan, benchmarks/llama3_h100_202412_torchtitan.md, 128 H100, 2 x 8192 tokens, reserved.
    [Theory]
    [InlineData(false, 67.0)]
    [InlineData(true, 62.0)]
    public void Selective_checkpointing_of_Llama_3_1_8B_holds_a_published_run(bool compiled, double reservedGiB)
    {
        VastWorkload work = Works.Of("meta-llama/Llama-3.1-8B", VastRunMethod.Full, d =>
        {
            (d.Precision, d.Sharding, d.Checkpointing) = (VastPrecision.Mixed, VastSharding.Zero3, VastCheckpointing.Selective);
            (d.BatchSize, d.SequenceLength, d.FusedKernels) = (2, 8192, compiled);
        });

        VastRange need = new VramModel(work, 128).Require().Bytes;

        Assert.InRange(reservedGiB * Bytes.GiB, need.Optimistic, need.Pessimistic);
        Assert.InRange(need.Base / (reservedGiB * Bytes.GiB), 0.8, 1.4);
    }

    [Fact]
    public void Preference_and_reinforcement_methods_hold_their_other_models()
    {
        double copy = 2 * Works.Of("Qwen/Qwen2.5-1.5B", VastRunMethod.Full).ParameterCount;

        Assert.Equal(copy, Bytes1("Reference model", VastRunMethod.DPO));
        Assert.Equal(0, Bytes1("Reference model", VastRunMethod.DPO, d => d.AdapterRank = 16));
        Assert.Equal(0, Bytes1("Reference model", VastRunMethod.GRPO));
        Assert.Equal(copy, Bytes1("Reference model", VastRunMethod.GRPO, d => d.ReferenceModel = true));
        Assert.Equal(copy, Bytes1("Reference model", VastRunMethod.PPO));
        Assert.Equal(copy, Bytes1("Reward model", VastRunMethod.PPO));
        Assert.True(Bytes1("Value model", VastRunMethod.PPO) >= 4 * copy);
        Assert.Equal(copy, Bytes1("Value model", VastRunMethod.PPO, d => d.AdapterRank = 16));

        static double Bytes1(string term, VastRunMethod method, Action<WorkloadDraft>? more = null) =>
            new VramModel(Works.Of("Qwen/Qwen2.5-1.5B", method, more), 1).Require().Terms.SingleOrDefault(t => t.Name == term)?.BaseBytes
                ?? 0;
    }

    // 2 (key and value) x 32 layers x 1024 wide x 2 bytes = 128 KiB a token for Llama-3-8B.
    [Fact]
    public void Inference_holds_weights_and_the_cache()
    {
        VastWorkload work = Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.Inference, d => d.SequenceLength = 8192);

        Requirement need = new VramModel(work, 1).Require();

        Assert.Equal(14.96, GiB(need, "Weights"), 0.01);
        Assert.Equal(1.0, GiB(need, "KV cache"), 0.0001);
        Assert.Equal("Generate", need.BindingMoment);
        Assert.DoesNotContain(need.Terms, t => t.Name is "Gradients" or "Optimizer states");
    }

    [Fact]
    public void Eager_attention_grows_with_the_square_of_the_sequence()
    {
        double Kept(int length) => Extra(length, VastAttention.Eager) - Extra(length, VastAttention.Flash);

        Assert.Equal(4, Kept(4096) / Kept(2048), 0.01);

        static double Extra(int length, VastAttention attention) => GiB(
            new VramModel(
                Works.Of("meta-llama/Llama-2-7b-hf", VastRunMethod.LoRA, d =>
                {
                    d.SequenceLength = length;
                    d.Attention = attention;
                    d.Checkpointing = VastCheckpointing.None;
                }),
                1).Require(),
            "Activations");
    }

    // Mixtral-8x7B: 46.7 B parameters of which 12.9 B compute a token; its experts are held whole and work two at a time.
    [Fact]
    public void Experts_are_held_whole_and_work_a_few_at_a_time()
    {
        var shape = new ModelShape
        {
            Layers = 32, HiddenSize = 4096, AttentionHeads = 32, KeyValueHeads = 8, HeadDim = 128, MlpWidth = 0, VocabSize = 32000,
            ExpertCount = 8, ActiveExperts = 2, ExpertWidth = 14336,
        };
        Assert.Equal(46.7e9, shape.Parameters, 0.01 * 46.7e9);
        Assert.Equal(12.9e9, shape.Parameters - shape.IdleParameters, 0.01 * 12.9e9);

        Requirement need =
            new VramModel(Works.Custom(shape.Parameters, shape, VastRunMethod.LoRA, d => d.Loss = VastLoss.Materialized), 1).Require();
        Requirement dense =
            new VramModel(Works.Of("mistralai/Mistral-7B-v0.1", VastRunMethod.LoRA, d => d.Loss = VastLoss.Materialized), 1).Require();

        Assert.Equal(2 * shape.Parameters, GiB(need, "Weights") * Bytes.GiB, 1e6);
        Assert.InRange(GiB(need, "Logits and loss") / GiB(dense, "Logits and loss"), 0.99, 1.01);
    }

    // DeepSeek-V2-Lite: a cache of 512 + 64 numbers a token and layer instead of 2 x 16 x 128.
    [Fact]
    public void Latent_attention_caches_what_keys_and_values_are_compressed_to()
    {
        var shape = new ModelShape
        {
            Layers = 27,
            HiddenSize = 2048, AttentionHeads = 16, KeyValueHeads = 16, HeadDim = 128, MlpWidth = 10944, VocabSize = 102400,
            KeyValueRank = 512, RopeDim = 64,
            ExpertCount = 64, ActiveExperts = 6, ExpertWidth = 1408, SharedExpertWidth = 2816, DenseLayers = 1,
        };
        Assert.Equal(15.7e9, shape.Parameters, 0.01 * 15.7e9);

        Requirement need =
            new VramModel(Works.Custom(shape.Parameters, shape, VastRunMethod.Inference, d => d.SequenceLength = 8192), 1).Require();

        Assert.Equal(27 * 576 * 2 * 8192, GiB(need, "KV cache") * Bytes.GiB, 1.0);
    }

    [Fact]
    public void A_sliding_window_bounds_the_cache()
    {
        Requirement all = Cached(null);
        Requirement half = Cached(d => (d.SlidingWindow, d.WindowedLayers) = (4096, 16));

        Assert.Equal(((16 * 32768.0) + (16 * 4096)) / (32 * 32768), GiB(half, "KV cache") / GiB(all, "KV cache"), 1e-6);

        static Requirement Cached(Action<WorkloadDraft>? more) => new VramModel(
            Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.Inference, d =>
            {
                d.SequenceLength = 32768;
                more?.Invoke(d);
            }),
            1).Require();
    }

    [Fact]
    public void Layers_whose_window_is_not_told_are_cached_whole()
    {
        double Cached(Action<WorkloadDraft>? more) => GiB(
            new VramModel(Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.Inference, more), 1).Require(), "KV cache");
        Assert.Equal(Cached(null), Cached(d => d.WindowedLayers = 16));
        Assert.Equal(Cached(null), Cached(d => (d.WindowedLayers, d.SlidingWindow) = (16, 2048)));
        Assert.True(Cached(d => (d.WindowedLayers, d.SlidingWindow) = (16, 2047)) < Cached(null));
    }

    [Fact]
    public void An_engine_beside_the_training_is_there_all_the_time_unless_it_sleeps()
    {
        Requirement beside = With(VastEngine.VLLM);
        Requirement asleep = With(VastEngine.VLLMSleep);

        Assert.Contains(beside.Terms, t => t.Name == "Engine weights");
        Assert.True(beside.Bytes.Base > asleep.Bytes.Base);
        Assert.True(asleep.Bytes.Base > With(VastEngine.Generate).Bytes.Base);

        static Requirement With(VastEngine engine) => new VramModel(
            Works.Of("Qwen/Qwen2.5-1.5B", VastRunMethod.GRPO, d => d.Engine = engine), 1).Require();
    }

    [Fact]
    public void What_is_offloaded_leaves_the_GPU_and_is_found_in_RAM()
    {
        VastWorkload here = Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.QLoRA, d => d.SequenceLength = 16384);
        VastWorkload away = Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.QLoRA, d =>
        {
            d.SequenceLength = 16384;
            d.Offload = VastOffload.Activations | VastOffload.Parameters;
        });

        Assert.DoesNotContain(new VramModel(away, 1).Require().Terms, t => t.Name == "Weights");
        Assert.True(GiB(new VramModel(away, 1).Require(), "Activations") < 0.1 * GiB(new VramModel(here, 1).Require(), "Activations"));
        Assert.Contains(new RamModel(away, 1).Require("Run").Terms, t => t.Name == "Offloaded weights");
        Assert.Contains(new RamModel(away, 1).Require("Run").Terms, t => t.Name == "Offloaded activations");
        Assert.DoesNotContain(new RamModel(here, 1).Require("Run").Terms, t => t.Name.StartsWith("Offloaded", StringComparison.Ordinal));
    }

    [Fact]
    public void Adapters_of_16_bits_and_fused_kernels_need_less_and_DoRA_needs_more()
    {
        double plain = Needed(_ => { });

        Assert.True(Needed(d => d.AdapterPrecision = VastPrecision.BF16) < plain);
        Assert.True(Needed(d => d.FusedKernels = true) < plain);
        Assert.True(Needed(d => d.AdapterKind = VastAdapterKind.DoRA) > plain);
        Assert.True(Needed(d => d.AdapterLayers = 8) < plain);

        static double Needed(Action<WorkloadDraft> more) => new VramModel(
            Works.Of("meta-llama/Meta-Llama-3-8B", VastRunMethod.LoRA, d =>
            {
                d.Checkpointing = VastCheckpointing.None;
                more(d);
            }),
            1).Require().Bytes.Base;
    }

    // Adapters of 32 bits can promote what the layers hand on; those of 16 bits cannot, on however many GPUs.
    [Fact]
    public void Adapters_of_16_bits_leave_the_inputs_of_layers_in_16_bits()
    {
        Assert.Equal(1.5 * Kept(VastPrecision.BF16), Kept(VastPrecision.FP32));

        static double Kept(VastPrecision precision)
        {
            VastWorkload work = Works.Of(
                "meta-llama/Llama-2-70b-hf", VastRunMethod.QLoRA, d => (d.AdapterPrecision, d.Sharding) = (precision, VastSharding.Zero3));
            return new ActivationModel(work, work.Shape).Kept(Case.Base, 8);
        }
    }

    [Fact]
    public void Terms_add_up_to_the_requirement_to_the_byte()
    {
        Prop.ForAll(AnyWork(), Gen.Choose(1, 8).ToArbitrary(), (work, gpus) =>
        {
            foreach (Requirement need in new[]
                {
                new VramModel(work, gpus).Require(),
                new RamModel(work, gpus).Require(),
                new DiskModel(work).Require()
            })
            {
                Assert.Equal(need.Bytes.Optimistic, need.Terms.Sum(t => t.OptimisticBytes));
                Assert.Equal(need.Bytes.Base, need.Terms.Sum(t => t.BaseBytes));
                Assert.Equal(need.Bytes.Pessimistic, need.Terms.Sum(t => t.PessimisticBytes));
                Assert.True(need.Bytes.Optimistic <= need.Bytes.Base && need.Bytes.Base <= need.Bytes.Pessimistic, $"{work}: {need.Bytes}");
                Assert.Equal(need.Terms.Count, need.Terms.Select(t => t.Name).Distinct().Count());
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void More_never_needs_less()
    {
        Action<WorkloadDraft>[] growths =
        [
            d => d.BatchSize *= 2,
            d => d.SequenceLength *= 2,
            d => d.GradientAccumulation *= 2,
            d => d.VariableLengths = true,
            d => d.Checkpointing = VastCheckpointing.None,
            d => d.DatasetGB += 10,
            d => d.Workers += 4,
        ];
        Prop.ForAll(AnyWork(), Gen.Choose(0, growths.Length - 1).ToArbitrary(), (work, which) =>
        {
            var draft = WorkloadDraft.From(work);
            growths[which](draft);
            var before = Needs.Of(work, 1);
            var after = Needs.Of(draft.Build(), 1);

            NeverLess(before.Vram, after.Vram, which);
            NeverLess(before.Ram, after.Ram, which);
            NeverLess(before.Disk, after.Disk, which);
        }).QuickCheckThrowOnFailure();

        static void NeverLess(Requirement before, Requirement after, int which)
        {
            Assert.True(after.Bytes.Optimistic >= before.Bytes.Optimistic, $"growth {which}, optimistic: {before} -> {after}");
            Assert.True(after.Bytes.Base >= before.Bytes.Base, $"growth {which}, base: {before} -> {after}");
            Assert.True(after.Bytes.Pessimistic >= before.Bytes.Pessimistic, $"growth {which}, pessimistic: {before} -> {after}");
        }
    }

    private static Arbitrary<VastWorkload> AnyWork()
    {
        Gen<VastWorkload> gen =
            from model in Gen.Elements(
                "Qwen/Qwen2.5-0.5B", "meta-llama/Llama-3.1-8B", "google/gemma-2-9b", "microsoft/phi-2", "Qwen/Qwen3-32B")
            from method in Gen.Elements(Enum.GetValues<VastRunMethod>().Where(m => m != VastRunMethod.Inference).ToArray())
            from batch in Gen.Choose(1, 32)
            from length in Gen.Choose(2, 16384)
            from accumulation in Gen.Choose(1, 8)
            from precision in Gen.Elements(Enum.GetValues<VastPrecision>())
            from optimizer in Gen.Elements(Enum.GetValues<VastOptimizer>().Where(o => o != VastOptimizer.None).ToArray())
            from loss in Gen.Elements(VastLoss.Materialized, VastLoss.Fused, VastLoss.FusedLinear)
            from sharding in Gen.Elements(Enum.GetValues<VastSharding>())
            from offload in Gen.Elements(
                VastOffload.None, VastOffload.Optimizer, VastOffload.Optimizer | VastOffload.Parameters, VastOffload.Activations)
            from checkpointing in Gen.Elements(Enum.GetValues<VastCheckpointing>())
            from variable in Gen.Elements(true, false)
            select Works.Of(model, method, d =>
            {
                d.BatchSize = batch;
                d.SequenceLength = length;
                d.GradientAccumulation = accumulation;
                d.Precision = precision;
                d.Optimizer = optimizer;
                d.Loss = loss;
                d.Sharding = sharding;
                d.Offload = offload;
                d.Checkpointing = checkpointing;
                d.VariableLengths = variable;
                d.DatasetGB = 1;
                d.Workers = 2;
            });
        return gen.ToArbitrary();
    }

    private static double AllocatedGiB(Requirement need) =>
        need.Terms.Where(t => !s_overhead.Contains(t.Name)).Sum(t => (double)t.BaseBytes) / Bytes.GiB;

    private static double GiB(Requirement need, string term) => need.Terms.Single(t => t.Name == term).BaseBytes / Bytes.GiB;
}
