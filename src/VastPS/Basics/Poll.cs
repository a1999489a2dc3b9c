namespace VastPS.Basics;

/// <summary>Looks again and again until something is so, with a pause between two looks.</summary>
internal static class Poll
{
    /// <summary>Looks until it is so, or until a look after the limit has found that it is not.</summary>
    /// <param name="look">True where it is so. Looked at once at least, and once more when the limit has passed.</param>
    /// <param name="limit">From now.</param>
    /// <param name="pause">Between two looks.</param>
    /// <param name="clock">For limit and pauses.</param>
    /// <param name="stop">Ends a pause.</param>
    /// <returns>False where the time was up.</returns>
    public static async Task<bool> UntilAsync(
        Func<Task<bool>> look, TimeSpan limit, TimeSpan pause, TimeProvider clock, CancellationToken stop)
    {
        DateTimeOffset end = clock.GetUtcNow() + limit;
        while (!await look().ConfigureAwait(false))
        {
            if (clock.GetUtcNow() >= end)
            {
                return false;
            }

            await Task.Delay(pause, clock, stop).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The same with a number of looks instead of a limit.</summary>
    public static async Task<bool> TimesAsync(
        int looks, Func<Task<bool>> look, TimeSpan pause, TimeProvider clock, CancellationToken stop)
    {
        for (int left = looks; !await look().ConfigureAwait(false); left--)
        {
            if (left <= 1)
            {
                return false;
            }

            await Task.Delay(pause, clock, stop).ConfigureAwait(false);
        }

        return true;
    }
}
