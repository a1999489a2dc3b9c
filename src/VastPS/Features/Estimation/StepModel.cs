namespace VastPS.Features.Estimation;

/// <summary>The parts of an optimizer step, in seconds.</summary>
/// <param name="Name">What takes the time.</param>
/// <param name="Seconds">How long.</param>
internal sealed record StepPart(string Name, Three Seconds);

/// <summary>
/// Time of an optimizer step on one kind of GPU. Matrix products run at a share of the peak, everything else between them at
/// the speed of the memory, kernels cost their launch, and what the GPUs exchange hides behind computing as far as it can.
/// </summary>
internal sealed class StepModel
{
    // Around the measured share of the peak of a card: clocks, power limits, shapes that fit its tiles.
    private static readonly Three s_matmul = new(1.20, 1.0, 0.65);
    private const double MostOfPeak = 0.90;

    // Share of that speed which attention reaches, and what its backward pass multiplies again (FlashAttention-2, section 2.2). It
    // grows with the length: longer rows of scores keep more of a card at work, up to 16 times the length at which it begins to.
    private static readonly Three s_attentionShort = new(0.55, 0.40, 0.30);
    private static readonly Three s_attentionLong = new(0.85, 0.50, 0.30);
    private const double ShortLength = 4096;
    private const double Doublings = 4;
    private const double AttentionBackward = 2.5;

    // Attention without its kernel is products and masks of whole score matrices.
    private const double EagerAttention = 2;

    // How often what a layer keeps goes through the memory in the two passes; every recomputation adds a third.
    private static readonly Three s_traffic = new(1.6, 2.5, 3.5);
    private const double AdapterTraffic = 1.2;

    // The same for the bytes of a logit.
    private static readonly Three s_logitTraffic = new(1.0, 1.5, 2.0);

    // Data sheets promise a little more bandwidth than any kernel sees.
    private const double BandwidthShare = 0.8;

    // Launching the kernels of a layer for one pass of four (forward, two backward, recomputation), and of its adapters once.
    private static readonly Three s_launch = new(0.1e-3, 0.25e-3, 0.5e-3);
    private static readonly Three s_launchAdapters = new(0.4e-3, 2e-3, 5e-3);

    // Of a layer whose weights are spread, hooks gather and free every matrix in each pass: FSDP does it a layer at once, DeepSpeed
    // one by one in Python.
    private static readonly Three s_launchGathered = new(0.05e-3, 0.2e-3, 2.5e-3);

    // A weight of few bits is read, unpacked, written and read again for each pass: bytes a parameter.
    private const double UnpackBytes = 2.5;
    private static readonly Three s_unpack = new(1.5, 3.0, 5.0);

    // Codes of GPTQ and AWQ are unpacked by plain kernels, one each to shift, mask, shift by the zero and scale.
    private static readonly Three s_unpackPlain = new(1.5, 5.0, 9.0);

    // Bytes that a step of AdamW moves for each parameter; on the CPU at the speed of system RAM.
    private const double StepBytes = 22;
    private static readonly Three s_hostBandwidth = new(60e9, 30e9, 12e9);

    // Bytes a second to the host's pinned memory.
    private static readonly Three s_toHost = new(20e9, 12e9, 4e9);

    // What cannot hide behind the other of computing and exchanging.
    private const double Unhidden = 0.3;

    // Completions end before the longest that is allowed.
    private static readonly Three s_completion = new(0.4, 0.75, 1.0);

    /// <summary>The part in which text is generated.</summary>
    public const string Generated = "Generation";

    private readonly VastWorkload _work;
    private readonly ModelShape _shape;
    private readonly GpuSpeed _gpu;
    private readonly int _gpus;
    private readonly bool? _hasNvlink;
    private readonly double _tokens;
    private readonly double _head;
    private readonly double _linear;

    /// <param name="work">The run.</param>
    /// <param name="gpu">What it runs on.</param>
    /// <param name="gpus">GPUs that share it.</param>
    /// <param name="hasNvlink">Null where nobody knows: then the optimistic case has it and the others do not.</param>
    public StepModel(VastWorkload work, GpuSpeed gpu, int gpus, bool? hasNvlink)
    {
        _work = work;
        _shape = work.Shape;
        _gpu = gpu;
        _gpus = gpus;
        _hasNvlink = hasNvlink;
        _tokens = work.Tokens();
        _head = (double)work.VocabSize * work.HiddenSize;
        _linear = Math.Max(0, work.ActiveParameterCount - _shape.EmbeddingParameters);
    }

    /// <summary>The whole step in three cases.</summary>
    public Three Seconds() => Of(c => Parts(c).Sum(p => p.Seconds));

    /// <summary>The parts of the step; they add up to it.</summary>
    public IReadOnlyList<StepPart> Parts()
    {
        (string Name, double Seconds)[][] cases = [.. Enum.GetValues<Case>().Select(c => Parts(c).ToArray())];
        return
        [
            .. cases[0].Select((p, i) => new StepPart(p.Name, new Three(cases[0][i].Seconds, cases[1][i].Seconds, cases[2][i].Seconds)))
                .Where(p => p.Seconds.Pessimistic > 0),
        ];
    }

    /// <summary>Seconds to compute so many tokens without training on them.</summary>
    public Three ForwardSeconds(double tokens) => Of(c =>
        tokens * (2 * (_linear + _head)) / Speed(c)
        + (tokens * 2.0 * _work.SequenceLength * _shape.QueryWidth * _shape.AttentionLayers / (Speed(c) * AttentionShare(c))));

    /// <summary>Operations of the matrix products and the attention of one token, all passes together.</summary>
    public double FlopsPerToken() => ProductFlops() + AttentionFlops(1);

    private IEnumerable<(string Name, double Seconds)> Parts(Case c)
    {
        double times = _work.GradientAccumulation;
        double products = _work.Trains() ? _tokens * ProductFlops() / Speed(c) : 0;
        double attention = _work.Trains()
            ? _tokens * AttentionFlops(_work.Attention == VastAttention.Eager ? EagerAttention : 1) / (Speed(c) * AttentionShare(c))
            : 0;
        double memory = _work.Trains() ? Traffic(c) / Bandwidth : 0;
        double launches = _work.Trains() ? Launches(c) : 0;
        double optimizer = Optimizer(c);
        double exchange = _work.Trains() ? Exchange(c) : 0;
        double computing = (times * (products + attention + memory + launches)) + optimizer;
        yield return (Generated, Generation(c));
        yield return ("Matrix products", times * products);
        yield return ("Attention", times * attention);
        yield return ("Memory traffic", times * memory);
        yield return ("Kernel launches", times * launches);
        yield return ("Optimizer", optimizer);
        yield return ("Exchange", Math.Max(exchange - computing, 0) + (Unhidden * Math.Min(exchange, computing)));
    }

    private double AttentionShare(Case c)
    {
        double grown = Math.Clamp(Math.Log2(_work.SequenceLength / ShortLength) / Doublings, 0, 1);
        return s_attentionShort[c] + (grown * (s_attentionLong[c] - s_attentionShort[c]));
    }

    private double Bandwidth => _gpu.MemoryGBps * 1e9 * BandwidthShare;

    private double Speed(Case c) => _gpu.PeakTflops(_work.Precision) * 1e12 * Math.Min(MostOfPeak, _gpu.MatmulShare * s_matmul[c]);

    // A frozen weight has no gradient of its own. A reference or reward model computes forward only; a value model is trained.
    private double Trained => _work.HasAdapters() ? 2 : 3;

    private double Again => _work.Checkpointing switch
    {
        VastCheckpointing.Full => 1,
        VastCheckpointing.Selective => 0.15,
        _ => 0,
    };

    private double Others => _work.Method switch
    {
        VastRunMethod.DPO => 1,
        VastRunMethod.PPO => 2 + Trained + Again,
        VastRunMethod.GRPO => _work.ReferenceModel ? 1 : 0,
        _ => 0,
    };

    private double ProductFlops() => (2 * _linear * (Trained + Again + Others)) + (2 * _head * (Trained + Others));

    // Each token attends to half of the others; scores and values are two products.
    private double AttentionFlops(double factor) =>
        2.0 * _work.SequenceLength * _shape.QueryWidth * _shape.AttentionLayers * factor * (1 + AttentionBackward + Again + Others);

    private double Traffic(Case c)
    {
        double h = _work.HiddenSize;
        double layer = (14 * h) + (12 * _shape.QueryWidth) + (6 * _shape.KeyValueWidth) + ((_work.GatedMlp ? 8 : 4) * _shape.ActiveMlpWidth)
            + (_work.Attention == VastAttention.Eager ? 7.0 * _work.SequenceLength * _work.AttentionHeads : 0);
        double wide = _work.Precision switch { VastPrecision.FP32 => 2, VastPrecision.Mixed => 1.3, _ => 1 };
        double passes = (3 + Again + Others) / 3;
        double activations = _tokens * _work.Layers * layer * wide * passes * s_traffic[c] * (_work.HasAdapters()
            ? AdapterTraffic
            : 1) * (_work.FusedKernels ? 0.65 : 1);
        double logits = _tokens * _work.VocabSize * (_work.Loss == VastLoss.Materialized ? 14.5 : 8) * s_logitTraffic[c];
        double unpacked = _work.Quantization == VastQuantization.None ? 0
            : UnpackBytes * (_work.Quantization == VastQuantization.Int4 ? s_unpackPlain : s_unpack)[c] * _linear * (Trained + Again);
        return activations + logits + unpacked;
    }

    private double Launches(Case c) =>
        _work.Layers * (((s_launch[c] + (_work.Sharding == VastSharding.Zero3 ? s_launchGathered[c] : 0)) * (Trained + Again + Others))
            + (_work.HasAdapters() ? s_launchAdapters[c] : 0));

    private double Optimizer(Case c)
    {
        double bytes = StepBytes * _work.TrainedParameters() * (_work is { Method: VastRunMethod.PPO, AdapterRank: 0 } ? 2 : 1);
        return _work.Offloads(VastOffload.Optimizer)
            ? bytes / s_hostBandwidth[c]
            : bytes / (_work.Sharding >= VastSharding.Zero1 ? _gpus : 1) / Bandwidth;
    }

    /// <summary>Gradients and weights between GPUs, and what is brought from and to system RAM.</summary>
    private double Exchange(Case c)
    {
        double weights = (_work.QuantizedBytes() ?? 2) * _work.ParameterCount;
        double trained = 2.0 * _work.TrainedParameters();
        double seconds = 0;
        if (_gpus > 1)
        {
            // Sharded weights are gathered for each pass, gradients scattered once; whole copies sum their gradients at the step.
            double others = (_gpus - 1.0) / _gpus;
            double bytes = _work.Sharding == VastSharding.Zero3
                ? _work.GradientAccumulation * ((2 * weights) + trained)
                : 2 * trained;
            seconds += bytes * others / LinkModel.BytesPerSecond(_gpu.Name, _gpus, _hasNvlink)[c];
        }

        double share = _work.Sharding == VastSharding.Zero3 ? _gpus : 1;
        double hosted = _work.Offloads(VastOffload.Parameters) ? 2 * weights * _work.GradientAccumulation / share : 0;
        hosted += _work.Offloads(VastOffload.Optimizer) ? 2 * trained / share : 0;
        hosted += _work.Offloads(VastOffload.Activations)
            ? 4.0 * _tokens * _work.HiddenSize * _work.Layers * _work.GradientAccumulation
            : 0;
        return seconds + (hosted / s_toHost[c]);
    }

    private double Generation(Case c)
    {
        if (_work.Engine == VastEngine.None)
        {
            return 0;
        }

        var decoding = new DecodeModel(_work, _shape, _gpu, _gpus);
        double sequences = (double)_work.BatchSize * _work.GradientAccumulation;
        return _work.Trains()
            ? (decoding.PrefillSeconds(sequences * (_work.SequenceLength - _work.CompletionLength), c))
                + (_work.CompletionLength * s_completion[c] * decoding.TokenSeconds(sequences, c))
            : _work.SequenceLength * decoding.TokenSeconds(sequences, c);
    }

    private static Three Of(Func<Case, double> seconds) => new(seconds(Case.Optimistic), seconds(Case.Base), seconds(Case.Pessimistic));
}
