using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>Memory that generating text takes on one GPU: the cache, the logits of one token, and an engine of its own.</summary>
internal sealed class GenerationModel(VastWorkload work, ModelShape shape, int gpus)
{
    // Activations of a prefill chunk, the sampler and CUDA graphs: vLLM issue 7553 saw 2.4 GiB of graphs on a 24 GB card.
    private static readonly Three s_engineBuffers = new(1.0 * Bytes.GiB, 1.5 * Bytes.GiB, 3.0 * Bytes.GiB);

    // What an engine that sleeps does not give back: its context, graphs and communicators.
    private static readonly Three s_asleep = new(0.5 * Bytes.GiB, 1.0 * Bytes.GiB, 2.0 * Bytes.GiB);

    // A paged cache can be smaller than all sequences at full length: the rest waits.
    private static readonly Three s_pagedShare = new(0.25, 0.5, 1.0);

    private bool HasEngine => work.Engine is VastEngine.VLLM or VastEngine.VLLMSleep;

    /// <summary>What an engine beside the training holds while nothing is generated.</summary>
    public Moment AddEngineBeside(Moment moment, Case c) => work.Engine switch
    {
        VastEngine.VLLM => AddEngine(moment, c),
        VastEngine.VLLMSleep when moment.Name != "Generate" => moment.Add("Engine asleep", s_asleep[c]),
        VastEngine.VLLMSleep => AddEngine(moment, c),
        _ => moment,
    };

    /// <summary>What generation adds to the moment in which it happens.</summary>
    public Moment AddTo(Moment moment, Case c)
    {
        if (HasEngine && work.Trains())
        {
            return moment;
        }

        if (HasEngine)
        {
            return moment.Add(DeviceOverhead.KeyValueCache, s_pagedShare[c] * Cache()).Add("Engine buffers", s_engineBuffers[c]);
        }

        return moment.Add(DeviceOverhead.KeyValueCache, Cache()).Add(DeviceOverhead.Logits, Sequences * work.VocabSize * 4);
    }

    // The engine's copy is of 16 bits: adapters are merged or loaded beside it.
    private Moment AddEngine(Moment moment, Case c) => moment
        .Add("Engine weights", 2.0 * work.ParameterCount)
        .Add(DeviceOverhead.KeyValueCache, s_pagedShare[c] * Cache())
        .Add("Engine buffers", s_engineBuffers[c]);

    // A trainer generates what the next optimizer step learns from at once; what does not train has one micro step.
    private double Sequences => (double)work.BatchSize * work.GradientAccumulation;

    private double Cache()
    {
        double bytes = work.Precision == VastPrecision.FP32 ? 4 : 2;
        double seen = work.SlidingWindow > 0 ? Math.Min(work.SlidingWindow, work.SequenceLength) : work.SequenceLength;
        double tokens = ((shape.AttentionLayers - work.WindowedLayers) * (double)work.SequenceLength) + (work.WindowedLayers * seen);
        bool split = !work.Trains() && work.Sharding == VastSharding.Zero3;
        return shape.CacheWidth * bytes * Sequences * tokens / (split ? gpus : 1);
    }
}
