using VastPS.Features.Estimation;

namespace VastPS.Bench;

/// <summary>The formulas that calculators on the web use, for comparison.</summary>
internal static class NaiveFormulas
{
    // Weights, gradients, master copy and two moments of mixed precision.
    private const double BytesPerTrainedParameter = 18;

    // "Forty per cent of the peak".
    private const double Mfu = 0.4;

    public static double VramBytes(VastWorkload work, int gpus)
    {
        double frozen = work.TrainedParameters() < work.ParameterCount ? (work.QuantizedBytes() ?? 2) * work.ParameterCount : 0;
        double shards = work.Sharding == VastSharding.Zero3 ? gpus : 1;
        return (frozen + (BytesPerTrainedParameter * work.TrainedParameters())) / shards;
    }

    public static double TokensPerSecond(VastWorkload work, GpuSpeed gpu) =>
        gpu.PeakTflops(work.Precision) * 1e12 * Mfu / (6.0 * work.ParameterCount);
}
