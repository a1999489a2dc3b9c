namespace VastPS;

/// <summary>The shape of a transformer: what decides its parameters, activations and caches.</summary>
internal sealed record ModelShape
{
    public required int Layers { get; init; }

    public required int HiddenSize { get; init; }

    public required int AttentionHeads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head; with latent attention without the part that carries the position.</summary>
    public required int HeadDim { get; init; }

    public required int MlpWidth { get; init; }

    public required int VocabSize { get; init; }

    /// <summary>Rows of other tables of the hidden width: positions, token types, patches.</summary>
    public int LearnedPositions { get; init; }

    public bool TiedEmbeddings { get; init; }

    public bool GatedMlp { get; init; } = true;

    public bool QueryKeyNorm { get; init; }

    public int ExpertCount { get; init; }

    public int ActiveExperts { get; init; }

    public int ExpertWidth { get; init; }

    public int SharedExpertWidth { get; init; }

    /// <summary>Layers with an MLP instead of experts.</summary>
    public int DenseLayers { get; init; }

    /// <summary>Width that keys and values are compressed to; 0 without latent attention.</summary>
    public int KeyValueRank { get; init; }

    public int QueryRank { get; init; }

    public int RopeDim { get; init; }

    public int SlidingWindow { get; init; }

    public int WindowedLayers { get; init; }

    /// <summary>Layers that attend to an encoder as well.</summary>
    public int CrossLayers { get; init; }

    /// <summary>Layers that keep a state of fixed size instead of keys and values: Mamba, linear attention, short convolutions.</summary>
    public int StateLayers { get; init; }

    /// <summary>Inner width of such a layer: two matrices lead into it, one out of it.</summary>
    public int StateWidth { get; init; }

    /// <summary>Parameters beside layers and embeddings: towers that see or hear, and what leads from them to the layers.</summary>
    public long OtherParameters { get; init; }

    /// <summary>True where blocks of one width stand for blocks of several, so that only the number of parameters is exact.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>The name of the output head where it carries an adapter.</summary>
    public const string Head = "lm_head";

    public bool IsLatent => KeyValueRank > 0;

    /// <summary>Width of all queries of a token.</summary>
    public long QueryWidth => (long)AttentionHeads * (HeadDim + RopeDim);

    /// <summary>Width of all keys, or of all values, of a token as attention computes them.</summary>
    public long KeyValueWidth => (long)KeyValueHeads * HeadDim;

    /// <summary>Numbers that the cache keeps of a token in one layer: keys and values, or what they are compressed to.</summary>
    public long CacheWidth => IsLatent ? KeyValueRank + RopeDim : 2 * KeyValueWidth;

    /// <summary>Matrices of the MLP, each HiddenSize by its width.</summary>
    public int MlpMatrices => GatedMlp ? 3 : 2;

    /// <summary>Inner width of what computes a token, averaged over the layers.</summary>
    public double ActiveMlpWidth => ExpertCount == 0
        ? MlpWidth
        : ((DenseLayers * (double)MlpWidth) + (ExpertLayers * (((double)ActiveExperts * ExpertWidth) + SharedExpertWidth))) / Layers;

    /// <summary>Parameters of the embeddings and of the output head.</summary>
    public long EmbeddingParameters =>
        ((TiedEmbeddings ? 1L : 2L) * VocabSize * HiddenSize) + ((long)LearnedPositions * HiddenSize);

    /// <summary>All parameters. Biases are left out: about 0.1 % of every model that has them.</summary>
    public long Parameters =>
        (AttentionLayers * AttentionParameters)
        + (StateLayers * 3L * HiddenSize * StateWidth)
        + (2L * Layers * HiddenSize)
        + (CrossLayers * (AttentionParameters + HiddenSize))
        + MlpParameters(ExpertCount)
        + HiddenSize + EmbeddingParameters + OtherParameters;

    /// <summary>Parameters of the experts that a token is not sent to.</summary>
    public long IdleParameters => MlpParameters(ExpertCount) - MlpParameters(ActiveExperts);

    /// <summary>Layers in which each token looks at the others.</summary>
    public int AttentionLayers => Layers - StateLayers;

    /// <summary>Parameters of the experts that tokens are sent to.</summary>
    public long ExpertParameters => (long)ExpertLayers * ExpertCount * MlpMatrices * HiddenSize * ExpertWidth;

    private int ExpertLayers => ExpertCount == 0 ? 0 : Layers - DenseLayers;

    private long AttentionParameters => IsLatent
        ? (QueryRank > 0 ? ((long)HiddenSize * QueryRank) + (QueryRank * QueryWidth) : HiddenSize * QueryWidth)
            + ((long)HiddenSize * (KeyValueRank + RopeDim))
            + (2L * KeyValueRank * AttentionHeads * HeadDim)
            + ((long)AttentionHeads * HeadDim * HiddenSize)
        : 2 * HiddenSize * (QueryWidth + KeyValueWidth);

    /// <summary>
    /// The MLP width that gives this many parameters, the rest of the shape being as it is; below 1 when the rest alone is larger.
    /// </summary>
    public double MlpWidthFor(long parameters)
    {
        long rest = (this with { MlpWidth = 0 }).Parameters;
        return ((double)parameters - rest) / ((Layers - ExpertLayers) * (double)MlpMatrices * HiddenSize);
    }

    /// <summary>Input and output width of the matrices of a layer, under the names that adapters use.</summary>
    public IReadOnlyDictionary<string, (long In, long Out)> Matrices()
    {
        var all = new Dictionary<string, (long In, long Out)>(StringComparer.OrdinalIgnoreCase);
        if (IsLatent)
        {
            all[QueryRank > 0 ? "q_b_proj" : "q_proj"] = (QueryRank > 0 ? QueryRank : HiddenSize, QueryWidth);
            all["kv_a_proj_with_mqa"] = (HiddenSize, KeyValueRank + RopeDim);
            all["kv_b_proj"] = (KeyValueRank, 2L * AttentionHeads * HeadDim);
            all["o_proj"] = ((long)AttentionHeads * HeadDim, HiddenSize);
        }
        else
        {
            all["q_proj"] = (HiddenSize, QueryWidth);
            all["k_proj"] = (HiddenSize, KeyValueWidth);
            all["v_proj"] = (HiddenSize, KeyValueWidth);
            all["o_proj"] = (QueryWidth, HiddenSize);
        }

        // Experts are routed: adapters sit on the attention and, where there are any, on the experts of every token.
        long mlp = ExpertCount == 0 ? MlpWidth : SharedExpertWidth;
        if (mlp > 0)
        {
            all["up_proj"] = (HiddenSize, mlp);
            all["down_proj"] = (mlp, HiddenSize);
            if (GatedMlp)
            {
                all["gate_proj"] = (HiddenSize, mlp);
            }
        }

        return all;
    }

    // The router of a layer has one row for each expert.
    private long MlpParameters(int experts) =>
        ((Layers - ExpertLayers) * MlpMatrices * (long)HiddenSize * MlpWidth)
        + (ExpertLayers * HiddenSize * ((MlpMatrices * (((long)experts * ExpertWidth) + SharedExpertWidth)) + ExpertCount));
}
