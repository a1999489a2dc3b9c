namespace VastPS.Features.Estimation;

/// <summary>What the layers keep for the backward pass, what one needs while it is computed, and the logits. Bytes on one GPU.</summary>
internal sealed class ActivationModel(VastWorkload work, ModelShape shape)
{
    // Measured over estimated activations at the 10th, 50th and 90th percentile: fixed and variable lengths.
    private static readonly Three s_scale = new(0.85, 1.0, 1.15);
    private static readonly Three s_scaleVariable = new(0.85, 1.0, 1.30);

    // Bytes per element of the kept layer inputs: 2, but 4 where the residual stream is of 32 bits, as it is where weights are.
    // Adapters of 32 bits can promote it as well, those of 16 bits cannot; wrappers of several GPUs that cast do it in about half of
    // the measured runs.
    private static readonly Three s_residual16 = new(2, 2, 2);
    private static readonly Three s_residualAdapters = new(2, 2, 4);
    private static readonly Three s_residualAdaptersSpread = new(2, 3, 4);
    private static readonly Three s_residual32 = new(4, 4, 4);

    // Bytes per logit: 16-bit logits, their 32-bit copy, log-softmax and gradient (measured slopes of 12 to 19);
    // kernels that work in place; heads that are computed in pieces.
    private static readonly Three s_logitMaterialized = new(12, 15, 19);
    private static readonly Three s_logitFused = new(6, 8, 10);
    private static readonly Three s_logitFusedLinear = new(0.5, 0.5, 1);

    // Kernels that compute norms, rotary positions and the MLP in one go save their inputs only.
    private const double FusedShare = 0.65;

    // Selective checkpointing op by op keeps a quarter to a third of a layer (every second product, torchtitan), every second layer
    // a half of all; working memory without full recomputation is about 35 %.
    private static readonly Three s_selectiveShare = new(0.25, 0.40, 0.60);
    private const double WorkShare = 0.35;

    // An adapted matrix keeps its own copy of its input, 2 bytes an element, and the mask of its dropout, 1.
    private const double AdapterInput = 3;

    // And what its first, narrow half made of that input, in 16 bits.
    private const double AdapterMiddle = 2;

    // DoRA keeps the plain and the scaled output of a matrix beside the sum, in 16 and 32 bits.
    private const double MagnitudeOutput = 8;

    // Of offloaded inputs two layers are on the GPU: the one at work and the one on its way.
    private const int LayersInFlight = 2;

    private readonly double _tokens = work.Tokens();

    /// <summary>All that is kept between the forward and the backward pass.</summary>
    public double Kept(Case c, int gpus) => LayersOnGpu * KeptOfLayer(c, gpus);

    /// <summary>What is kept in system RAM instead.</summary>
    public double KeptOnHost(Case c, int gpus) => work.Offloads(VastOffload.Activations) ? work.Layers * KeptOfLayer(c, gpus) : 0;

    /// <summary>What one layer keeps.</summary>
    public double KeptOfLayer(Case c, int gpus) => Scale(c) * work.Checkpointing switch
    {
        VastCheckpointing.Full => Residual(gpus)[c] * work.HiddenSize * _tokens,
        VastCheckpointing.Selective => s_selectiveShare[c] * Layer(),
        _ => Layer(),
    };

    /// <summary>The layer being computed, with its gradients where it is trained.</summary>
    public double AtWork(Case c) => Work() * (work.Checkpointing == VastCheckpointing.Full ? 1 : WorkShare) * Scale(c);

    /// <summary>The layer at work while nothing is trained.</summary>
    public double AtWorkForward(Case c) => Work() * WorkShare * Scale(c);

    public double Logits(Case c)
    {
        // Completions alone are scored; prompts are not.
        double tokens = work.IsReinforcement() ? (double)work.BatchSize * work.CompletionLength : _tokens;
        Three bytes = work.Loss switch
        {
            VastLoss.Materialized => s_logitMaterialized,
            VastLoss.Fused => s_logitFused,
            VastLoss.FusedLinear => s_logitFusedLinear,
            _ => default,
        };
        return tokens * work.VocabSize * bytes[c];
    }

    private double LayersOnGpu => work.Offloads(VastOffload.Activations) ? Math.Min(LayersInFlight, work.Layers) : work.Layers;

    private double Scale(Case c) => (work.VariableLengths ? s_scaleVariable : s_scale)[c];

    // Autocast keeps what is not a matrix product in 32 bits. Wrappers that shard or offload compute with copies of 16 bits instead.
    private bool IsAutocast =>
        work.Precision == VastPrecision.Mixed && work.Sharding == VastSharding.None && !work.Offloads(VastOffload.Optimizer);

    private Three Residual(int gpus) =>
        work.Precision == VastPrecision.FP32 || IsAutocast ? s_residual32
        : !work.HasAdapters() || work.AdapterPrecision == VastPrecision.BF16 ? s_residual16
        : gpus > 1 ? s_residualAdaptersSpread
        : s_residualAdapters;

    /// <summary>
    /// What autograd saves of one layer. RMS norms, as the gated models have them, are computed in 32 bits; layer norms are one
    /// kernel. A frozen matrix of 16 bits does not keep its input, one of 4 or 8 bits does, a trained one must.
    /// </summary>
    private double Layer()
    {
        double h = work.HiddenSize;
        double f = shape.ActiveMlpWidth;
        bool lean = work.HasAdapters() && work.Quantization == VastQuantization.None;
        double norms = !work.GatedMlp ? 8 : lean ? 8 : work.HasAdapters() ? 12 : 14;
        double perToken = (norms * h * (IsAutocast ? 2 : 1))
            + ((lean ? 10 : 12) * shape.QueryWidth) + (6 * shape.KeyValueWidth)
            + ((work.GatedMlp ? (lean ? 6 : 8) : (lean ? 2 : 4)) * f)
            + (work.QueryKeyNorm ? 4 * (shape.QueryWidth + shape.KeyValueWidth) : 0)
            + Adapters();
        return ((_tokens * perToken) + Scores(kept: true)) * Wide * Fused;
    }

    private double Adapters()
    {
        if (!work.HasAdapters())
        {
            return 0;
        }

        IReadOnlyDictionary<string, (long In, long Out)> matrices = shape.Matrices();
        double perLayer = work.AdapterTarget.Where(matrices.ContainsKey).Sum(t =>
            (AdapterInput * matrices[t].In) + (AdapterMiddle * work.AdapterRank) + (work.AdapterKind == VastAdapterKind.DoRA
                ? MagnitudeOutput * matrices[t].Out
                : 0));
        return perLayer * work.AdapterLayers / work.Layers;
    }

    private double Work() =>
        ((_tokens * ((12.0 * work.HiddenSize)
            + (12.0 * shape.QueryWidth) + (6.0 * shape.KeyValueWidth) + ((work.GatedMlp ? 12.0 : 8.0) * shape.ActiveMlpWidth)))
        + Scores(kept: false)) * Wide * Fused;

    // Scores of every pair of tokens. In 16 bits: 2 bytes, their softmax in 32, and a dropout mask of 1 where they are kept; in 32
    // bits (Wide doubles) the softmax and what dropout made of it, and the mask.
    private double Scores(bool kept) => work.Attention == VastAttention.Eager
        ? _tokens * work.SequenceLength * work.AttentionHeads * (!kept ? 6 : work.Precision == VastPrecision.FP32 ? 4.5 : 7)
        : 0;

    private double Wide => work.Precision == VastPrecision.FP32 ? 2 : 1;

    private double Fused => work.FusedKernels ? FusedShare : 1;
}
