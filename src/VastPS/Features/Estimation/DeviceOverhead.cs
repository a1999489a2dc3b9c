using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>What a GPU must have beyond what torch has allocated: unusable gaps, the context of the process, collectives.</summary>
internal sealed class DeviceOverhead(VastWorkload work, int gpus)
{
    public const string Weights = "Weights";
    public const string Activations = "Activations";
    public const string LayerAtWork = "Layer at work";
    public const string Logits = "Logits and loss";
    public const string KeyValueCache = "KV cache";
    public const string Fragmentation = "Fragmentation";
    public const string Context = "CUDA context";
    public const string Collectives = "Collective buffers";

    // CUDA context, kernels and library workspaces: 0.5 GiB loaded lazily (CUDA 12.2 and later), 1.3 GiB on stacks of 2022
    // (transformers docs, model_memory_anatomy).
    private static readonly Three s_context = new(0.5 * Bytes.GiB, 0.6 * Bytes.GiB, 1.2 * Bytes.GiB);

    // NCCL: 0.5 to 0.7 GiB a communicator, 1.5 to 2 GiB for a full torch.distributed start (nccl issues 864, 964).
    private static readonly Three s_collectives = new(0.5 * Bytes.GiB, 1.0 * Bytes.GiB, 1.5 * Bytes.GiB);

    // Gaps between blocks, of all that is allocated.
    private static readonly Three s_gaps = new(0.02, 0.05, 0.10);

    // Materialised logits are the largest blocks of all; once freed they seldom fit what comes next, and up to one more copy
    // of them stays reserved.
    private static readonly Three s_logitGaps = new(0, 0.30, 0.70);

    // Where lengths vary no two steps ask for the same blocks: of what grows with the length. Weights and states stay where they are.
    private static readonly Three s_variableGaps = new(0.02, 0.45, 1.40);

    private static readonly string[] s_changing = [Activations, LayerAtWork, Logits, KeyValueCache];

    /// <summary>The moment with its overhead, which its pessimistic case may more than double.</summary>
    public Moment AddTo(Moment moment, Case c)
    {
        double fragmentation = s_gaps[c] * moment.Total;
        if (work.Loss == VastLoss.Materialized)
        {
            fragmentation += s_logitGaps[c] * moment.Of(Logits);
        }

        if (work.VariableLengths)
        {
            double changing = s_changing.Sum(l => (double)moment.Of(l));
            fragmentation = Math.Max(fragmentation, (s_gaps[c] * (moment.Total - changing)) + (s_variableGaps[c] * changing));
        }

        return moment
            .Add(Fragmentation, fragmentation)
            .Add(Context, s_context[c])
            .Add(Collectives, gpus > 1 ? s_collectives[c] : 0);
    }
}
