using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>What is computed where nobody says how the weights are loaded.</summary>
public sealed class PrecisionTests
{
    [Theory]
    [InlineData(VastRunMethod.Full)]
    [InlineData(VastRunMethod.LoRA)]
    [InlineData(VastRunMethod.DPO)]
    [InlineData(VastRunMethod.GRPO)]
    [InlineData(VastRunMethod.Inference)]
    public void Unsaid_weights_may_be_of_32_bits(VastRunMethod method)
    {
        VastRange unsaid = Need(method, null);
        VastRange said = Need(method, VastPrecision.BF16);
        Assert.Equal((said.Optimistic, said.Base), (unsaid.Optimistic, unsaid.Base));
        Assert.True(
            unsaid.Pessimistic >= Math.Max(Need(method, VastPrecision.Mixed).Pessimistic, Need(method, VastPrecision.FP32).Pessimistic),
            $"{unsaid}");
        Assert.True(unsaid.Pessimistic > said.Pessimistic + (2 * 7e9), $"{said} {unsaid}");
    }

    // Of 32 bits the weights, gradients and two moments alone are 16 bytes a parameter, 114 GiB here.
    [Fact]
    public void A_default_of_a_trainer_is_never_said_to_fit()
    {
        Assert.False(Fits(null, 96, VastRunMethod.Full));
        Assert.True(Fits(VastPrecision.BF16, 96, VastRunMethod.Full));
        Assert.False(Fits(null, 24, VastRunMethod.LoRA));
        Assert.True(Fits(VastPrecision.BF16, 24, VastRunMethod.LoRA));
    }

    [Fact]
    public void Quantised_weights_and_engines_say_it_by_themselves()
    {
        Assert.Equal(Need(VastRunMethod.QLoRA, VastPrecision.BF16).Pessimistic, Need(VastRunMethod.QLoRA, null).Pessimistic);
        Assert.Equal(
            Need(VastRunMethod.Inference, VastPrecision.BF16, d => d.Engine = VastEngine.VLLM).Pessimistic,
            Need(VastRunMethod.Inference, null, d => d.Engine = VastEngine.VLLM).Pessimistic);
    }

    [Fact]
    public void RAM_and_disk_count_32_bits_as_well()
    {
        VastWorkload unsaid = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d => d.Precision = null);
        VastWorkload said = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full);
        Assert.True(new RamModel(unsaid, 1).Require().Bytes.Pessimistic > 1.5 * new RamModel(said, 1).Require().Bytes.Pessimistic);
        Assert.True(new DiskModel(unsaid).Require().Bytes.Pessimistic > new DiskModel(said).Require().Bytes.Pessimistic + (6 * 7e9));
        Assert.Equal(new DiskModel(said).Require().Bytes.Base, new DiskModel(unsaid).Require().Bytes.Base);
    }

    [Fact]
    public void The_advice_is_to_say_it()
    {
        VastRunFit fit =
            new RunFitter(Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.LoRA, d => (d.Precision, d.Loss) = (null, VastLoss.FusedLinear)))
            .Judge(new Machine { VramGiB = 24, RamGiB = 64, DiskGB = 500 });
        Assert.Equal(VastFitVerdict.Tight, fit.Verdict);
        Assert.StartsWith("-Precision BF16, where the weights are loaded so", fit.Advice[0].Change, StringComparison.Ordinal);
    }

    private static bool Fits(VastPrecision? precision, double vramGiB, VastRunMethod method) =>
        new RunFitter(Works.Of("Qwen/Qwen2.5-7B", method, d =>
    {
        (d.Precision, d.Loss, d.SequenceLength, d.Optimizer) = (precision, VastLoss.FusedLinear, 512, VastOptimizer.AdamWFused);
    })).Judge(new Machine { VramGiB = vramGiB, OnlyWhatIsGiven = true }).Verdict == VastFitVerdict.Fits;

    private static VastRange Need(VastRunMethod method, VastPrecision? precision, Action<WorkloadDraft>? more = null) => new VramModel(
        Works.Of("Qwen/Qwen2.5-7B", method, d =>
        {
            d.Precision = precision;
            more?.Invoke(d);
        }),
        1).Require().Bytes;
}
