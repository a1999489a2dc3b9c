using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class RamModelTests
{
    [Theory]
    [InlineData("Qwen/Qwen2.5-1.5B")]
    [InlineData("Qwen/Qwen2.5-3B")]
    [InlineData("Qwen/Qwen2.5-7B")]
    public void Full_GRPO_with_the_optimizer_on_the_CPU_is_too_small_for_32_GB_of_RAM(string model)
    {
        VastRunFit fit = Judge(OffloadedGrpo(model), vram: null, ram: 32);

        Assert.Equal(VastFitVerdict.TooSmall, fit.Ram.Verdict);
    }

    // Master weights, two moments and gradients of 32 bits are 16 bytes a parameter: 3.09 B x 16 = 49 GB before any buffer.
    [Fact]
    public void From_3B_on_it_needs_at_least_64_GB_and_the_advice_says_which_size_to_rent()
    {
        VastRunFit fit = Judge(OffloadedGrpo("Qwen/Qwen2.5-3B"), vram: null, ram: 48);

        Assert.Equal(VastFitVerdict.TooSmall, fit.Ram.Verdict);
        Assert.True(fit.Ram.RequiredGB.Base >= 60, fit.Ram.ToString());
        Assert.Contains(fit.Advice, a => a.Change == "rent 96 GB of RAM");
    }

    // Full-parameter GRPO in batches of 64 with AdamW on the CPU of one 24 GB card and 32 GB of RAM.
    [Theory]
    [InlineData("Qwen/Qwen2.5-1.5B", 32, "64 GB of RAM")]
    [InlineData("Qwen/Qwen2.5-3B", 64, "96 GB of RAM")]
    [InlineData("Qwen/Qwen2.5-7B", 64, "256 GB of RAM")]
    public void GRPO_in_batches_of_64_on_the_CPU_names_the_RAM_to_rent(string model, double atLeastGB, string rent)
    {
        VastRunFit fit = Judge(OffloadedGrpo(model, batch: 64, accumulation: 1), vram: 24, ram: 32);

        Assert.Equal(VastFitVerdict.TooSmall, fit.Ram.Verdict);
        Assert.True(fit.Ram.RequiredGB.Base >= atLeastGB, fit.Ram.ToString());
        Assert.Contains(fit.Advice, a => a.Change.Contains(rent, StringComparison.Ordinal));
        Assert.All(
            ["Master weights", "Optimizer states", "Accumulated gradients", "Batch buffers", "Rollouts"],
            n => Assert.Contains(fit.Ram.Terms, t => t.Name == n));
    }

    [Fact]
    public void The_RAM_that_the_advice_names_suffices()
    {
        VastRunFit fit = Judge(OffloadedGrpo("Qwen/Qwen2.5-3B", batch: 64, accumulation: 1), vram: 24, ram: 32);
        VastFitAdvice rent = fit.Advice.Single(a => a.Change.Contains("GB of RAM", StringComparison.Ordinal));

        Assert.InRange(rent.RamGiB, 64 * 0.93, 96 * 0.93 * 0.92);
        Assert.True(rent.VramGiB <= fit.Vram.LimitGiB, rent.ToString());
    }

    [Fact]
    public void Without_offload_the_same_run_is_too_small_in_VRAM_while_RAM_fits()
    {
        VastRunFit fit = Judge(Works.Of("Qwen/Qwen2.5-3B", VastRunMethod.GRPO, d => d.BatchSize = 64), vram: 24, ram: 32);

        Assert.Equal(VastFitVerdict.TooSmall, fit.Vram.Verdict);
        Assert.Equal(VastFitVerdict.Fits, fit.Ram.Verdict);
    }

    [Fact]
    public void Batch_buffers_and_rollouts_grow_with_the_batch_and_sums_of_gradients_appear_with_accumulation()
    {
        Requirement small = new RamModel(OffloadedGrpo("Qwen/Qwen2.5-3B", batch: 8, accumulation: 1), 1).Require();
        Requirement large = new RamModel(OffloadedGrpo("Qwen/Qwen2.5-3B", batch: 8, accumulation: 8), 1).Require();

        Assert.Equal(8, Term(large, "Rollouts") / Term(small, "Rollouts"), 0.001);
        Assert.Equal(8, Term(large, "Batch buffers") / Term(small, "Batch buffers"), 0.001);
        Assert.Equal(
            2 * OffloadedGrpo("Qwen/Qwen2.5-3B").ParameterCount,
            Term(large, "Accumulated gradients") - Term(small, "Accumulated gradients"),
            1.0);
    }

    // DeepSpeed docs, memory requirements: ZeRO-2 with the optimizer on the CPU of one machine needs 16 bytes a parameter
    // times a buffer factor of 1.5. 7.62 B: 183 GB.
    [Fact]
    public void The_pessimistic_offload_is_DeepSpeeds_own_figure()
    {
        Requirement need = new RamModel(
            Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d =>
            {
                d.Offload = VastOffload.Optimizer;
                d.Sharding = VastSharding.Zero2;
            }),
            2).Require();

        double states = need.Terms.Where(t => t.Name is "Master weights" or "Optimizer states" or "Accumulated gradients")
            .Sum(t => (double)t.PessimisticBytes);
        Assert.Equal(7.6156 * 16 * 1.5, states / Bytes.GB, 0.1);
    }

    // The classic: every process of eight loads 16 GB of an 8 B model, unless one loads for all.
    [Theory]
    [InlineData(VastSharding.None, 8)]
    [InlineData(VastSharding.Zero3, 1)]
    public void Every_process_loads_the_model_unless_one_loads_for_all(VastSharding sharding, int loads)
    {
        VastWorkload work = Works.Of("meta-llama/Llama-3.1-8B", VastRunMethod.LoRA, d => d.Sharding = sharding);

        Requirement need = new RamModel(work, 8).Require();

        Assert.Equal(loads * 2 * 8.0303, Term(need, "Model being loaded") / Bytes.GB, 0.01);
        Assert.Equal("Load", need.BindingMoment);
    }

    private static VastWorkload OffloadedGrpo(string model, int batch = 8, int accumulation = 8) =>
        Works.Of(model, VastRunMethod.GRPO, d =>
        {
            d.BatchSize = batch;
            d.GradientAccumulation = accumulation;
            d.Offload = VastOffload.Optimizer;
        });

    private static VastRunFit Judge(VastWorkload work, double? vram, double? ram) =>
        new RunFitter(work).Judge(new Machine { VramGiB = vram, RamGiB = ram, OnlyWhatIsGiven = true });

    private static double Term(Requirement need, string name) => need.Terms.SingleOrDefault(t => t.Name == name)?.BaseBytes ?? 0;
}
