using VastPS.Estimating;

namespace VastPS.Tests.Estimating;

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
            Assert.True(g.Hfu.Optimistic >= g.Hfu.Base && g.Hfu.Base >= g.Hfu.Pessimistic && g.Hfu.Pessimistic > 0, g.Name);
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

    // 6 P operations a token and 12 L d s for attention half of the square (PaLM, appendix B): 6.74e9 x 6 is 40.4e9; the input
    // embedding of 32000 x 4096 is not multiplied (-0.8e9) and attention at 2048 adds 3 x 2.1e9.
    [Theory]
    [InlineData(VastRunMethod.Full, VastCheckpointing.None, 3)]
    [InlineData(VastRunMethod.Full, VastCheckpointing.Full, 4)] // recomputation is one more forward pass: 8 P instead of 6 P
    [InlineData(VastRunMethod.LoRA, VastCheckpointing.None, 2)] // no gradient of frozen weights
    [InlineData(VastRunMethod.QLoRA, VastCheckpointing.Full, 3)]
    public void Operations_are_those_of_the_passes(VastRunMethod method, VastCheckpointing checkpointing, double passes)
    {
        VastWorkload work = Works.Of("meta-llama/Llama-2-7b-hf", method, d => { d.Checkpointing = checkpointing; d.SequenceLength = 2048; });
        double forward = (2 * (6.738e9 - (32000 * 4096.0))) + (2.0 * 2048 * 4096 * 32);
        Assert.Equal(forward * passes, StepModel.FlopsPerToken(work), forward * 0.002);
    }

    [Fact]
    public void Tokens_per_second_come_near_a_published_run()
    {
        // TinyLlama 1.1B, batch 4 x 2048, one A100 40 GB: 18300 tokens/s eager and 25421 compiled (litgpt,
        // extensions/thunder/README.md).
        ModelShape shape = new() { Layers = 22, HiddenSize = 2048, AttentionHeads = 32, KeyValueHeads = 4, HeadDim = 64, MlpWidth = 5632, VocabSize = 32000 };
        VastWorkload work = Works.Custom(1_100_048_384, shape, VastRunMethod.Full, d => { d.Checkpointing = VastCheckpointing.None; d.SequenceLength = 2048; d.BatchSize = 4; });
        Three seconds = StepModel.Seconds(work, GpuTable.Find("A100 SXM4", 40)!, 1, hasNvlink: false);
        Assert.InRange(4 * 2048 / seconds.Base, 18300, 25421);
        Assert.True(seconds.Optimistic < seconds.Base && seconds.Base < seconds.Pessimistic);
    }
}
