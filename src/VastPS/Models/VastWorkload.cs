using VastPS.Basics;

namespace VastPS;

/// <summary>
/// What is to be run: the shape of the model and the settings of the run. Everything here changes what a machine must have.
/// </summary>
public sealed class VastWorkload
{
    internal VastWorkload()
    {
    }

    /// <summary>Name of the model, or "custom" where only numbers were given.</summary>
    public string Model { get; internal init; } = "";

    /// <summary>Parameters of the model, embeddings included.</summary>
    public long ParameterCount { get; internal init; }

    /// <summary>Parameters that compute one token: all but the experts that it is not sent to.</summary>
    public long ActiveParameterCount { get; internal init; }

    /// <summary>
    /// How the hub stores the weights where they are packed in fewer bits: fp8, awq, mxfp4 ...; empty where they are
    /// not.
    /// </summary>
    public string StoredAs { get; internal init; } = "";

    /// <summary>What the model has beside the layers below: towers that see or hear, prediction layers, text encoders.</summary>
    public IReadOnlyList<string> Parts { get; internal init; } = [];

    /// <summary>What the counts and widths below are read from.</summary>
    internal ModelShape Shape { get; init; } = null!;

    /// <summary>Transformer layers.</summary>
    public int Layers => Shape.Layers;

    /// <summary>Width of the hidden state.</summary>
    public int HiddenSize => Shape.HiddenSize;

    /// <summary>Attention heads.</summary>
    public int AttentionHeads => Shape.AttentionHeads;

    /// <summary>Key and value heads; fewer than AttentionHeads with grouped queries.</summary>
    public int KeyValueHeads => Shape.KeyValueHeads;

    /// <summary>Width of one attention head.</summary>
    public int HeadDim => Shape.HeadDim;

    /// <summary>Inner width of the MLP.</summary>
    public int MlpWidth => Shape.MlpWidth;

    /// <summary>Tokens of the vocabulary.</summary>
    public int VocabSize => Shape.VocabSize;

    /// <summary>Learned position embeddings; 0 with rotary positions.</summary>
    public int LearnedPositions => Shape.LearnedPositions;

    /// <summary>True where the output head shares the weights of the input embedding.</summary>
    public bool TiedEmbeddings => Shape.TiedEmbeddings;

    /// <summary>True for SwiGLU and GeGLU, which have a third matrix in the MLP.</summary>
    public bool GatedMlp => Shape.GatedMlp;

    /// <summary>True where queries and keys are normalised, which keeps more activations.</summary>
    public bool QueryKeyNorm => Shape.QueryKeyNorm;

    /// <summary>Experts of a layer, of which ActiveExperts compute each token; 0 where there are none.</summary>
    public int ExpertCount => Shape.ExpertCount;

    /// <summary>Experts that compute a token.</summary>
    public int ActiveExperts => Shape.ActiveExperts;

    /// <summary>Inner width of one expert.</summary>
    public int ExpertWidth => Shape.ExpertWidth;

    /// <summary>Inner width of the experts that compute every token, together.</summary>
    public int SharedExpertWidth => Shape.SharedExpertWidth;

    /// <summary>Layers that have an MLP of MlpWidth instead of experts.</summary>
    public int DenseLayers => Shape.DenseLayers;

    /// <summary>Width that keys and values are compressed to (latent attention); 0 where they are not.</summary>
    public int KeyValueRank => Shape.KeyValueRank;

    /// <summary>Width that queries are compressed to (latent attention); 0 where they are not.</summary>
    public int QueryRank => Shape.QueryRank;

    /// <summary>Width of the part of a head that carries the position (latent attention).</summary>
    public int RopeDim => Shape.RopeDim;

    /// <summary>Tokens that a layer with a sliding window looks back; 0 where every layer sees all.</summary>
    public int SlidingWindow => Shape.SlidingWindow;

    /// <summary>Layers with a sliding window.</summary>
    public int WindowedLayers => Shape.WindowedLayers;

    /// <summary>Decoder layers that also attend to an encoder.</summary>
    public int CrossLayers => Shape.CrossLayers;

    /// <summary>Layers that keep a state of fixed size instead of keys and values (Mamba, linear attention, short convolutions).</summary>
    public int StateLayers => Shape.StateLayers;

    /// <summary>Inner width of a layer with a state.</summary>
    public int StateWidth => Shape.StateWidth;

    /// <summary>Parameters beside layers and embeddings: towers that see or hear, and their projectors.</summary>
    public long OtherParameters => Shape.OtherParameters;

    /// <summary>True where only the number of parameters is published and the shape is a likeness; activations are then rough.</summary>
    public bool IsApproximate => Shape.IsApproximate;

    /// <summary>What is done with the model.</summary>
    public VastRunMethod Method { get; internal init; }

    /// <summary>How the weights are loaded and computed with.</summary>
    public VastPrecision Precision { get; internal init; }

    /// <summary>
    /// True where nobody said the precision: then Precision is the usual one, and the pessimistic case loads weights of 32 bits as well.
    /// </summary>
    public bool IsPrecisionAssumed { get; internal init; }

    /// <summary>How the frozen weights are stored.</summary>
    public VastQuantization Quantization { get; internal init; }

    /// <summary>
    /// True where the experts are known to be quantised with the rest; otherwise the pessimistic case has them as they are.
    /// </summary>
    public bool QuantizedExperts { get; internal init; }

    /// <summary>Rank of the LoRA adapters; 0 where all parameters are trained or none.</summary>
    public int AdapterRank { get; internal init; }

    /// <summary>Matrices of each layer that carry an adapter.</summary>
    public IReadOnlyList<string> AdapterTarget { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>Layers that carry adapters; 0 where there are none.</summary>
    public int AdapterLayers { get; internal init; }

    /// <summary>What the adapters are made of.</summary>
    public VastAdapterKind AdapterKind { get; internal init; }

    /// <summary>Precision of the adapters: FP32 as PEFT keeps them, or BF16.</summary>
    public VastPrecision AdapterPrecision { get; internal init; }

    /// <summary>The optimizer.</summary>
    public VastOptimizer Optimizer { get; internal init; }

    /// <summary>What is kept in system RAM instead of on the GPU.</summary>
    public VastOffload Offload { get; internal init; }

    /// <summary>How the training state is spread over the GPUs.</summary>
    public VastSharding Sharding { get; internal init; }

    /// <summary>Sequences per GPU and micro step; pairs for DPO; sequences at once for Inference.</summary>
    public int BatchSize { get; internal init; }

    /// <summary>Micro steps per optimizer step.</summary>
    public int GradientAccumulation { get; internal init; }

    /// <summary>Tokens per sequence; prompt and completion together.</summary>
    public int SequenceLength { get; internal init; }

    /// <summary>Tokens of a completion for PPO and GRPO; 0 otherwise.</summary>
    public int CompletionLength { get; internal init; }

    /// <summary>True where sequences are neither packed nor padded to one length: memory then fragments.</summary>
    public bool VariableLengths { get; internal init; }

    /// <summary>Which activations are computed again instead of kept.</summary>
    public VastCheckpointing Checkpointing { get; internal init; }

    /// <summary>Whether attention scores are materialised.</summary>
    public VastAttention Attention { get; internal init; }

    /// <summary>How the loss treats the logits.</summary>
    public VastLoss Loss { get; internal init; }

    /// <summary>
    /// True where norms, rotary positions and MLPs run in fused kernels (Liger, Unsloth, torch.compile), which keep less.
    /// </summary>
    public bool FusedKernels { get; internal init; }

    /// <summary>What generates text; None where nothing is generated.</summary>
    public VastEngine Engine { get; internal init; }

    /// <summary>True where GRPO keeps a frozen reference model, as it does with beta above 0.</summary>
    public bool ReferenceModel { get; internal init; }

    /// <summary>Data loader processes per GPU.</summary>
    public int Workers { get; internal init; }

    /// <summary>Optimizer steps of the run; null where not known.</summary>
    public int? Steps { get; internal init; }

    /// <summary>Tokens to train on, where the steps follow from them and the number of GPUs; null where not known.</summary>
    public long? TrainingTokens { get; internal init; }

    /// <summary>How often TrainingTokens are gone through.</summary>
    public double Epochs { get; internal init; }

    /// <summary>Steps between two evaluations; null where there are none.</summary>
    public int? EvaluationInterval { get; internal init; }

    /// <summary>Tokens of one evaluation.</summary>
    public long EvaluationTokens { get; internal init; }

    /// <summary>Steps between two checkpoints.</summary>
    public int CheckpointInterval { get; internal init; }

    /// <summary>Checkpoints kept; null keeps them all.</summary>
    public int? KeepCheckpoints { get; internal init; }

    /// <summary>Size of the data set in GB.</summary>
    public double DatasetGB { get; internal init; }

    /// <summary>Unpacked size of the container image in GB.</summary>
    public double ImageGB { get; internal init; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant(
        $"{Method} of {Model} ({ParameterCount / 1e9:0.##} B), {BatchSize} x {SequenceLength} tokens");
}
