using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class DiskModelTests
{
    // Saved adapter of Llama-3.2-3B, rank 32 on q and v: 9,175,040 parameters, file of 36.7 MB (PEFT, method_comparison/MetaMathQA).
    [Fact]
    public void A_saved_adapter_is_4_bytes_a_parameter()
    {
        VastWorkload work = Works.Of("meta-llama/Llama-3.2-3B", VastRunMethod.LoRA, d =>
        {
            d.AdapterRank = 32;
            d.AdapterTarget = ["q_proj", "v_proj"];
        });

        Assert.Equal(9_175_040, work.TrainedParameters());
        Assert.Equal(36.7, Term(work, "Final model") / 1e6, 0.1);
    }

    // The saved model of the same source, trained in full: 6425.5 MB in 16 bits.
    [Fact]
    public void A_saved_model_of_16_bits_is_2_bytes_a_parameter() =>
        Assert.Equal(6425.5, Term(Works.Of("meta-llama/Llama-3.2-3B", VastRunMethod.Full), "Final model") / 1e6, 0.5);

    // Weights and two moments: 6 bytes of 16 bits each, 12 of 32; DeepSpeed with the optimizer on the CPU 2 + 12.
    // Measured: 720 GB for a 117 B model in 16 bits is 6.2.
    [Theory]
    [InlineData(VastPrecision.BF16, VastOffload.None, 6)]
    [InlineData(VastPrecision.Mixed, VastOffload.None, 12)]
    [InlineData(VastPrecision.BF16, VastOffload.Optimizer, 14)]
    public void A_checkpoint_holds_weights_and_optimizer_states(VastPrecision precision, VastOffload offload, double bytes)
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d =>
        {
            d.Precision = precision;
            d.Offload = offload;
            d.Steps = 1;
        });

        Assert.Equal(bytes, Term(work, "Checkpoints") / work.ParameterCount, 0.001);
    }

    [Theory]
    [InlineData(3000, 500, null, 6)]
    [InlineData(3000, 500, 2, 3)]
    [InlineData(3000, 2000, 5, 2)]
    [InlineData(10, 500, null, 1)]
    [InlineData(null, 500, 2, 3)]
    [InlineData(null, 500, null, 1)]
    public void Kept_checkpoints_and_the_one_being_written_are_counted(int? steps, int interval, int? keep, int count)
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-0.5B", VastRunMethod.Full, d =>
        {
            d.Steps = steps;
            d.CheckpointInterval = interval;
            d.KeepCheckpoints = keep;
        });

        Assert.Equal(count, Term(work, "Checkpoints") / (6 * work.ParameterCount), 0.001);
    }

    [Fact]
    public void A_tenth_stays_free_and_never_less_than_5_GB()
    {
        Assert.Equal(5e9, Term(Works.Of("Qwen/Qwen2.5-0.5B", VastRunMethod.LoRA), "Slack"));

        VastWorkload large = Works.Of("Qwen/Qwen2.5-72B", VastRunMethod.LoRA);
        Requirement need = new DiskModel(large).Require();
        Assert.Equal(need.Bytes.Base / 11, Term(large, "Slack"), 1.0);
        Assert.Contains(need.Terms, t => t.Name == "Container image" && t.BaseBytes == 0 && t.PessimisticBytes == 8 * Bytes.GB);
    }

    private static double Term(VastWorkload work, string name) =>
        new DiskModel(work).Require().Terms.Single(t => t.Name == name).BaseBytes;
}
