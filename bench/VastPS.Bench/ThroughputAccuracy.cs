using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Bench;

/// <summary>Measured tokens per second and GPU of training beside their estimate.</summary>
internal static partial class ThroughputAccuracy
{
    public static IReadOnlyList<Point> Training(IEnumerable<MeasuredRow> rows) =>
    [
        .. from row in rows
           where row.Kind == "throughput" && row.Quality is "A" or "B" && Reason(row).Length == 0
           select PointOf(row, RowWorkload.Of(row, out _)!, Gpu(row)!),
    ];

    /// <summary>Why a row of throughput has no estimate; empty where it has one.</summary>
    public static string Reason(MeasuredRow row) =>
        row["unit"] != "tokens/s/gpu" || row.Method.StartsWith("inference", StringComparison.Ordinal) ? "not training"
        : row.Count("batch") is null ? "no batch size"
        : row["precision"] == "fp8" ? "precision fp8"
        : RowWorkload.Of(row, out string reason) is null ? reason
        : Gpu(row) is null ? $"GPU {row["gpu"]}"
        : "";

    private static Point PointOf(MeasuredRow row, VastWorkload work, GpuSpeed gpu)
    {
        Three seconds = new StepModel(work, gpu, row.Count("num_gpus") ?? 1, HasNvlink(row)).Seconds();
        double tokens = work.Tokens() * work.GradientAccumulation;
        return new Point(
            row,
            row.Value,
            tokens / seconds.Base,
            tokens / seconds.Optimistic,
            tokens / seconds.Pessimistic,
            seconds.Pessimistic / seconds.Optimistic,
            NaiveFormulas.TokensPerSecond(work, gpu));
    }

    // The board tells; of one that may have a bridge a note.
    private static bool? HasNvlink(MeasuredRow row) =>
        row.Says("no nvlink", "without nvlink") ? false
        : row.Says("nvlink", "nvswitch") ? true
        : Nvlink.Of(row["gpu"].Replace('-', ' '), null);

    // "A100-SXM-80GB" and "RTX 6000 Ada" to the names of offers.
    private static GpuSpeed? Gpu(MeasuredRow row)
    {
        Match size = Size().Match(row["gpu"]);
        double? vram = size.Success ? double.Parse(size.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
        string name =
            Size().Replace(row["gpu"], "").Replace("-", " ", StringComparison.Ordinal).Replace(" Ada", "Ada", StringComparison.Ordinal);
        name = name switch
        {
            "A100" or "A100 SXM" => "A100 SXM4",
            "H100" => "H100 SXM",
            "H200 SXM" => "H200",
            "V100" => "Tesla V100",
            "T4" => "Tesla T4",
            "Quadro RTX 8000" => "Q RTX 8000",
            _ => name,
        };
        return GpuTable.Find(name, vram);
    }

    [GeneratedRegex(@"-(\d+)GB$")]
    private static partial Regex Size();
}
