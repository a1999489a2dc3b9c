namespace VastPS.Features.Runs;

/// <summary>What the processes of a run, and the network of its box, have done until a moment; null where the box does not say.</summary>
/// <param name="CpuTicks">Hundredths of a second on a processor.</param>
/// <param name="DiskBytes">Read from and written to disks.</param>
/// <param name="NetworkBytes">Received by the box.</param>
/// <param name="LogBytes">Size of the log: writing it is no work.</param>
internal sealed record WorkDone(long? CpuTicks, long? DiskBytes, long? NetworkBytes, long? LogBytes);

/// <summary>Whether a run worked between two looks.</summary>
internal static class WorkRule
{
    // A process that waits wakes up now and then: threads that watch, a shell that sleeps in a loop.
    private const double LeastCpu = 0.05;
    private const int LeastTicks = 2;
    private const double LeastDiskBytesPerSecond = 64 * 1024;

    // The looks themselves, and what a network sends without being asked, stay below.
    private const double LeastNetworkBytesPerSecond = 128 * 1024;

    /// <summary>True for work, false for none; null where the box does not say.</summary>
    public static bool? IsAtWork(WorkDone before, WorkDone now, TimeSpan between)
    {
        if (between <= TimeSpan.Zero || now.CpuTicks - before.CpuTicks is not { } ticks)
        {
            return null;
        }

        // Fewer than before: a process ended and took its count along.
        double seconds = between.TotalSeconds;
        long logged = 2 * Math.Max(0, now.LogBytes - before.LogBytes ?? 0);
        return Math.Abs(ticks) >= Math.Max(LeastTicks, LeastCpu * 100 * seconds)
            || now.DiskBytes - before.DiskBytes - logged > LeastDiskBytesPerSecond * Math.Max(1, seconds)
            || now.NetworkBytes - before.NetworkBytes > LeastNetworkBytesPerSecond * Math.Max(1, seconds);
    }
}
