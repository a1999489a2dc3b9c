namespace VastPS.Estimating;

/// <summary>Bytes that each trained parameter carries, by precision and optimizer, before anything is spread or offloaded.</summary>
/// <param name="Weights">The parameter itself.</param>
/// <param name="Gradients">Its gradient.</param>
/// <param name="OptimizerStates">States of the optimizer.</param>
/// <param name="Temporary">What the optimizer step allocates on top.</param>
/// <param name="AutocastCopy">16-bit copy that autocast keeps of weights of 32 bits.</param>
internal readonly record struct TrainingState(double Weights, double Gradients, Three OptimizerStates, double Temporary, double AutocastCopy)
{
    // Two moments of one byte, and one 32-bit constant per block of 256 for each (bitsandbytes).
    private const double EightBitStates = 2 + (2 * 4.0 / 256);

    // Row and column statistics only; Hugging Face's "memory anatomy" counts them as nearly nothing.
    private const double AdafactorStates = 0.05;

    /// <summary>State of full training in the precision of the workload.</summary>
    public static TrainingState OfModel(VastWorkload work)
    {
        double size = work.LoadedBytes();
        return Of(work, size, work.Precision == VastPrecision.Mixed ? 2 : 0);
    }

    /// <summary>State of adapters: PEFT keeps them in 32 bits whatever the base is stored in.</summary>
    public static TrainingState OfAdapter(VastWorkload work) => Of(work, 4, 0);

    /// <summary>Bytes of one parameter's states where the optimizer keeps them in 32 bits.</summary>
    public static double StatesOf32Bits(VastOptimizer optimizer) => States(optimizer, 4).Base;

    private static TrainingState Of(VastWorkload work, double size, double autocast) =>
        new(size, size, States(work.Optimizer, size), Step(work.Optimizer, size), autocast);

    // torch keeps its states in the type of the parameter.
    private static Three States(VastOptimizer optimizer, double size) => optimizer switch
    {
        VastOptimizer.AdamW or VastOptimizer.AdamWFused => All(2 * size),
        VastOptimizer.AdamW8bit => All(EightBitStates),
        VastOptimizer.PagedAdamW8bit => new Three(0, EightBitStates, EightBitStates),
        VastOptimizer.Adafactor => All(AdafactorStates),
        VastOptimizer.Lion or VastOptimizer.SgdMomentum => All(size),
        _ => All(0),
    };

    // torch's default for-each AdamW makes one temporary of the size of the parameters; Adafactor one for the update.
    private static double Step(VastOptimizer optimizer, double size) =>
        optimizer is VastOptimizer.AdamW or VastOptimizer.Adafactor ? size : 0;

    private static Three All(double bytes) => new(bytes, bytes, bytes);
}
