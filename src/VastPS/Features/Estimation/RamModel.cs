using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>System RAM of the machine: the larger of loading and running.</summary>
internal sealed class RamModel(VastWorkload work, int gpus)
{
    // Assumption: what a bare container with sshd and monitoring uses.
    private static readonly Three s_system = new(1 * Bytes.GB, 1.5 * Bytes.GB, 2 * Bytes.GB);

    // Assumption: Python, torch and CUDA libraries of one process; one process per GPU.
    private static readonly Three s_process = new(2 * Bytes.GB, 3 * Bytes.GB, 4 * Bytes.GB);

    // Assumption: one data loader process of text.
    private static readonly Three s_worker = new(0.3 * Bytes.GB, 0.5 * Bytes.GB, 1 * Bytes.GB);

    // Gradients of 16 bits on their way in and weights on their way out, pinned: 4 of 16 bytes. DeepSpeed's memory estimator
    // multiplies by 1.5 for all buffers, which it calls generous.
    private static readonly Three s_offloadBuffers = new(1.05, 1.25, 1.5);

    // Weights that live in system RAM are there twice, as loaded and in pinned memory, whose blocks are rounded up to powers of
    // two: 1.9 to 3.4 times their size was measured.
    private static readonly Three s_hostedWeights = new(1.5, 2.4, 3.4);

    // Pinned blocks again.
    private static readonly Three s_pinned = new(1.0, 1.2, 2.0);

    // Assumption: bytes per token of a rollout: ids, mask, three columns of log probabilities, text and its objects.
    private static readonly Three s_rolloutToken = new(40, 64, 128);

    // safetensors files are written in pieces of this size.
    private const double Shard = 5 * Bytes.GB;

    // ids, mask and labels as 64-bit integers; a loader process keeps two batches ahead.
    private const double BatchToken = 3 * 8;
    private const int Prefetch = 2;

    /// <summary>The line that does not belong to the run itself.</summary>
    public const string System = "System and container";

    /// <param name="moment">The moment to require for, or null for the larger one.</param>
    public Requirement Require(string? moment = null) => Requirement.Largest(
        c => Moments(c).Where(m => moment is null || m.Name == moment));

    private IEnumerable<Moment> Moments(Case c) =>
        [Load(c), Run(c), .. c == Case.Pessimistic ? work.InWiderWeights().SelectMany(w => new RamModel(w, gpus).Moments(c)) : []];

    // FSDP's efficient loading and zero.Init load once; otherwise every process loads the model.
    private int Loaders => work.Sharding == VastSharding.Zero3 ? 1 : gpus;

    private double Sequences => (double)work.BatchSize * work.GradientAccumulation * (work.Method == VastRunMethod.DPO ? 2 : 1) * gpus;

    private Moment Load(Case c) => AddHostedWeights(Floor("Load", c), c).Add("Model being loaded", Loaders * LoadPeak(c));

    private Moment Run(Case c)
    {
        Moment moment = AddHostedWeights(Floor("Run", c), c);
        if (work.Offloads(VastOffload.Optimizer))
        {
            AddOffload(moment, c);
        }

        double paged = work.Optimizer switch { VastOptimizer.PagedAdamW => 8, VastOptimizer.PagedAdamW8bit => 2, _ => 0 };
        moment.Add("Paged optimizer states", c == Case.Pessimistic ? paged * work.TrainedParameters() * Copies : 0);
        moment.Add("Offloaded activations", gpus * s_pinned[c] * new ActivationModel(work, work.Shape).KeptOnHost(c, gpus));
        moment.Add("Engine asleep", work.Engine == VastEngine.VLLMSleep ? gpus * 2.0 * work.ParameterCount : 0);

        double tokens = work.BatchSize * (double)work.SequenceLength;
        moment.Add("Data loader workers", (double)work.Workers * gpus * s_worker[c]);
        moment.Add("Batch buffers", ((Sequences * work.SequenceLength) + ((double)work.Workers * gpus * Prefetch * tokens)) * BatchToken);
        moment.Add("Rollouts", work.IsReinforcement() ? Sequences * work.SequenceLength * s_rolloutToken[c] : 0);
        return moment;
    }

    // Without sharding every process keeps its own states.
    private int Copies => work.Sharding == VastSharding.None ? gpus : 1;

    private void AddOffload(Moment moment, Case c)
    {
        double trained = work.TrainedParameters() * (work is { Method: VastRunMethod.PPO, AdapterRank: 0 } ? 2.0 : 1.0);
        double buffered = trained * Copies * s_offloadBuffers[c];
        moment.Add("Master weights", 4 * buffered);
        moment.Add("Optimizer states", TrainingState.StatesOf32Bits(work.Optimizer) * buffered);

        // The sum of the gradients is of 32 bits; between two micro steps the next ones wait in pinned memory, in 16.
        moment.Add("Accumulated gradients", (4 * buffered) + (work.GradientAccumulation > 1 ? 2 * trained * Copies : 0));
    }

    private Moment AddHostedWeights(Moment moment, Case c) => moment.Add(
        "Offloaded weights",
        work.Offloads(VastOffload.Parameters) ? s_hostedWeights[c] * (work.QuantizedBytes() ?? 2) * work.ParameterCount * Copies : 0);

    private Moment Floor(string name, Case c) =>
        new Moment(name).Add(System, s_system[c]).Add("Python and CUDA libraries", gpus * s_process[c]);

    /// <summary>Files are mapped and read piece by piece onto the GPU, or the whole model is made on the CPU first.</summary>
    private double LoadPeak(Case c)
    {
        double whole = work.LoadedBytes() * work.ParameterCount;
        double piece = Math.Min(Shard, whole);
        bool direct = work.Quantization != VastQuantization.None || !work.Trains() || work.Offloads(VastOffload.Parameters);
        return c switch
        {
            Case.Optimistic => piece,
            Case.Base => direct ? piece : whole,
            _ => direct ? Math.Min(2 * Shard, whole) : 1.25 * whole,
        };
    }
}
