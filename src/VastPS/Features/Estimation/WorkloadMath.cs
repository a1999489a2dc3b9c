namespace VastPS.Features.Estimation;

/// <summary>Quantities that more than one resource needs.</summary>
internal static class WorkloadMath
{
    public static bool Trains(this VastWorkload work) => work.Method != VastRunMethod.Inference;

    public static bool HasAdapters(this VastWorkload work) => work.AdapterRank > 0;

    /// <summary>True for the methods that generate completions while they train.</summary>
    public static bool IsReinforcement(this VastWorkload work) => work.Method is VastRunMethod.PPO or VastRunMethod.GRPO;

    /// <summary>
    /// Parameters of the adapters: rank times input and output of each matrix that carries one, for DoRA a magnitude for each output.
    /// </summary>
    public static long AdapterParameters(this VastWorkload work)
    {
        IReadOnlyDictionary<string, (long In, long Out)> matrices = work.Shape.Matrices();
        return (work.AdapterLayers * work.AdapterTarget.Where(matrices.ContainsKey).Sum(t => Count(matrices[t].In, matrices[t].Out)))
            + (work.AdaptsHead() ? Count(work.HiddenSize, work.VocabSize) : 0);

        long Count(long input, long output) =>
            (work.AdapterRank * (input + output)) + (work.AdapterKind == VastAdapterKind.DoRA ? output : 0);
    }

    /// <summary>True where the output head carries an adapter.</summary>
    public static bool AdaptsHead(this VastWorkload work) => work.AdapterTarget.Contains(ModelShape.Head, StringComparer.OrdinalIgnoreCase);

    /// <summary>Bytes of one parameter of an adapter.</summary>
    public static double AdapterBytes(this VastWorkload work) => work.AdapterPrecision == VastPrecision.BF16 ? 2 : 4;

    /// <summary>Bytes of a quantised parameter with its constants; null where nothing is quantised.</summary>
    public static double? QuantizedBytes(this VastWorkload work) => work.Quantization switch
    {
        VastQuantization.Int8 => 1.02,
        VastQuantization.NF4 => 0.5 + (4.0 / 64),
        VastQuantization.NF4Double => 0.5 + (1.0 / 64) + (4.0 / (64 * 256)),
        VastQuantization.Int4 => 0.5 + (4.0 / 128),
        _ => null,
    };

    public static bool Offloads(this VastWorkload work, VastOffload what) => (work.Offload & what) != 0;

    /// <summary>Parameters of the policy that are trained.</summary>
    public static long TrainedParameters(this VastWorkload work) =>
        !work.Trains() ? 0 : work.HasAdapters() ? work.AdapterParameters() : work.ParameterCount;

    /// <summary>Tokens of a micro step on one GPU; a preference pair is two sequences.</summary>
    public static double Tokens(this VastWorkload work) =>
        (double)work.BatchSize * work.SequenceLength * (work.Method == VastRunMethod.DPO ? 2 : 1);

    /// <summary>Optimizer steps on so many GPUs: as given, or as the tokens make; null where neither is known.</summary>
    public static int? StepsOn(this VastWorkload work, int gpus)
    {
        if (work.TrainingTokens is not { } tokens)
        {
            return work.Steps;
        }

        double perStep = work.Tokens() * work.GradientAccumulation * gpus;
        return (int)Math.Min(int.MaxValue, Math.Max(1, Math.Ceiling(tokens * work.Epochs / perStep)));
    }

    /// <summary>Bytes of a parameter as it is loaded, before any quantisation.</summary>
    public static double LoadedBytes(this VastWorkload work) => work.Precision == VastPrecision.BF16 ? 2 : 4;

    /// <summary>
    /// The same run with other weights than assumed, as trainers load them without a word: in 32 bits, for autocast and for plain
    /// training. Nothing where the precision was said, or where the weights are quantised.
    /// </summary>
    /// <remarks>
    /// from_pretrained loads float32 without dtype before transformers 5 (pull requests 34919 and 42805 made "auto" the default), and the
    /// Trainer does not change it; TRL goes on loading float32 from a name (pull request 5457). An engine loads what the files have.
    /// </remarks>
    public static IEnumerable<VastWorkload> InWiderWeights(this VastWorkload work)
    {
        bool isEngine = !work.Trains() && work.Engine != VastEngine.Generate;
        return !work.IsPrecisionAssumed || work.Quantization != VastQuantization.None || isEngine
            ? []
            : [With(VastPrecision.Mixed), With(VastPrecision.FP32)];

        VastWorkload With(VastPrecision precision)
        {
            WorkloadDraft draft = WorkloadDraft.From(work);
            (draft.Precision, draft.IsPrecisionAssumed) = (precision, false);
            return draft.Build();
        }
    }
}
