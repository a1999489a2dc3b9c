using System.Globalization;
using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>How fast a GPU trains.</summary>
/// <param name="Name">As Vast spells it.</param>
/// <param name="VramMiB">Memory as the driver reports it.</param>
/// <param name="ComputeCapability">CUDA compute capability; null for other makers' cards.</param>
/// <param name="TensorTflops">Dense 16-bit peak with 32-bit accumulation; null for cards without tensor cores.</param>
/// <param name="Fp32Tflops">32-bit peak outside the tensor cores.</param>
/// <param name="HasFlashAttention">True where FlashAttention 2 runs.</param>
/// <param name="MemoryGBps">Bandwidth of its memory by the data sheet.</param>
/// <param name="MatmulShare">Share of the peak that the matrix products of training reach.</param>
internal sealed record GpuSpeed(
    string Name,
    int VramMiB,
    double? ComputeCapability,
    double? TensorTflops,
    double Fp32Tflops,
    bool HasFlashAttention,
    double MemoryGBps,
    double MatmulShare)
{
    /// <summary>
    /// Peak in TFLOPS for training in a precision: TF32 is half of the 16-bit rate from Ampere on; older cards have none.
    /// </summary>
    public double PeakTflops(VastPrecision precision) =>
        TensorTflops is not { } tensor ? Fp32Tflops
        : precision != VastPrecision.FP32 ? tensor
        : ComputeCapability >= 8 ? tensor / 2
        : Fp32Tflops;
}

/// <summary>The table of GPUs that travels with the module, one row for each name and memory size.</summary>
internal static class GpuTable
{
    private static readonly Lazy<ILookup<string, GpuSpeed>> s_gpus = new(Load);

    public static IEnumerable<GpuSpeed> All => s_gpus.Value.SelectMany(g => g);

    /// <summary>The row of a name with the nearest memory size; null for a name that is not in the table.</summary>
    public static GpuSpeed? Find(string? name, double? vramGiB)
    {
        double mib = (vramGiB ?? 0) * 1024;
        return s_gpus.Value[Key(name ?? "")].MinBy(g => Math.Abs(g.VramMiB - mib));
    }

    private static string Key(string name) => name.Replace('_', ' ').Trim().ToUpperInvariant();

    private static ILookup<string, GpuSpeed> Load() => TextLines.Filled(EmbeddedText.Read("gpus.csv"))
        .Where(l => l[0] != '#').Skip(1)
        .Select(l => Row(l.Split(',')))
        .ToLookup(g => Key(g.Name));

    private static GpuSpeed Row(string[] cells) => new(
        cells[0],
        (int)Number(cells[1])!.Value,
        Number(cells[2]),
        Number(cells[3]),
        Number(cells[5])!.Value,
        cells[8] == "yes",
        Number(cells[6])!.Value,
        Number(cells[9])!.Value);

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
}
