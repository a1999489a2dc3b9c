namespace VastPS.Tests.Kit;

/// <summary>Waits for something that happens outside this process.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string because = "the condition did not come true", int seconds = 10)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > TimeSpan.FromSeconds(seconds))
            {
                throw new TimeoutException(because);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
