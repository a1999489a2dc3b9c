using VastPS.Kernel.Connections;

namespace VastPS.Features.Checks;

/// <summary>What to hold memory and disk against.</summary>
/// <param name="MinFreeGB">The demand in GB; null for none.</param>
/// <param name="Workload">The run they must do for; null for none.</param>
internal sealed record CheckOptions(double? MinFreeGB, VastWorkload? Workload);

/// <summary>Looks at GPUs, memory and disk of a box over an open link: one command each, or one for all that is quick.</summary>
internal static class BoxProbes
{
    // A driver in trouble answers slowly; each question has a limit of its own on the box.
    private static readonly TimeSpan s_gpuLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan s_lookLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_writeLimit = TimeSpan.FromSeconds(30);

    public static async Task<IEnumerable<VastCheckResult>> GpuAsync(VastInstance instance, ISshLink link, CancellationToken stop) =>
        GpuRule.Judge(instance, GpuScript.Read(await ProbeText.RunAsync(link, GpuScript.Body, s_gpuLimit, stop).ConfigureAwait(false)));

    public static async Task<IEnumerable<VastCheckResult>> MemoryAsync(
        VastInstance instance, ISshLink link, VastWorkload? work, CancellationToken stop) =>
        MemoryRule.Judge(
            instance, MemoryScript.Read(await ProbeText.RunAsync(link, MemoryScript.Body, s_lookLimit, stop).ConfigureAwait(false)), work);

    public static async Task<IEnumerable<VastCheckResult>> DiskAsync(
        VastInstance instance, ISshLink link, CheckOptions options, CancellationToken stop)
    {
        IReadOnlyList<ProbeSection> said =
            await ProbeText.RunAsync(link, DiskScript.Space + DiskScript.Write, s_lookLimit + s_writeLimit, stop).ConfigureAwait(false);
        return DiskRule.JudgeSpace(instance, DiskScript.ReadSpace(said), options.MinFreeGB, options.Workload)
            .Append(DiskRule.JudgeWrites(instance, DiskScript.ReadWrites(said), options.Workload));
    }

    /// <summary>All that takes no time, in one command: GPUs, memory, free space.</summary>
    public static async Task<IEnumerable<VastCheckResult>> LookAsync(
        VastInstance instance, ISshLink link, CheckOptions options, CancellationToken stop)
    {
        string body = GpuScript.Body + MemoryScript.Body + DiskScript.Space;
        IReadOnlyList<ProbeSection> said = await ProbeText.RunAsync(link, body, s_gpuLimit + s_lookLimit, stop).ConfigureAwait(false);
        return
        [
            .. GpuRule.Judge(instance, GpuScript.Read(said)),
            .. MemoryRule.Judge(instance, MemoryScript.Read(said), options.Workload),
            .. DiskRule.JudgeSpace(instance, DiskScript.ReadSpace(said), options.MinFreeGB, options.Workload),
        ];
    }

    public static async Task<VastCheckResult> WriteAsync(
        VastInstance instance, ISshLink link, VastWorkload? work, CancellationToken stop) =>
        DiskRule.JudgeWrites(
            instance,
            DiskScript.ReadWrites(await ProbeText.RunAsync(link, DiskScript.Write, s_writeLimit, stop).ConfigureAwait(false)),
            work);
}
