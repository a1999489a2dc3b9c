using VastPS.Basics;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>Checks how somebody wants to watch.</summary>
internal static class WatchInput
{
    /// <summary>InvalidValue where a time makes no sense, or where the watch would end before its first look.</summary>
    public static void Demand(WatchOptions options)
    {
        Check.Positive(options.PollInterval, nameof(WatchOptions.PollInterval));
        Check.Positive(options.StallTime, nameof(WatchOptions.StallTime));
        TimeSpan first = options.ValidationPeriod;
        Check.Positive(first == TimeSpan.Zero ? null : first, nameof(WatchOptions.ValidationPeriod));
        Check.Positive(options.ExpectedStepTime, nameof(WatchOptions.ExpectedStepTime));
        Check.Positive(options.LostAfter, nameof(WatchOptions.LostAfter));
        Check.Positive(options.Timeout, nameof(WatchOptions.Timeout), Check.LongestTimerDays);
        TimeSpan least = Watcher.LeastTime(options.PollInterval);
        Check.That(
            !(options.Timeout < least),
            options.Timeout,
            nameof(WatchOptions.Timeout),
            Texts.TooShortForALook(least),
            $"-Timeout {Duration.Format(least)}");
    }
}
