namespace VastPS.Basics;

/// <summary>Does something again where it failed for a reason that may pass.</summary>
internal static class Retry
{
    /// <summary>Attempts until one ends well. A failure that may not pass is thrown as it is.</summary>
    /// <param name="attempt">Begins from the start, or goes on where the one before ended.</param>
    /// <param name="mayPass">Takes the failure and how many attempts there were; false ends it. Asked once for each failure.</param>
    /// <param name="pause">Between two attempts.</param>
    /// <param name="clock">For the pauses.</param>
    /// <param name="stop">Ends a pause.</param>
    public static async Task<T> RunAsync<T>(
        Func<Task<T>> attempt, Func<Exception, int, bool> mayPass, TimeSpan pause, TimeProvider clock, CancellationToken stop)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (Exception e) when (mayPass(e, tried))
            {
                await Task.Delay(pause, clock, stop).ConfigureAwait(false);
            }
        }
    }
}
