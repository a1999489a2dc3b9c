using System.Text.Json;
using System.Text.Json.Serialization;

namespace VastPS.Features.Estimation;

/// <summary>
/// A workload being put together: what was said, null where nothing was said. <see cref="Build"/> fills in the defaults and
/// refuses what contradicts itself. Its properties are the list of a workload's fields (<see cref="WorkloadFields"/>); the names are
/// those of <see cref="VastWorkload"/>, so its JSON reads back.
/// </summary>
internal sealed class WorkloadDraft
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    public string? Model { get; set; }

    public long? ParameterCount { get; set; }

    public long? ActiveParameterCount { get; set; }

    public string? StoredAs { get; set; }

    public IReadOnlyList<string>? Parts { get; set; }

    public int? Layers { get; set; }

    public int? HiddenSize { get; set; }

    public int? AttentionHeads { get; set; }

    public int? KeyValueHeads { get; set; }

    public int? HeadDim { get; set; }

    public int? MlpWidth { get; set; }

    public int? VocabSize { get; set; }

    public int LearnedPositions { get; set; }

    public bool TiedEmbeddings { get; set; }

    public bool GatedMlp { get; set; } = true;

    public bool QueryKeyNorm { get; set; }

    public int ExpertCount { get; set; }

    public int ActiveExperts { get; set; }

    public int ExpertWidth { get; set; }

    public int SharedExpertWidth { get; set; }

    public int DenseLayers { get; set; }

    public int KeyValueRank { get; set; }

    public int QueryRank { get; set; }

    public int RopeDim { get; set; }

    public int SlidingWindow { get; set; }

    public int WindowedLayers { get; set; }

    public int CrossLayers { get; set; }

    public int StateLayers { get; set; }

    public int StateWidth { get; set; }

    public long OtherParameters { get; set; }

    public bool IsApproximate { get; set; }

    public VastRunMethod? Method { get; set; }

    public VastPrecision? Precision { get; set; }

    public bool IsPrecisionAssumed { get; set; }

    public VastQuantization? Quantization { get; set; }

    public bool QuantizedExperts { get; set; }

    public int? AdapterRank { get; set; }

    public IReadOnlyList<string>? AdapterTarget { get; set; }

    public int? AdapterLayers { get; set; }

    public VastAdapterKind? AdapterKind { get; set; }

    public VastPrecision? AdapterPrecision { get; set; }

    public VastOptimizer? Optimizer { get; set; }

    public VastOffload? Offload { get; set; }

    public VastSharding? Sharding { get; set; }

    public int? BatchSize { get; set; }

    public int? GradientAccumulation { get; set; }

    public int? SequenceLength { get; set; }

    public int? CompletionLength { get; set; }

    public bool VariableLengths { get; set; }

    public VastCheckpointing? Checkpointing { get; set; }

    public VastAttention? Attention { get; set; }

    public VastLoss? Loss { get; set; }

    public bool FusedKernels { get; set; }

    public VastEngine? Engine { get; set; }

    public bool ReferenceModel { get; set; }

    public int? Workers { get; set; }

    public int? Steps { get; set; }

    public long? TrainingTokens { get; set; }

    public double? Epochs { get; set; }

    public int? EvaluationInterval { get; set; }

    public long? EvaluationTokens { get; set; }

    public int? CheckpointInterval { get; set; }

    public int? KeepCheckpoints { get; set; }

    public double? DatasetGB { get; set; }

    public double? ImageGB { get; set; }

    /// <summary>Reads what ConvertTo-Json made of a workload.</summary>
    /// <param name="json">Text of the file.</param>
    /// <param name="source">What the user gave, for errors.</param>
    public static WorkloadDraft FromJson(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<WorkloadDraft>(json, s_json)
                ?? throw new VastException(VastReason.WorkloadUnreadable, source, "it is empty");
        }
        catch (JsonException e)
        {
            throw VastException.Because(
                e,
                VastReason.WorkloadUnreadable,
                source,
                e.Path is { Length: > 1 } at ? $"{at[2..]} is not understood" : "it is not the JSON of a workload");
        }
    }

    /// <summary>A draft that says all that a workload says.</summary>
    public static WorkloadDraft From(VastWorkload work)
    {
        WorkloadDraft draft = WorkloadFields.Copy(work, new WorkloadDraft());
        draft.AdapterLayers = work.AdapterLayers > 0 ? work.AdapterLayers : null;
        return draft;
    }

    /// <summary>Takes a method; where it is another than before, what depended on that one is forgotten.</summary>
    public void SetMethod(VastRunMethod? method)
    {
        if (method is null || method == Method)
        {
            return;
        }

        if (Method is not null)
        {
            Quantization = null;
            QuantizedExperts = false;
            AdapterRank = null;
            AdapterTarget = null;
            Optimizer = null;
            Checkpointing = null;
            Loss = null;
            CompletionLength = null;
            ReferenceModel = false;
            AdapterLayers = null;
            AdapterKind = null;
            AdapterPrecision = null;
            Engine = null;
        }

        Method = method;
    }

    /// <summary>Takes over a shape that is all that is known of a model.</summary>
    public void Take(string model, ModelShape shape) => Take(model, new ModelCard(shape));

    /// <summary>Takes over a known model.</summary>
    public void Take(string model, ModelCard card)
    {
        WorkloadFields.Copy(card.Shape, this);
        Model = model;
        ParameterCount = card.Parameters;
        StoredAs = card.StoredAs;
        Parts = card.Parts;
    }

    /// <summary>The finished workload.</summary>
    public VastWorkload Build()
    {
        WorkloadRules.CheckNumbers(this);
        ModelShape shape = WorkloadRules.Shape(this);
        VastWorkload work = WorkloadFields.Copy(WithDefaults(shape), new VastWorkload { Shape = shape });
        WorkloadRules.CheckAgreement(work, shape);
        return work;
    }

    // Weights that are frozen stay as they are stored, where a trainer or an engine can compute with that.
    private VastQuantization? Stored() => Method switch
    {
        VastRunMethod.LoRA or VastRunMethod.Inference => StoredWeightsRule.Quantization(StoredAs ?? ""),
        VastRunMethod.QLoRA => StoredWeightsRule.Quantization(StoredAs ?? "") is { } bits and not VastQuantization.Int8 ? bits : null,
        _ => null,
    };

    // A number that is not named here is 0 where nothing was said, or stays unknown.
    private WorkloadDraft WithDefaults(ModelShape shape)
    {
        var full = (WorkloadDraft)MemberwiseClone();
        bool trains = Method != VastRunMethod.Inference;
        bool adapters = Method is VastRunMethod.LoRA or VastRunMethod.QLoRA || AdapterRank > 0;
        bool generates = Method is VastRunMethod.PPO or VastRunMethod.GRPO;
        full.Model = Model is { Length: > 0 } named ? named : "custom";
        full.ActiveParameterCount ??= ParameterCount - shape.IdleParameters;
        full.Quantization ??= Stored();
        full.IsPrecisionAssumed = Precision is null || IsPrecisionAssumed;
        full.Precision ??= VastPrecision.BF16;
        full.Quantization ??= Method == VastRunMethod.QLoRA ? VastQuantization.NF4 : VastQuantization.None;
        full.AdapterRank ??= adapters ? 16 : 0;
        full.AdapterTarget = AdapterTarget is { } targets
            ? [.. targets.Distinct(StringComparer.OrdinalIgnoreCase)]
            : (adapters ? [.. shape.Matrices().Keys] : []);
        full.AdapterLayers ??= adapters ? shape.Layers : 0;
        full.AdapterKind ??= VastAdapterKind.LoRA;
        full.AdapterPrecision ??= VastPrecision.FP32;
        full.Optimizer ??= trains ? VastOptimizer.AdamW : VastOptimizer.None;
        full.Offload ??= VastOffload.None;
        full.Sharding ??= VastSharding.None;
        full.BatchSize ??= 1;
        full.GradientAccumulation ??= 1;
        full.SequenceLength ??= 2048;
        full.CompletionLength ??= generates ? Math.Max(1, full.SequenceLength.Value / 2) : 0;
        full.Checkpointing ??= trains ? VastCheckpointing.Full : VastCheckpointing.None;
        full.Attention ??= VastAttention.Flash;

        // A plain trainer builds all logits. Who computes them in pieces knows it; who does not must not be told that it fits.
        full.Loss ??= trains ? VastLoss.Materialized : VastLoss.None;
        full.Engine ??= generates || !trains ? VastEngine.Generate : VastEngine.None;
        full.Epochs ??= 1;
        full.CheckpointInterval ??= 500;
        full.ImageGB ??= 8;
        return full;
    }
}
