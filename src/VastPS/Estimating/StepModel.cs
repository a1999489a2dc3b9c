namespace VastPS.Estimating;

/// <summary>Time of an optimizer step: the floating-point operations it executes over what the card reaches of its peak.</summary>
internal static class StepModel
{
    // Small micro steps leave the card idle between kernels: t / (t + this).
    private static readonly Three s_idleTokens = new(250, 500, 1000);

    // Weights that are unpacked for each use; older kernels are slower still.
    private static readonly Three s_quantized = new(0.92, 0.92, 0.75);

    private const double ShardedNvlink = 0.95;
    private const double ShardedPcie = 0.85;
    private const double ManyGpus = 0.95;
    private const double Offloaded = 0.85;
    private const double NoFlashAttention = 0.8;
    private const int LongSequence = 1024;

    /// <summary>Seconds of a step in three cases. Training methods without generation only.</summary>
    public static Three Seconds(VastWorkload work, GpuSpeed gpu, int gpus, bool hasNvlink) => new(
        Seconds(work, gpu, gpus, hasNvlink, Case.Optimistic),
        Seconds(work, gpu, gpus, hasNvlink, Case.Base),
        Seconds(work, gpu, gpus, hasNvlink, Case.Pessimistic));

    /// <summary>Operations executed for a token, forward, backward and recomputation together.</summary>
    public static double FlopsPerToken(VastWorkload work)
    {
        ModelShape shape = work.Shape();

        // The input embedding is looked up, not multiplied; a tied one is multiplied as the output head.
        double active = work.ParameterCount - (work.TiedEmbeddings ? 0 : (double)work.VocabSize * work.HiddenSize);
        double forward = (2 * active) + (2.0 * work.SequenceLength * shape.QueryWidth * work.Layers);
        double passes = work.HasAdapters() ? 2 : 3; // frozen weights need no gradient of their own
        double again = work.Checkpointing switch
        {
            VastCheckpointing.Full => 1,
            VastCheckpointing.Selective => 0.15,
            _ => 0,
        };
        double reference = work.Method == VastRunMethod.DPO ? 1 : 0;
        return forward * (passes + again + reference);
    }

    private static double Seconds(VastWorkload work, GpuSpeed gpu, int gpus, bool hasNvlink, Case c)
    {
        double tokens = work.Tokens();
        double share = gpu.Hfu[c] * tokens / (tokens + s_idleTokens[c]);
        share *= work.Quantization == VastQuantization.None ? 1 : s_quantized[c];
        share *= gpus > 1 && work.Sharding >= VastSharding.Zero3 ? (hasNvlink ? ShardedNvlink : ShardedPcie) : 1;
        share *= gpus > 8 ? ManyGpus : 1;
        share *= work.Offload == VastOffload.None ? 1 : Offloaded;
        share *= work.SequenceLength >= LongSequence && (work.Attention == VastAttention.Eager || !gpu.HasFlashAttention) ? NoFlashAttention : 1;
        return tokens * work.GradientAccumulation * FlopsPerToken(work) / (gpu.PeakTflops(work.Precision) * 1e12 * share);
    }
}
