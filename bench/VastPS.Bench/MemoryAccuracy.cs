using VastPS.Features.Estimation;

namespace VastPS.Bench;

/// <summary>Measured memory of GPUs, of machines and on disks beside its estimate.</summary>
internal static class MemoryAccuracy
{
    private static readonly string[] s_notAllocated = [DeviceOverhead.Fragmentation, DeviceOverhead.Context, DeviceOverhead.Collectives];
    private static readonly string[] s_notReserved = [DeviceOverhead.Context, DeviceOverhead.Collectives];

    /// <summary>
    /// One point for each row of this kind that can be described. Tools report different parts of what a card must have: torch's
    /// allocated bytes leave out gaps and context, its reserved bytes the context. Base is compared without them. A run fits a
    /// card only with them, so of Pessimistic no more is taken off than any run has of them.
    /// </summary>
    public static IReadOnlyList<Point> Vram(IEnumerable<MeasuredRow> rows) => Points(rows, "memory", (row, work) =>
    {
        int gpus = row.Count("num_gpus") ?? 1;
        Requirement need = new VramModel(work, gpus).Require();
        string[] leftOut = LeftOut(row);
        double Without(Func<VastMemoryTerm, long> bytes) => need.Terms.Where(t => leftOut.Contains(t.Name)).Sum(t => (double)bytes(t));
        return new Point(
            row,
            row.ValueBytes,
            need.Bytes.Base - Without(t => t.BaseBytes),
            need.Bytes.Optimistic - Without(t => t.OptimisticBytes),
            need.Bytes.Pessimistic - Without(t => t.OptimisticBytes),
            need.Bytes.Pessimistic / need.Bytes.Base,
            NaiveFormulas.VramBytes(work, gpus));
    });

    /// <summary>The rows report one process, so what the system takes is left out.</summary>
    public static IReadOnlyList<Point> Ram(IEnumerable<MeasuredRow> rows) => Points(rows, "host_ram", (row, work) =>
    {
        Requirement need = new RamModel(work, row.Count("num_gpus") ?? 1).Require(row.Says("loading") ? null : "Run");
        double Without(Func<VastMemoryTerm, long> bytes) => need.Terms.Where(t => t.Name == RamModel.System).Sum(t => (double)bytes(t));
        return new Point(
            row,
            row.ValueBytes,
            need.Bytes.Base - Without(t => t.BaseBytes),
            need.Bytes.Optimistic - Without(t => t.OptimisticBytes),
            need.Bytes.Pessimistic - Without(t => t.PessimisticBytes),
            need.Bytes.Pessimistic / need.Bytes.Base);
    });

    /// <summary>What a run saves: the trained model or adapter, or a checkpoint with the states of the optimizer.</summary>
    public static IReadOnlyList<Point> Disk(IEnumerable<MeasuredRow> rows) => Points(rows, "disk", (row, work) =>
    {
        var disk = new DiskModel(work);
        double saved = row.Says("optimizer states") ? disk.CheckpointBytes() : disk.FinalBytes();
        return new Point(row, row.ValueBytes, saved, saved, saved, 1);
    });

    private static Point[] Points(IEnumerable<MeasuredRow> rows, string kind, Func<MeasuredRow, VastWorkload, Point> point) =>
    [
        .. from row in rows
           where row.Kind == kind && row.Quality is "A" or "B"
           let work = RowWorkload.Of(row, out _)
           where work is not null
           select point(row, work),
    ];

    private static string[] LeftOut(MeasuredRow row)
    {
        string metric = row.Note("metric") ?? "";
        return metric.Contains("allocated", StringComparison.Ordinal) ? s_notAllocated
            : metric.StartsWith("nvml", StringComparison.Ordinal)
                || metric.StartsWith("nvidia-smi", StringComparison.Ordinal)
                || row.Says("fits", "whole device") ? []
            : s_notReserved;
    }
}
