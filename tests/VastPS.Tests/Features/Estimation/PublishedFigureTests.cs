using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>Figures that everybody who trains models knows; none of them is in the file that the constants were fitted to.</summary>
public sealed class PublishedFigureTests
{
    // Rajbhandari et al. 2020 (ZeRO), figure 1: a model of 7.5 B parameters on 64 GPUs, mixed precision with Adam.
    [Theory]
    [InlineData(VastSharding.None, 120)]
    [InlineData(VastSharding.Zero1, 31.4)]
    [InlineData(VastSharding.Zero2, 16.6)]
    [InlineData(VastSharding.Zero3, 1.9)]
    public void States_of_mixed_precision_are_those_of_the_ZeRO_paper(VastSharding sharding, double gb)
    {
        var shape = new ModelShape
            { Layers = 36, HiddenSize = 4096, AttentionHeads = 32, KeyValueHeads = 32, HeadDim = 128, MlpWidth = 16384, VocabSize = 50257,
            GatedMlp = false, TiedEmbeddings = true
        };
        VastWorkload work = Works.Custom(7_500_000_000, shape, VastRunMethod.Full, d =>
        {
            d.Precision = VastPrecision.Mixed;
            d.Sharding = sharding;
            d.Optimizer = VastOptimizer.AdamWFused;
            d.SequenceLength = 16; // so that the step binds, at which all of the states are there
        });

        string[] states = ["Weights", "Gradients", "Master weights", "Optimizer states"];
        Requirement need = new VramModel(work, 64).Require();

        Assert.Equal(gb, need.Terms.Where(t => states.Contains(t.Name)).Sum(t => t.BaseBytes) / Bytes.GB, 0.1);
    }

    // The table of hardware needs in the README of LLaMA-Factory: GB for 7, 13, 30 and 70 B; short sequences, one at a time.
    [Theory]
    [InlineData("meta-llama/Llama-2-7b-hf", VastRunMethod.Full, VastPrecision.Mixed, null, 120)]
    [InlineData("meta-llama/Llama-2-13b-hf", VastRunMethod.Full, VastPrecision.Mixed, null, 240)]
    [InlineData("meta-llama/Llama-2-7b-hf", VastRunMethod.Full, VastPrecision.BF16, null, 60)]
    [InlineData("meta-llama/Llama-2-7b-hf", VastRunMethod.LoRA, VastPrecision.BF16, null, 16)]
    [InlineData("meta-llama/Llama-2-13b-hf", VastRunMethod.LoRA, VastPrecision.BF16, null, 32)]
    [InlineData("meta-llama/Llama-2-70b-hf", VastRunMethod.LoRA, VastPrecision.BF16, null, 160)]
    [InlineData("meta-llama/Llama-2-7b-hf", VastRunMethod.LoRA, VastPrecision.BF16, VastQuantization.Int8, 10)]
    [InlineData("meta-llama/Llama-2-7b-hf", VastRunMethod.QLoRA, VastPrecision.BF16, null, 6)]
    [InlineData("meta-llama/Llama-2-13b-hf", VastRunMethod.QLoRA, VastPrecision.BF16, null, 12)]
    [InlineData("meta-llama/Llama-2-70b-hf", VastRunMethod.QLoRA, VastPrecision.BF16, null, 48)]
    public void Well_known_needs_of_training_are_met(
        string model, VastRunMethod method, VastPrecision precision, VastQuantization? bits, double gb)
    {
        VastWorkload work = Works.Of(model, method, d =>
        {
            d.Precision = precision;
            d.Quantization = bits;
            d.Optimizer = VastOptimizer.AdamWFused;
            d.SequenceLength = 512;
        });

        Requirement need = new VramModel(work, 1).Require();

        Assert.InRange(need.Bytes.Base / Bytes.GB, 0.75 * gb, 1.25 * gb);
    }

    // 2 bytes a parameter; 128 KiB of cache a token of Llama 3 8B: 2 x 32 layers x 8 heads x 128 x 2 bytes.
    [Theory]
    [InlineData("meta-llama/Meta-Llama-3-8B", 1, 8192, 16.06e9 + (8192 * 131072.0))]
    [InlineData("mistralai/Mixtral-8x7B-v0.1", 1, 1024, 93.4e9 + (1024 * 131072.0))]
    [InlineData("meta-llama/Llama-2-7b-hf", 8, 2048, 13.48e9 + (8 * 2048 * 524288.0))]
    public void Weights_and_cache_of_inference_are_known_to_the_byte(string model, int batch, int length, double bytes)
    {
        Requirement need = new VramModel(
            Works.Of(model, VastRunMethod.Inference, d =>
            {
                d.BatchSize = batch;
                d.SequenceLength = length;
            }),
            1).Require();

        Assert.Equal(bytes, need.Terms.Where(t => t.Name is "Weights" or "KV cache").Sum(t => (double)t.BaseBytes), 0.001 * bytes);
    }

    // Dettmers et al. 2023 (QLoRA): a card of 24 GB trains 33 B, one of 48 GB 65 B, in batches of one with paged optimizers.
    [Theory]
    [InlineData("01-ai/Yi-34B", 24)]
    [InlineData("meta-llama/Llama-2-70b-hf", 48)]
    public void Models_of_the_size_of_the_QLoRA_paper_fit_its_cards(string model, double gb)
    {
        VastWorkload work = Works.Of(model, VastRunMethod.QLoRA, d =>
        {
            d.Quantization = VastQuantization.NF4Double;
            d.Optimizer = VastOptimizer.PagedAdamW;
            d.SequenceLength = 512;
        });

        Assert.InRange(new VramModel(work, 1).Require().Bytes.Base / Bytes.GiB, 0.7 * gb, gb);
    }

    // Whether a model's code holds its experts as layers, which bitsandbytes turns, or as one block, which it leaves, nobody can see from
    // outside.
    [Fact]
    public void Experts_that_may_stay_as_they_are_keep_a_run_from_fitting_unless_somebody_says_that_they_do_not()
    {
        VastRange Needed(bool said) => new VramModel(
            Works.Of("mistralai/Mixtral-8x7B-v0.1", VastRunMethod.QLoRA, d =>
            {
                d.QuantizedExperts = said;
                d.SequenceLength = 512;
            }),
            1).Require().Bytes;

        Assert.InRange(Needed(true).Base / Bytes.GB, 27, 34);
        Assert.InRange(Needed(true).Pessimistic / Bytes.GB, 28, 38);
        Assert.Equal(Needed(true).Base, Needed(false).Base);
        Assert.InRange(Needed(false).Pessimistic / Bytes.GB, 93, 110);
    }
}
