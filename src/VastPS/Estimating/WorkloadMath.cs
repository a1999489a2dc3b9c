namespace VastPS.Estimating;

/// <summary>Quantities that more than one resource needs.</summary>
internal static class WorkloadMath
{
    public static ModelShape Shape(this VastWorkload work) => new()
    {
        Layers = work.Layers,
        HiddenSize = work.HiddenSize,
        AttentionHeads = work.AttentionHeads,
        KeyValueHeads = work.KeyValueHeads,
        HeadDim = work.HeadDim,
        MlpWidth = work.MlpWidth,
        VocabSize = work.VocabSize,
        LearnedPositions = work.LearnedPositions,
        TiedEmbeddings = work.TiedEmbeddings,
        GatedMlp = work.GatedMlp,
        QueryKeyNorm = work.QueryKeyNorm,
    };

    public static bool Trains(this VastWorkload work) => work.Method != VastRunMethod.Inference;

    public static bool HasAdapters(this VastWorkload work) => work.AdapterRank > 0;

    /// <summary>True for the methods that generate completions while they train.</summary>
    public static bool IsReinforcement(this VastWorkload work) => work.Method is VastRunMethod.PPO or VastRunMethod.GRPO;

    /// <summary>Parameters of the adapters: rank times input and output of each matrix that carries one.</summary>
    public static long AdapterParameters(this VastWorkload work)
    {
        IReadOnlyDictionary<string, (long In, long Out)> matrices = work.Shape().Matrices();
        return work.Layers * work.AdapterTarget.Sum(t => work.AdapterRank * (matrices[t].In + matrices[t].Out));
    }

    /// <summary>Parameters of the policy that are trained.</summary>
    public static long TrainedParameters(this VastWorkload work) =>
        !work.Trains() ? 0 : work.HasAdapters() ? work.AdapterParameters() : work.ParameterCount;

    /// <summary>Tokens of a micro step on one GPU; a preference pair is two sequences.</summary>
    public static double Tokens(this VastWorkload work) =>
        (double)work.BatchSize * work.SequenceLength * (work.Method == VastRunMethod.DPO ? 2 : 1);

    /// <summary>Bytes of a parameter as it is loaded, before any quantisation.</summary>
    public static double LoadedBytes(this VastWorkload work) => work.Precision == VastPrecision.BF16 ? 2 : 4;
}
