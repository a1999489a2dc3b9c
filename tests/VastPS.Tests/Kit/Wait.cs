using System.Diagnostics;

namespace VastPS.Tests.Kit;

/// <summary>Waits on a condition of the outside world (a process, a socket), with a deadline and no fixed sleep.</summary>
internal static class Wait
{
    public static void Until(Func<bool> condition, TimeSpan limit, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!SpinWait.SpinUntil(condition, 20))
        {
            Assert.True(clock.Elapsed < limit, $"Waited {limit.TotalSeconds:0} s for {what}.");
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < limit, $"Waited {limit.TotalSeconds:0} s for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
