using VastPS.Basics;

namespace VastPS.Estimating;

/// <summary>
/// Memory of one GPU. A run needs the largest of its moments: the end of the forward pass, the backward pass, the optimizer
/// step and, where it generates, generation.
/// </summary>
internal sealed class VramModel
{
    // CUDA context, kernels and library workspaces: 0.5 GiB loaded lazily (CUDA 12.2 and later), up to 1.3 to 1.8 GiB on old
    // stacks (transformers docs, model_memory_anatomy: 1343 MiB measured).
    private static readonly Three s_context = new(0.5 * Bytes.GiB, 0.6 * Bytes.GiB, 1.5 * Bytes.GiB);

    // NCCL: 0.5 to 0.7 GiB a communicator, 1.5 to 2 GiB for a full torch.distributed start (nccl issues 864, 964).
    private static readonly Three s_collectives = new(0.5 * Bytes.GiB, 1.0 * Bytes.GiB, 2.0 * Bytes.GiB);

    // What the allocator needs beyond what is allocated, measured as reserved or device use over allocated.
    private static readonly Three s_fragmentation = new(0.02, 0.06, 0.15);

    // The same where lengths vary, of everything but the weights.
    private static readonly Three s_fragmentationVariable = new(0.02, 0.10, 0.35);

    // Measured over estimated activations at the 10th, 50th and 90th percentile: fixed and variable lengths.
    private static readonly Three s_activationScale = new(0.85, 1.0, 1.20);
    private static readonly Three s_activationScaleVariable = new(0.85, 1.0, 1.45);

    // Bytes per element of the kept layer inputs: 2, but 4 where the residual stream is of 32 bits. Adapter training often has
    // such a stream without saying so, hence the wider range there (measured slopes fit both).
    private static readonly Three s_residual = new(2, 2, 2);
    private static readonly Three s_residualAdapters = new(2, 2, 4);
    private static readonly Three s_residual32 = new(4, 4, 4);

    // Bytes per logit. Measured slopes: 14.5 for logits, 32-bit copy, log-softmax and gradient; 8 for in-place kernels;
    // 0.5 where the head is computed in pieces.
    private const double LogitBytesMaterialized = 14.5;
    private const double LogitBytesFused = 8;
    private const double LogitBytesFusedLinear = 0.5;

    // Selective checkpointing keeps about 55 % of a layer; working memory without full recomputation is about 35 %.
    private const double SelectiveShare = 0.55;
    private const double WorkShare = 0.35;

    // Two reduce buckets of 5e8 elements of 16 bits: DeepSpeed's defaults when gradients stream to the CPU.
    private const double OffloadBuckets = 2 * 5e8 * 2;

    private readonly VastWorkload _work;
    private readonly ModelShape _shape;
    private readonly int _gpus;
    private readonly double _tokens;
    private readonly long _embedding;
    private readonly long _linear;

    /// <param name="work">The run.</param>
    /// <param name="gpus">GPUs that share it.</param>
    public VramModel(VastWorkload work, int gpus)
    {
        _work = work;
        _shape = work.Shape();
        _gpus = gpus;
        _tokens = work.Tokens();
        _embedding = Math.Min(_shape.EmbeddingParameters, work.ParameterCount);
        _linear = work.ParameterCount - _embedding;
    }

    public Requirement Require() => Requirement.Largest(Moments);

    private bool Offloads => _work.Offload == VastOffload.Optimizer;

    private bool Eager => _work.Attention == VastAttention.Eager;

    // GPUs that the weights, gradients and optimizer states are spread over.
    private int WeightShards => _work.Sharding >= VastSharding.Zero3 ? _gpus : 1;

    private int GradientShards => _work.Sharding >= VastSharding.Zero2 ? _gpus : 1;

    private int OptimizerShards => _work.Sharding >= VastSharding.Zero1 ? _gpus : 1;

    private IEnumerable<Moment> Moments(Case c)
    {
        if (!_work.Trains())
        {
            return [Finish(Generate(c), c)];
        }

        List<Moment> moments = [Finish(Forward(c), c), Finish(Backward(c), c), Finish(Step(c), c)];
        if (_work.IsReinforcement())
        {
            moments.Add(Finish(Generate(c), c));
        }

        return moments;
    }

    private Moment Forward(Case c)
    {
        Moment moment = Held(new Moment("Forward"), c, gradients: _work.GradientAccumulation > 1, step: false);
        AddAutocast(moment);
        moment.Add("Activations", KeptActivations(c));

        // Logits are freed before the first layer is computed again, so only the larger of the two counts.
        double logits = LogitTokens * _work.VocabSize * LogitBytes * Scale(c);
        double layer = LayerWork(c);
        return logits > layer ? moment.Add("Logits and loss", logits) : moment.Add("Layer at work", layer);
    }

    private Moment Backward(Case c)
    {
        Moment moment = Held(new Moment("Backward"), c, gradients: true, step: false);
        AddAutocast(moment);
        return moment.Add("Layer at work", LayerWork(c)).Add("Activations", KeptActivations(c) / _work.Layers);
    }

    private Moment Step(Case c) => Held(new Moment("Step"), c, gradients: true, step: true);

    private Moment Generate(Case c)
    {
        Moment moment = Held(new Moment("Generate"), c, gradients: false, step: false);
        double cacheBytes = _work.Precision == VastPrecision.FP32 ? 4 : 2;
        double cache = 2.0 * _work.Layers * _shape.KeyValueWidth * cacheBytes * _work.BatchSize * _work.SequenceLength;
        return moment
            .Add("KV cache", cache / (_work.Trains() ? 1 : WeightShards))
            .Add("Layer at work", LayerWorkBytes() * WorkShare * Scale(c))
            .Add("Logits and loss", (double)_work.BatchSize * _work.VocabSize * 4);
    }

    /// <summary>What is there whatever the batch: weights, optimizer states and, where asked, gradients and the step's temporary.</summary>
    private Moment Held(Moment moment, Case c, bool gradients, bool step)
    {
        TrainingState full = TrainingState.OfModel(_work);
        bool adapters = _work.HasAdapters();
        moment.Add("Weights", BaseWeights() / WeightShards);
        if (adapters)
        {
            long count = _work.AdapterParameters();
            AddTrained(moment, TrainingState.OfAdapter(_work), count, 0, c, gradients, step);
            moment.Add("Adapters", 4.0 * count / WeightShards);
        }
        else if (_work.Trains())
        {
            AddTrained(moment, full, _work.ParameterCount, _work.TiedEmbeddings ? _embedding : _embedding / 2, c, gradients, step);
        }

        AddOtherModels(moment, full, c, gradients, step);
        if (_work.Quantization != VastQuantization.None && _work.Trains())
        {
            // One MLP is turned back into 16 bits at a time.
            moment.Add("Dequantised layer", 2.0 * _shape.MlpMatrices * _work.HiddenSize * _work.MlpWidth);
        }

        if (_gpus > 1 && _work.Sharding == VastSharding.Zero3 && _work.Trains())
        {
            // Two layers and the embeddings are gathered at once, and one layer of gradients waits to be reduced.
            double layer = LinearBytes() / _work.Layers;
            moment.Add("Gathered layers", (2 * layer) + (2.0 * _embedding) + (adapters ? 0 : 2.0 * _linear / _work.Layers));
        }

        return moment;
    }

    private void AddTrained(Moment moment, TrainingState state, long count, long embedding, Case c, bool gradients, bool step)
    {
        if (Offloads)
        {
            moment.Add("Gradients", gradients ? Math.Min(state.Gradients * count, OffloadBuckets) : 0);
            return;
        }

        moment.Add("Optimizer states", OptimizerBytes(state, count, embedding)[c] / OptimizerShards);
        moment.Add("Gradients", gradients ? state.Gradients * count / GradientShards : 0);
        moment.Add("Optimizer temporary", step ? state.Temporary * count / OptimizerShards : 0);
    }

    // bitsandbytes keeps the states of embeddings in 32 bits.
    private Three OptimizerBytes(TrainingState state, long count, long embedding)
    {
        Three each = state.OptimizerStates;
        double wide = _work.Optimizer is VastOptimizer.AdamW8bit or VastOptimizer.PagedAdamW8bit ? 8.0 * embedding : 0;
        double narrow = wide > 0 ? count - embedding : count;
        return new Three((each.Optimistic * narrow) + wide, (each.Base * narrow) + wide, (each.Pessimistic * narrow) + wide);
    }

    private void AddOtherModels(Moment moment, TrainingState full, Case c, bool gradients, bool step)
    {
        double copy = 2.0 * _work.ParameterCount / WeightShards;
        bool wholeModel = !_work.HasAdapters();
        bool reference = wholeModel && (_work.Method is VastRunMethod.DPO or VastRunMethod.PPO || _work.ReferenceModel);
        moment.Add("Reference model", reference ? copy : 0);
        if (_work.Method != VastRunMethod.PPO)
        {
            return;
        }

        moment.Add("Reward model", copy);
        if (wholeModel)
        {
            // The value model is trained like the policy; with adapters it is a head on it.
            var value = new Moment("Value model").Add("Weights", BaseWeights() / WeightShards);
            AddTrained(value, full, _work.ParameterCount, _work.TiedEmbeddings ? _embedding : _embedding / 2, c, gradients, step);
            moment.Add("Value model", value.Total);
        }
    }

    private void AddAutocast(Moment moment)
    {
        // Autocast caches only what is trained; under FSDP the gathered pieces are already of 16 bits.
        if (!_work.HasAdapters() && WeightShards == 1 && !Offloads)
        {
            moment.Add("Autocast copies", TrainingState.OfModel(_work).AutocastCopy * _work.ParameterCount);
        }
    }

    private Moment Finish(Moment moment, Case c)
    {
        double allocated = moment.Total;
        double fragmentation = s_fragmentation[c] * allocated;
        if (_work.VariableLengths)
        {
            double moving = allocated - moment.Lines.Where(l => l.Name == "Weights").Sum(l => l.Bytes);
            fragmentation = Math.Max(fragmentation, s_fragmentationVariable[c] * moving);
        }

        return moment
            .Add("Fragmentation", fragmentation)
            .Add("CUDA context", s_context[c])
            .Add("Collective buffers", _gpus > 1 ? s_collectives[c] : 0);
    }

    private double BaseWeights() => LinearBytes() + (OtherWeightBytes * _embedding);

    // With the optimizer on the CPU the weights of 32 bits are there, and the GPU holds 16-bit ones.
    private double OtherWeightBytes => Offloads && !_work.HasAdapters() && _work.Precision == VastPrecision.Mixed ? 2 : _work.LoadedBytes();

    // Only linear layers are quantised; embeddings and head are not.
    private double LinearBytes() => _linear * _work.Quantization switch
    {
        VastQuantization.Int8 => 1.02,
        VastQuantization.NF4 => 0.5 + (4.0 / 64),
        VastQuantization.NF4Double => 0.5 + (1.0 / 64) + (4.0 / (64 * 256)),
        _ => OtherWeightBytes,
    };

    private double Scale(Case c) => (_work.VariableLengths ? s_activationScaleVariable : s_activationScale)[c];

    private double LogitTokens => _work.IsReinforcement() ? (double)_work.BatchSize * _work.CompletionLength : _tokens;

    private double LogitBytes => _work.Loss switch
    {
        VastLoss.Materialized => LogitBytesMaterialized,
        VastLoss.Fused => LogitBytesFused,
        _ => LogitBytesFusedLinear,
    };

    private double KeptActivations(Case c)
    {
        if (_work.Checkpointing == VastCheckpointing.Full)
        {
            return _work.Layers * Residual(c) * _work.HiddenSize * _tokens * Scale(c);
        }

        double kept = _work.Layers * LayerActivations() * Scale(c);
        return _work.Checkpointing == VastCheckpointing.Selective ? SelectiveShare * kept : kept;
    }

    private double Residual(Case c) =>
        (_work.Precision != VastPrecision.BF16 ? s_residual32 : _work.HasAdapters() ? s_residualAdapters : s_residual)[c];

    /// <summary>Bytes that one layer keeps for its backward pass. A frozen plain layer does not keep its input; a 4-bit one does.</summary>
    private double LayerActivations()
    {
        double h = _work.HiddenSize;
        double q = _shape.QueryWidth;
        double kv = _shape.KeyValueWidth;
        double f = _work.MlpWidth;
        bool lean = _work.HasAdapters() && _work.Quantization == VastQuantization.None;
        double perToken = lean
            ? (11 * h) + (10 * q) + (6 * kv) + ((_work.GatedMlp ? 6 : 3) * f)
            : (14 * h) + (12 * q) + (6 * kv) + ((_work.GatedMlp ? 8 : 4) * f);
        perToken += _work.QueryKeyNorm ? 4 * (q + kv) : 0;
        return ((_tokens * perToken) + AttentionScores(kept: true)) * Wide;
    }

    /// <summary>The layer being computed again, with its gradients.</summary>
    private double LayerWork(Case c) =>
        LayerWorkBytes() * (_work.Checkpointing == VastCheckpointing.Full ? 1 : WorkShare) * Scale(c);

    private double LayerWorkBytes() =>
        ((_tokens * ((24.0 * _work.HiddenSize) + (6.0 * _shape.KeyValueWidth) + ((_work.GatedMlp ? 12.0 : 8.0) * _work.MlpWidth)))
        + AttentionScores(kept: false)) * Wide;

    // Scores of every pair of tokens: 2 bytes, their softmax 4, and a dropout mask of 1 where they are kept.
    private double AttentionScores(bool kept) =>
        Eager ? _tokens * _work.SequenceLength * _work.AttentionHeads * (kept ? 7 : 6) : 0;

    private double Wide => _work.Precision == VastPrecision.FP32 ? 2 : 1;
}
