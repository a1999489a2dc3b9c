using System.Globalization;

namespace VastPS.Features.Estimation;

/// <summary>What a workload may not say. Every refusal names the values that do not go together.</summary>
internal static class WorkloadRules
{
    // Published counts are rounded and leave biases out; a larger difference means that a number is wrong.
    private const double ParameterTolerance = 0.10;

    private const VastOffload AnyOffload = VastOffload.Optimizer | VastOffload.Parameters | VastOffload.Activations;

    private static readonly IReadOnlySet<string> s_atLeastOne = new HashSet<string>
    {
        nameof(WorkloadDraft.ParameterCount),
        nameof(WorkloadDraft.Layers),
        nameof(WorkloadDraft.HiddenSize),
        nameof(WorkloadDraft.AttentionHeads),
        nameof(WorkloadDraft.KeyValueHeads),
        nameof(WorkloadDraft.HeadDim),
        nameof(WorkloadDraft.VocabSize),
        nameof(WorkloadDraft.BatchSize),
        nameof(WorkloadDraft.GradientAccumulation),
        nameof(WorkloadDraft.SequenceLength),
        nameof(WorkloadDraft.Steps),
        nameof(WorkloadDraft.TrainingTokens),
        nameof(WorkloadDraft.EvaluationInterval),
        nameof(WorkloadDraft.CheckpointInterval),
        nameof(WorkloadDraft.KeepCheckpoints),
    };

    /// <summary>Refuses what is missing, zero or negative.</summary>
    public static void CheckNumbers(WorkloadDraft draft)
    {
        Need(draft.Method, nameof(draft.Method), "Full, LoRA, QLoRA, DPO, PPO, GRPO or Inference");
        Need(draft.ParameterCount, nameof(draft.ParameterCount), "7e9");
        Need(draft.Layers, nameof(draft.Layers), "32");
        Need(draft.HiddenSize, nameof(draft.HiddenSize), "4096");
        Need(draft.AttentionHeads, nameof(draft.AttentionHeads), "32");
        Need(draft.VocabSize, nameof(draft.VocabSize), "32000");

        if (draft.Offload is { } offload && (offload & ~AnyOffload) != 0)
        {
            throw new VastException(
                VastReason.InvalidValue,
                (int)offload,
                nameof(draft.Offload),
                $"it is made of {string.Join(", ", Enum.GetNames<VastOffload>())}",
                "New-VastWorkload ... -Offload Optimizer");
        }

        foreach ((string name, Func<WorkloadDraft, object?> of) in WorkloadFields.All)
        {
            switch (of(draft))
            {
                case null or bool or VastOffload:
                    break;
                case Enum choice:
                    Known(choice, name);
                    break;
                case IConvertible number and not string:
                    AtLeast(Least(name, draft), number.ToDouble(CultureInfo.InvariantCulture), name);
                    break;
            }
        }
    }

    private static double Least(string name, WorkloadDraft draft) =>
        name == nameof(draft.MlpWidth) ? (draft.ExpertCount > 0 || draft.StateLayers > 0 ? 0 : 1)
        : s_atLeastOne.Contains(name) ? 1
        : 0;

    /// <summary>The shape, with what follows from the other numbers filled in.</summary>
    public static ModelShape Shape(WorkloadDraft draft)
    {
        int hidden = draft.HiddenSize!.Value;
        int heads = draft.AttentionHeads!.Value;
        int keyValueHeads = draft.KeyValueHeads ?? heads;
        Refuse(draft.HeadDim is null && hidden % heads != 0,
            nameof(draft.HiddenSize),
            hidden,
            nameof(draft.AttentionHeads),
            heads,
            "the width does not divide into the heads; give HeadDim if it is meant so");
        Refuse(heads % keyValueHeads != 0,
            nameof(draft.AttentionHeads),
            heads,
            nameof(draft.KeyValueHeads),
            keyValueHeads,
            "each key and value head serves the same number of query heads");

        bool experts = draft.ExpertCount > 0;
        Refuse(experts && (draft.ActiveExperts < 1 || draft.ActiveExperts > draft.ExpertCount),
            nameof(draft.ActiveExperts),
            draft.ActiveExperts,
            nameof(draft.ExpertCount),
            draft.ExpertCount,
            "each token is computed by some of the experts");
        Refuse(
            experts && draft.ExpertWidth < 1,
            nameof(draft.ExpertWidth),
            draft.ExpertWidth,
            nameof(draft.ExpertCount),
            draft.ExpertCount,
            "an expert has a width");
        Refuse(
            draft.DenseLayers > (experts ? draft.Layers!.Value - 1 : 0),
            nameof(draft.DenseLayers),
            draft.DenseLayers,
            nameof(draft.Layers),
            draft.Layers,
            "that leaves no layer with experts");
        Refuse(
            draft.WindowedLayers > draft.Layers,
            nameof(draft.WindowedLayers),
            draft.WindowedLayers,
            nameof(draft.Layers),
            draft.Layers,
            "there are no more layers");
        Refuse(
            draft.StateLayers > draft.Layers,
            nameof(draft.StateLayers),
            draft.StateLayers,
            nameof(draft.Layers),
            draft.Layers,
            "there are no more layers");
        Refuse(
            draft.CrossLayers >= draft.Layers,
            nameof(draft.CrossLayers),
            draft.CrossLayers,
            nameof(draft.Layers),
            draft.Layers,
            "the encoder has layers too");

        long parameters = draft.ParameterCount!.Value;

        // What the draft says is copied over it.
        ModelShape shape = WorkloadFields.Copy(draft, new ModelShape
        {
            Layers = draft.Layers!.Value,
            HiddenSize = hidden,
            AttentionHeads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDim = hidden / heads,
            MlpWidth = 0,
            VocabSize = draft.VocabSize!.Value,
        });
        if (draft.MlpWidth is null && (!experts || draft.DenseLayers > 0))
        {
            double width = shape.MlpWidthFor(parameters);
            Refuse(width is < 1 or > int.MaxValue, nameof(draft.ParameterCount), parameters, nameof(draft.HiddenSize), hidden,
                $"with {shape.Layers} layers and {shape.VocabSize} tokens that leaves no possible MLP");
            shape = shape with { MlpWidth = (int)Math.Round(width) };
        }

        Refuse(Math.Abs(shape.Parameters - (double)parameters) > ParameterTolerance * parameters,
            nameof(draft.ParameterCount),
            parameters,
            nameof(draft.MlpWidth),
            shape.MlpWidth,
            FormattableString.Invariant($"the shape has {shape.Parameters} parameters"));
        return shape;
    }

    /// <summary>Refuses settings that exclude each other.</summary>
    public static void CheckAgreement(VastWorkload work, ModelShape shape)
    {
        bool adapters = work.AdapterRank > 0;
        bool generates = work.IsReinforcement();
        bool alwaysAdapters = work.Method is VastRunMethod.LoRA or VastRunMethod.QLoRA;
        bool neverAdapters = work.Method is VastRunMethod.Full or VastRunMethod.Inference;

        Refuse(
            adapters && neverAdapters, nameof(work.AdapterRank), work.AdapterRank, nameof(work.Method), work.Method, "it has no adapters");
        Refuse(
            !adapters && alwaysAdapters,
            nameof(work.AdapterRank),
            work.AdapterRank,
            nameof(work.Method),
            work.Method,
            "its adapters have a rank of 1 or more");
        Refuse(
            !adapters && work.AdapterTarget.Count > 0,
            nameof(work.AdapterTarget),
            string.Join(",", work.AdapterTarget),
            nameof(work.Method),
            work.Method,
            "there are no adapters without AdapterRank");
        Refuse(
            adapters && work.AdapterTarget.Count == 0,
            nameof(work.AdapterTarget),
            "(none)",
            nameof(work.AdapterRank),
            work.AdapterRank,
            "adapters need matrices to sit on");
        Refuse(
            work.AdapterRank > work.HiddenSize,
            nameof(work.AdapterRank),
            work.AdapterRank,
            nameof(work.HiddenSize),
            work.HiddenSize,
            "the rank is larger than the matrices");
        IReadOnlyDictionary<string, (long In, long Out)> matrices = shape.Matrices();
        Refuse(
            work.AdapterLayers > work.Layers,
            nameof(work.AdapterLayers),
            work.AdapterLayers,
            nameof(work.Layers),
            work.Layers,
            "there are no more layers to carry adapters");
        Refuse(
            adapters && work.AdapterLayers == 0,
            nameof(work.AdapterLayers),
            0,
            nameof(work.AdapterRank),
            work.AdapterRank,
            "adapters need layers to sit on");
        Refuse(
            !adapters && work.AdapterLayers > 0,
            nameof(work.AdapterLayers),
            work.AdapterLayers,
            nameof(work.Method),
            work.Method,
            "it has no adapters");
        Refuse(
            !adapters && work.AdapterKind != VastAdapterKind.LoRA,
            nameof(work.AdapterKind),
            work.AdapterKind,
            nameof(work.Method),
            work.Method,
            "it has no adapters");
        Refuse(
            work.AdapterPrecision == VastPrecision.Mixed,
            nameof(work.AdapterPrecision),
            work.AdapterPrecision,
            nameof(work.AdapterRank),
            work.AdapterRank,
            "adapters are kept in FP32 or BF16");
        foreach (string target in work.AdapterTarget.Where(t => !ModelShape.Head.Equals(t, StringComparison.OrdinalIgnoreCase)))
        {
            if (!matrices.ContainsKey(target ?? ""))
            {
                throw new VastException(
                    VastReason.WorkloadContradicts,
                    $"{nameof(work.AdapterTarget)} {target}",
                    $"{nameof(work.Model)} {work.Model}",
                    $"its layers have {string.Join(", ", matrices.Keys)}, and there is {ModelShape.Head}; for all of a layer leave "
                    + $"-{nameof(work.AdapterTarget)} out, or say all-linear");
            }
        }

        bool frozen = adapters || !work.Trains();
        Refuse(
            work.Quantization != VastQuantization.None && !frozen,
            nameof(work.Quantization),
            work.Quantization,
            nameof(work.Method),
            work.Method,
            "quantised weights cannot be trained without adapters");
        Refuse(
            work.QuantizedExperts && work.ExpertCount == 0,
            nameof(work.QuantizedExperts),
            true,
            nameof(work.ExpertCount),
            0,
            "it has no experts");
        Refuse(
            work.QuantizedExperts && work.Quantization == VastQuantization.None,
            nameof(work.QuantizedExperts),
            true,
            nameof(work.Quantization),
            work.Quantization,
            "nothing is quantised");
        Refuse(work.Method == VastRunMethod.QLoRA && work.Quantization is VastQuantization.None or VastQuantization.Int8,
            nameof(work.Quantization), work.Quantization, nameof(work.Method), work.Method, "its frozen weights have 4 bits");

        Refuse(
            generates && work.CompletionLength < 1,
            nameof(work.CompletionLength),
            work.CompletionLength,
            nameof(work.Method),
            work.Method,
            "it learns from completions");
        Refuse(
            generates && work.CompletionLength >= work.SequenceLength,
            nameof(work.CompletionLength),
            work.CompletionLength,
            nameof(work.SequenceLength),
            work.SequenceLength,
            "the prompt needs tokens too");
        Refuse(
            !generates && work.CompletionLength > 0,
            nameof(work.CompletionLength),
            work.CompletionLength,
            nameof(work.Method),
            work.Method,
            "it generates nothing while it trains");
        Refuse(
            (work.Engine == VastEngine.None) == (generates || !work.Trains()),
            nameof(work.Engine),
            work.Engine,
            nameof(work.Method),
            work.Method,
            generates || !work.Trains() ? "something must generate the text" : "it generates nothing while it trains");
        Refuse(
            work.Engine == VastEngine.VLLMSleep && !work.Trains(),
            nameof(work.Engine),
            work.Engine,
            nameof(work.Method),
            work.Method,
            "only an engine beside training has a reason to sleep");
        Refuse(work.Offloads(VastOffload.Parameters) && work.Trains() && !adapters && !work.Offloads(VastOffload.Optimizer),
            nameof(work.Offload),
            work.Offload,
            nameof(work.Method),
            work.Method,
            "weights that are trained go with their optimizer: Optimizer, Parameters");
        Refuse(
            work.ReferenceModel && (work.Method != VastRunMethod.GRPO || adapters),
            nameof(work.ReferenceModel),
            work.ReferenceModel,
            nameof(work.Method),
            work.Method,
            adapters ? "with adapters the frozen weights are the reference" : "only GRPO has the choice");

        Refuse(
            work.Steps is not null && work.TrainingTokens is not null,
            nameof(work.Steps),
            work.Steps,
            nameof(work.TrainingTokens),
            work.TrainingTokens,
            "the steps follow from the tokens; give one of them");
        Refuse(
            work.EvaluationInterval is not null && work.EvaluationTokens == 0,
            nameof(work.EvaluationInterval),
            work.EvaluationInterval,
            nameof(work.EvaluationTokens),
            work.EvaluationTokens,
            "an evaluation has tokens");
        if (work.Trains())
        {
            Refuse(work.Epochs == 0, nameof(work.Epochs), work.Epochs, nameof(work.Method), work.Method, "nothing would be trained");
            Refuse(
                work.Optimizer == VastOptimizer.None,
                nameof(work.Optimizer),
                work.Optimizer,
                nameof(work.Method),
                work.Method,
                "training needs one");
            Refuse(work.Loss == VastLoss.None, nameof(work.Loss), work.Loss, nameof(work.Method), work.Method, "training needs one");
            return;
        }

        Refuse(
            work.Optimizer != VastOptimizer.None,
            nameof(work.Optimizer),
            work.Optimizer,
            nameof(work.Method),
            work.Method,
            "nothing is trained");
        Refuse(work.Loss != VastLoss.None, nameof(work.Loss), work.Loss, nameof(work.Method), work.Method, "nothing is trained");
        Refuse(
            work.Checkpointing != VastCheckpointing.None,
            nameof(work.Checkpointing),
            work.Checkpointing,
            nameof(work.Method),
            work.Method,
            "nothing is trained");
        Refuse(
            work.Offload != VastOffload.None, nameof(work.Offload), work.Offload, nameof(work.Method), work.Method, "nothing is trained");
        Refuse(
            work.GradientAccumulation != 1,
            nameof(work.GradientAccumulation),
            work.GradientAccumulation,
            nameof(work.Method),
            work.Method,
            "nothing is trained");
        Refuse(
            work.TrainingTokens is not null,
            nameof(work.TrainingTokens),
            work.TrainingTokens,
            nameof(work.Method),
            work.Method,
            "nothing is trained");
        Refuse(
            work.EvaluationInterval is not null,
            nameof(work.EvaluationInterval),
            work.EvaluationInterval,
            nameof(work.Method),
            work.Method,
            "nothing is trained");
        Refuse(work.Steps is not null, nameof(work.Steps), work.Steps, nameof(work.Method), work.Method, "nothing is trained");
        Refuse(
            work.KeepCheckpoints is not null,
            nameof(work.KeepCheckpoints),
            work.KeepCheckpoints,
            nameof(work.Method),
            work.Method,
            "nothing is trained");
        Refuse(work.Workers != 0, nameof(work.Workers), work.Workers, nameof(work.Method), work.Method, "it reads no training data");
        Refuse(
            work.Sharding is VastSharding.Zero1 or VastSharding.Zero2,
            nameof(work.Sharding),
            work.Sharding,
            nameof(work.Method),
            work.Method,
            "there are only weights to spread: Zero3");
    }

    private static void Refuse(bool contradicts, string name, object? value, string otherName, object? otherValue, string why)
    {
        if (contradicts)
        {
            throw new VastException(VastReason.WorkloadContradicts, Said(name, value), Said(otherName, otherValue), why);
        }

        static string Said(string name, object? value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value}");
    }

    private static void Need<T>(T? value, string name, string example)
        where T : struct
    {
        if (value is null)
        {
            throw new VastException(
                VastReason.InvalidValue, "Nothing", name, "it must be given", $"New-VastWorkload ... -{name} {example}");
        }
    }

    // A file may hold the number of an enumeration that has no such value.
    private static void Known(Enum given, string name)
    {
        Type type = given.GetType();
        if (!Enum.IsDefined(type, given))
        {
            throw new VastException(
                VastReason.InvalidValue,
                given,
                name,
                $"it is none of {string.Join(", ", Enum.GetNames(type))}",
                $"New-VastWorkload ... -{name} {Enum.GetNames(type)[0]}");
        }
    }

    private static void AtLeast(double least, double? value, string name)
    {
        if (value is { } given && !(given >= least && double.IsFinite(given)))
        {
            throw new VastException(
                VastReason.InvalidValue,
                given,
                name,
                $"it must be {least:0} or more",
                $"New-VastWorkload ... -{name} {Math.Max(1, least):0}");
        }
    }
}
