namespace VastPS.Estimating;

/// <summary>The shape of a dense decoder: what decides its parameters, activations and caches.</summary>
internal sealed record ModelShape
{
    public required int Layers { get; init; }

    public required int HiddenSize { get; init; }

    public required int AttentionHeads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadDim { get; init; }

    public required int MlpWidth { get; init; }

    public required int VocabSize { get; init; }

    public int LearnedPositions { get; init; }

    public bool TiedEmbeddings { get; init; }

    public bool GatedMlp { get; init; } = true;

    public bool QueryKeyNorm { get; init; }

    /// <summary>Width of all queries of a token.</summary>
    public long QueryWidth => (long)AttentionHeads * HeadDim;

    /// <summary>Width of all keys, or of all values, of a token.</summary>
    public long KeyValueWidth => (long)KeyValueHeads * HeadDim;

    /// <summary>Matrices of the MLP, each HiddenSize by MlpWidth.</summary>
    public int MlpMatrices => GatedMlp ? 3 : 2;

    /// <summary>Parameters of the embeddings and of the output head.</summary>
    public long EmbeddingParameters =>
        ((TiedEmbeddings ? 1L : 2L) * VocabSize * HiddenSize) + ((long)LearnedPositions * HiddenSize);

    /// <summary>All parameters. Biases are left out: below 0.1 % of every model that has them.</summary>
    public long Parameters => (Layers * (AttentionParameters + (MlpMatrices * (long)HiddenSize * MlpWidth) + (2L * HiddenSize))) + HiddenSize + EmbeddingParameters;

    private long AttentionParameters => 2 * HiddenSize * (QueryWidth + KeyValueWidth);

    /// <summary>The MLP width that gives this many parameters, the rest of the shape being as it is; below 1 when the rest alone is larger.</summary>
    public double MlpWidthFor(long parameters) =>
        ((((double)parameters - EmbeddingParameters - HiddenSize) / Layers) - AttentionParameters - (2.0 * HiddenSize)) / ((double)MlpMatrices * HiddenSize);

    /// <summary>Input and output width of the matrices of a layer, under the names that adapters use.</summary>
    public IReadOnlyDictionary<string, (long In, long Out)> Matrices()
    {
        var all = new Dictionary<string, (long In, long Out)>(StringComparer.OrdinalIgnoreCase)
        {
            ["q_proj"] = (HiddenSize, QueryWidth),
            ["k_proj"] = (HiddenSize, KeyValueWidth),
            ["v_proj"] = (HiddenSize, KeyValueWidth),
            ["o_proj"] = (QueryWidth, HiddenSize),
            ["up_proj"] = (HiddenSize, MlpWidth),
            ["down_proj"] = (MlpWidth, HiddenSize),
        };
        if (GatedMlp)
        {
            all["gate_proj"] = (HiddenSize, MlpWidth);
        }

        return all;
    }
}
