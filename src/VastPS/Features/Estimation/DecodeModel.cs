namespace VastPS.Features.Estimation;

/// <summary>Time of generating text: each token of a sequence reads all weights that compute it once.</summary>
internal sealed class DecodeModel(VastWorkload work, ModelShape shape, GpuSpeed gpu, int gpus)
{
    // Share of the bandwidth that decoding reaches; codes of 4 bits are unpacked on the way.
    private static readonly Three s_bandwidth = new(0.87, 0.72, 0.45);
    private static readonly Three s_bandwidthPacked = new(0.75, 0.52, 0.30);

    // Launching the kernels of a layer: one by one, with unpacking, and as a recorded graph.
    private static readonly Three s_launchEager = new(0.4e-3, 0.9e-3, 1.5e-3);
    private static readonly Three s_launchPacked = new(0.8e-3, 1.5e-3, 2.3e-3);
    private static readonly Three s_launchGraph = new(0.02e-3, 0.05e-3, 0.15e-3);

    // Share of the peak of wide batches and of prompts.
    private static readonly Three s_compute = new(0.65, 0.50, 0.30);

    // Splitting a model over GPUs costs a share of what they could do together, twice each layer.
    private static readonly Three s_splitShare = new(0.95, 0.80, 0.60);

    private bool IsSplit => !work.Trains() && work.Sharding == VastSharding.Zero3 && gpus > 1;

    private double Peak => gpu.PeakTflops(work.Precision) * 1e12;

    /// <summary>Seconds for one more token of each of these sequences.</summary>
    public double TokenSeconds(double sequences, Case c)
    {
        bool packed = work.Quantization is VastQuantization.NF4 or VastQuantization.NF4Double or VastQuantization.Int4;
        bool eager = work.Engine == VastEngine.Generate;
        double embedding = Math.Min(shape.EmbeddingParameters, work.ParameterCount);
        double read = (ExpertsRead(sequences) * (work.QuantizedBytes() ?? work.LoadedBytes())) + (2.0 * work.VocabSize * work.HiddenSize);
        double cache = sequences * shape.CacheWidth * 2.0 * shape.AttentionLayers * work.SequenceLength / 2;
        double split = IsSplit ? gpus * s_splitShare[c] : 1;
        double memory = (read + cache) / (gpu.MemoryGBps * 1e9 * (packed ? s_bandwidthPacked : s_bandwidth)[c] * split);
        double compute = 2 * sequences * (work.ActiveParameterCount - embedding) / (Peak * s_compute[c] * split);
        double launches = work.Layers * (!eager ? s_launchGraph : packed ? s_launchPacked : s_launchEager)[c];
        return eager ? Math.Max(Math.Max(memory, compute), launches) : Math.Max(memory, compute) + launches;
    }

    /// <summary>Seconds to read prompts of so many tokens.</summary>
    public double PrefillSeconds(double tokens, Case c) => 2 * tokens * work.ActiveParameterCount / (Peak * s_compute[c]);

    // One sequence reads the experts that it is sent to; many read them all.
    private double ExpertsRead(double sequences)
    {
        double all = work.ParameterCount - Math.Min(shape.EmbeddingParameters, work.ParameterCount);
        double active = work.ActiveParameterCount - shape.EmbeddingParameters;
        return Math.Min(all, active * sequences);
    }
}
