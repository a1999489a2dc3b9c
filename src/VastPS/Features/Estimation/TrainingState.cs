namespace VastPS.Features.Estimation;

/// <summary>Bytes that each trained parameter carries, by precision and optimizer, before anything is spread or offloaded.</summary>
/// <param name="Weights">The parameter itself.</param>
/// <param name="Gradients">Its gradient.</param>
/// <param name="OptimizerStates">States of the optimizer for matrices inside the layers.</param>
/// <param name="EmbeddingStates">States of the optimizer for embeddings.</param>
/// <param name="Temporary">What the optimizer step allocates on top.</param>
internal readonly record struct TrainingState(
    double Weights, double Gradients, Three OptimizerStates, Three EmbeddingStates, double Temporary)
{
    // Two moments of one byte, and one 32-bit constant per block of 256 for each (bitsandbytes).
    private const double EightBitStates = 2 + (2 * 4.0 / 256);

    // Row and column statistics only; Hugging Face's "memory anatomy" counts them as nearly nothing.
    private const double AdafactorStates = 0.05;

    // Moments of gradients projected to a quarter of the width, the rank of the GaLore paper, and the projections.
    private const double GaLoreShare = 0.25;

    /// <summary>State of full training in the precision of the workload.</summary>
    public static TrainingState OfModel(VastWorkload work) => Of(work.Optimizer, work.LoadedBytes());

    /// <summary>State of adapters in their own precision.</summary>
    public static TrainingState OfAdapter(VastWorkload work) => Of(work.Optimizer, work.AdapterBytes());

    /// <summary>Bytes of one parameter's states where the optimizer keeps them in 32 bits.</summary>
    public static double StatesOf32Bits(VastOptimizer optimizer) => States(optimizer, 4).Base;

    private static TrainingState Of(VastOptimizer optimizer, double size) =>
        new(size, size, States(optimizer, size), EmbeddingsOf(optimizer, size), Step(optimizer, size));

    // torch keeps its states in the type of the parameter.
    private static Three States(VastOptimizer optimizer, double size) => optimizer switch
    {
        VastOptimizer.AdamW or VastOptimizer.AdamWFused => All(2 * size),
        VastOptimizer.AdamW8bit => All(EightBitStates),
        VastOptimizer.PagedAdamW8bit => new Three(0, EightBitStates, EightBitStates),
        VastOptimizer.PagedAdamW => new Three(0, 8, 8),
        VastOptimizer.Adafactor => All(AdafactorStates),
        VastOptimizer.Lion or VastOptimizer.SgdMomentum or VastOptimizer.Muon => All(size),
        VastOptimizer.GaLore => All(2 * size * GaLoreShare),
        _ => All(0),
    };

    // bitsandbytes keeps the states of embeddings in 32 bits; Muon and GaLore leave embeddings to AdamW.
    private static Three EmbeddingsOf(VastOptimizer optimizer, double size) => optimizer switch
    {
        VastOptimizer.AdamW8bit or VastOptimizer.PagedAdamW8bit => All(8),
        VastOptimizer.Muon or VastOptimizer.GaLore => All(2 * size),
        _ => States(optimizer, size),
    };

    // torch's default for-each AdamW makes one temporary of the size of the parameters; Adafactor one for the update.
    private static double Step(VastOptimizer optimizer, double size) =>
        optimizer is VastOptimizer.AdamW or VastOptimizer.Adafactor ? size : 0;

    private static Three All(double bytes) => new(bytes, bytes, bytes);
}
