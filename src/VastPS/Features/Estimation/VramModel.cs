namespace VastPS.Features.Estimation;

/// <summary>
/// Memory of one GPU. A run needs the largest of its moments: the end of the forward pass, the backward pass, the optimizer
/// step and, where it generates, generation.
/// </summary>
internal sealed class VramModel
{
    // Two buckets of 5e8 elements of 16 bits: DeepSpeed's defaults where gradients stream to other GPUs or to the CPU.
    private const double StreamBuckets = 2 * 5e8 * 2;

    // DeepSpeed turns weights that it trains into 32 bits whatever they were loaded as: their copy, and two moments of 4 bytes instead
    // of 2. FSDP does so only where mixed precision is on. A sharded run of 16 bits may be either.
    private const double PromotedBytes = 4 + (2 * 2);

    // DDP copies the gradients into buckets unless it is told that they are views of them (torch's default is off).
    private static readonly Three s_gradientBuckets = new(0, 1, 1);

    // In the backward pass of a sharded model two gathered layers and the gradients of one, of 16 bits, are there at once, and
    // gradients of 32 bits wait to be reduced; with slower links more of them wait. Bytes per parameter of a layer.
    private static readonly Three s_unreduced = new(4, 6, 12);
    private const int GatheredLayers = 2;

    // To generate by itself a trainer gathers the whole model first unless it is told not to (TRL, ds3_gather_for_generation).
    private static readonly Three s_gatheredToGenerate = new(0, 1, 1);

    // Trainers that prepare a model of few bits turn all that is not quantised into 32 bits.
    private static readonly Three s_unquantizedRest = new(2, 2, 3);

    // A parameter of the models beside the trained one: as a careful user loads them, and as a trainer does without a word.
    private const double CopyBytes = 2;
    private const double WideCopyBytes = 4;

    // What runs of software that nobody has measured may need more than the base, of weights and states and of all else: the range that
    // the assumptions above give is only as wide as the sources that they were taken from. Inference,
    // reinforcement and preference learning have been measured by few.
    private const double OtherStates = 0.10;
    private const double OtherRest = 0.50;
    private const double RareStates = 0.20;
    private const double RareRest = 0.80;

    private static readonly string[] s_states =
    [
        DeviceOverhead.Weights, "Optimizer states", "Gradients", "Optimizer temporary", "Master weights", "Adapters", "Reference model",
        "Reward model", "Value model", "Engine weights", "Gradient buckets", "Autocast copies", DeviceOverhead.KeyValueCache,
    ];

    private readonly VastWorkload _work;
    private readonly ModelShape _shape;
    private readonly ActivationModel _activations;
    private readonly GenerationModel _generation;
    private readonly double _copyBytes;
    private readonly VramModel[] _wider;
    private readonly int _gpus;
    private readonly long _embedding;
    private readonly long _linear;

    /// <param name="work">The run.</param>
    /// <param name="gpus">GPUs that share it.</param>
    public VramModel(VastWorkload work, int gpus)
        : this(work, gpus, CopyBytes)
    {
        _wider = [.. work.InWiderWeights().Select(w => new VramModel(w, gpus, WideCopyBytes))];
    }

    private VramModel(VastWorkload work, int gpus, double copyBytes)
    {
        _wider = [];
        _copyBytes = copyBytes;
        _work = work;
        _shape = work.Shape;
        _activations = new ActivationModel(work, _shape);
        _generation = new GenerationModel(work, _shape, gpus);
        _gpus = gpus;
        _embedding = Math.Min(_shape.EmbeddingParameters, work.ParameterCount);
        _linear = work.ParameterCount - _embedding;
    }

    public Requirement Require()
    {
        Requirement need = Requirement.Largest(
            c => c == Case.Pessimistic ? Moments(c).Concat(_wider.SelectMany(w => w.Moments(c))) : Moments(c));
        return need.WithPessimistic(_wider.Select(w => w.Least()).Append(Least()).Max(), "Other software");
    }

    // Of each moment, so that it never falls where another moment becomes the largest.
    private double Least()
    {
        (double states, double rest) = _work.Method is VastRunMethod.Full or VastRunMethod.LoRA or VastRunMethod.QLoRA
            ? (OtherStates, OtherRest)
            : (RareStates, RareRest);
        return Moments(Case.Base).Max(m => m.Lines.Sum(l => l.Bytes * (1 + (s_states.Contains(l.Name) ? states : rest))));
    }

    private bool OnHost(VastOffload what) => _work.Offloads(what);

    private bool IsSpread => _gpus > 1 && _work.Sharding == VastSharding.Zero3;

    // GPUs that the weights, gradients and optimizer states are spread over.
    private int WeightShards => _work.Sharding >= VastSharding.Zero3 ? _gpus : 1;

    private int GradientShards => _work.Sharding >= VastSharding.Zero2 ? _gpus : 1;

    private int OptimizerShards => _work.Sharding >= VastSharding.Zero1 ? _gpus : 1;

    // DeepSpeed's first two stages keep whole weights and gradients of 16 bits, and spread the 32-bit ones with the states.
    private bool IsMasterSpread => _gpus > 1
        && !_work.HasAdapters()
        && _work.Precision == VastPrecision.Mixed
        && _work.Sharding is VastSharding.Zero1 or VastSharding.Zero2;

    private IEnumerable<Moment> Moments(Case c)
    {
        var overhead = new DeviceOverhead(_work, _gpus);
        List<Moment> moments = _work.Trains() ? [Forward(c), Backward(c), Step(c)] : [];
        if (_work.Engine != VastEngine.None)
        {
            moments.Add(Generate(c));
        }

        return moments.Select(m => overhead.AddTo(m, c));
    }

    private Moment Forward(Case c)
    {
        Moment moment = Held(new Moment("Forward"), c, gradients: _work.GradientAccumulation > 1, step: false);
        moment.Add("Autocast copies", AutocastCopies());
        moment.Add("Gathered layers", Gathered(c, 0));
        moment.Add(DeviceOverhead.Activations, _activations.Kept(c, _gpus));

        // Logits are freed before the first layer is computed again, so of that only what is larger counts besides.
        double logits = _activations.Logits(c);
        return moment.Add(DeviceOverhead.Logits, logits).Add(DeviceOverhead.LayerAtWork, _activations.AtWork(c) - logits);
    }

    // As activations go, gradients come; a step that accumulates has all of both.
    private Moment Backward(Case c)
    {
        Moment moment = Held(new Moment("Backward"), c, gradients: true, step: false);
        moment.Add("Autocast copies", AutocastCopies());
        moment.Add("Gathered layers", Gathered(c, _work.HasAdapters() ? 0 : s_unreduced[c]));
        return moment.Add(DeviceOverhead.Activations, _activations.Kept(c, _gpus)).Add(DeviceOverhead.LayerAtWork, _activations.AtWork(c));
    }

    private Moment Step(Case c) => Held(new Moment("Step"), c, gradients: true, step: true);

    private Moment Generate(Case c)
    {
        Moment moment = _work.Trains()
            ? Held(new Moment("Generate"), c, gradients: false, step: false)
            : new Moment("Generate").Add(DeviceOverhead.Weights, InferenceWeights(c)).Add("Dequantised layer", DequantisedLayer());
        double whole = IsSpread && _work.Engine == VastEngine.Generate
            ? s_gatheredToGenerate[c] * (_work.QuantizedBytes() ?? 2) * _work.ParameterCount
            : 0;
        moment.Add("Gathered layers", _work.Trains() ? Math.Max(whole, Gathered(c, 0)) : 0);
        return _generation.AddTo(moment, c).Add(DeviceOverhead.LayerAtWork, _activations.AtWorkForward(c));
    }

    /// <summary>What is there whatever the batch: weights, optimizer states and, where asked, gradients and the step's temporary.</summary>
    private Moment Held(Moment moment, Case c, bool gradients, bool step)
    {
        bool adapters = _work.HasAdapters();
        moment.Add(DeviceOverhead.Weights, OnHost(VastOffload.Parameters) ? 0 : BaseWeights(c) / WeightShards);
        if (adapters)
        {
            long count = _work.AdapterParameters();
            AddTrained(moment, new Trained(TrainingState.OfAdapter(_work), count, 0), c, gradients, step);
            moment.Add("Adapters", _work.AdapterBytes() * count / WeightShards);
        }
        else
        {
            AddTrained(moment, TrainedModel, c, gradients, step);
        }

        moment.Add("Dequantised layer", DequantisedLayer());
        AddOtherModels(moment, c, gradients, step);
        return _generation.AddEngineBeside(moment, c);
    }

    // Heads of their own are ordinary matrices to an optimizer.
    private Trained TrainedModel =>
        new(TrainingState.OfModel(_work), _work.ParameterCount, _work.TiedEmbeddings ? _embedding : _embedding / 2);

    private void AddTrained(Moment moment, Trained trained, Case c, bool gradients, bool step)
    {
        (TrainingState state, long count, long embedding) = trained;
        double held = (IsMasterSpread ? 2 : state.Gradients) * count;
        if (OnHost(VastOffload.Optimizer))
        {
            moment.Add("Gradients", gradients ? Math.Min(held, StreamBuckets) : 0);
            return;
        }

        double states = (state.OptimizerStates[c] * (count - embedding)) + (state.EmbeddingStates[c] * embedding);
        moment.Add("Master weights", (IsMasterSpread ? state.Weights : MayBePromoted(c) ? PromotedBytes : 0) * count / OptimizerShards);
        moment.Add("Optimizer states", states / OptimizerShards);
        moment.Add("Gradients", gradients ? held / GradientShards : 0);
        moment.Add("Gradient buckets", GradientBuckets(c, held, gradients));
        moment.Add("Optimizer temporary", step ? (state.Temporary * count / OptimizerShards) + OrthogonalizedMatrix() : 0);
    }

    private bool MayBePromoted(Case c) =>
        c == Case.Pessimistic && _gpus > 1 && !_work.HasAdapters() && _work.Precision == VastPrecision.BF16
        && _work.Sharding != VastSharding.None && _work.Optimizer is VastOptimizer.AdamW or VastOptimizer.AdamWFused;

    private double GradientBuckets(Case c, double held, bool gradients) =>
        _work.Sharding != VastSharding.None ? (c == Case.Pessimistic && gradients ? Math.Min(held, StreamBuckets) : 0)
        : _gpus > 1 ? s_gradientBuckets[c] * held
        : 0;

    // Muon multiplies the largest matrix with itself in 16 bits: it, its square and their product.
    private double OrthogonalizedMatrix() =>
        _work.Optimizer == VastOptimizer.Muon && !_work.HasAdapters()
            ? 3 * 2.0 * _work.HiddenSize * Math.Max(_work.MlpWidth, _work.ExpertWidth)
            : 0;

    private void AddOtherModels(Moment moment, Case c, bool gradients, bool step)
    {
        double copy = _copyBytes * _work.ParameterCount / WeightShards;
        bool wholeModel = !_work.HasAdapters();
        bool reference = wholeModel && (_work.Method is VastRunMethod.DPO or VastRunMethod.PPO || _work.ReferenceModel);
        moment.Add("Reference model", reference ? copy : 0);
        if (_work.Method != VastRunMethod.PPO)
        {
            return;
        }

        // The value model is trained as the policy is: whole, or by adapters on weights of its own.
        moment.Add("Reward model", copy);
        var value = new Moment("Value model").Add(DeviceOverhead.Weights, BaseWeights(c) / WeightShards);
        if (wholeModel)
        {
            AddTrained(value, TrainedModel, c, gradients, step);
        }

        moment.Add("Value model", value.Total);
    }

    /// <summary>
    /// 16-bit copies of weights of 32 bits. Autocast keeps those of trained weights for the whole step; of frozen weights the graph
    /// keeps them until their layer's backward pass, so with recomputation one layer at a time.
    /// </summary>
    private double AutocastCopies()
    {
        if (_work.Precision != VastPrecision.Mixed
            || _work.Quantization != VastQuantization.None
            || WeightShards > 1
            || IsMasterSpread
            || OnHost(VastOffload.Optimizer))
        {
            return 0;
        }

        return !_work.HasAdapters() ? 2.0 * _work.ParameterCount
            : _work.Checkpointing == VastCheckpointing.Full ? 2.0 * _linear / _work.Layers
            : 2.0 * _linear;
    }

    /// <summary>Layers and embeddings that are brought together, or to the GPU, to be computed.</summary>
    private double Gathered(Case c, double unreduced) => IsSpread || OnHost(VastOffload.Parameters)
        ? (GatheredLayers * Math.Min(LinearBytes(c), 2.0 * _linear) / _work.Layers)
            + (2.0 * _embedding) + (unreduced * _linear / _work.Layers)
        : 0;

    // One MLP is turned back into 16 bits at a time.
    private double DequantisedLayer() => _work.Quantization == VastQuantization.None ? 0
        : 2.0 * _shape.MlpMatrices * _work.HiddenSize * Math.Max(_work.MlpWidth, _work.ExpertWidth);

    private double BaseWeights(Case c)
    {
        double rest = _work.Quantization == VastQuantization.None ? OtherWeightBytes : Math.Max(OtherWeightBytes, s_unquantizedRest[c]);
        return LinearBytes(c) + (rest * _embedding);
    }

    // Split over several GPUs, a table of embeddings stays whole: the first GPU has the input, the last the head.
    private double InferenceWeights(Case c) => _work.Sharding == VastSharding.Zero3 && _gpus > 1
        ? (LinearBytes(c) / _gpus) + (OtherWeightBytes * _embedding / (_work.TiedEmbeddings ? 1 : 2))
        : LinearBytes(c) + (OtherWeightBytes * _embedding);

    // With the optimizer on the CPU the weights of 32 bits are there, and the GPU holds 16-bit ones.
    private double OtherWeightBytes =>
        IsMasterSpread || (OnHost(VastOffload.Optimizer) && !_work.HasAdapters() && _work.Precision == VastPrecision.Mixed)
            ? 2
            : _work.LoadedBytes();

    // Only linear layers are quantised; embeddings and head are not.
    private double LinearBytes(Case c) => (_linear * (_work.QuantizedBytes() ?? OtherWeightBytes)) + PlainExperts(c);

    // What the experts take more where they stay as they are. bitsandbytes turns linear layers alone, so that depends on how a
    // model's code holds its experts: as layers, or as one block of numbers. Who knows says so; else the worst case counts.
    private double PlainExperts(Case c) =>
        c == Case.Pessimistic
            && !_work.QuantizedExperts
            && _work.Quantization is VastQuantization.Int8 or VastQuantization.NF4 or VastQuantization.NF4Double
            ? (OtherWeightBytes - _work.QuantizedBytes()!.Value) * _shape.ExpertParameters : 0;

    // What a step changes: so many numbers, of which so many are embeddings.
    private sealed record Trained(TrainingState State, long Count, long Embedding);
}
