namespace VastPS.Kernel.Connections;

/// <summary>What ended the wait for a command.</summary>
internal enum CommandEnd
{
    /// <summary>The command itself.</summary>
    Itself,

    /// <summary>Its time was up.</summary>
    Time,

    /// <summary>It wrote nothing for too long.</summary>
    Silence,

    /// <summary>The box gave no sign of life.</summary>
    NoAnswer,
}

/// <summary>Waits for the end of a command, each of its limits apart from the others.</summary>
/// <param name="run">The command, which the server has taken.</param>
/// <param name="spec">Its limits.</param>
/// <param name="answers">Asks the box for a sign of life within a time.</param>
/// <param name="clock">The clock.</param>
internal sealed class RunWatch(
    RemoteRun run, SshCommandSpec spec, Func<TimeSpan, CancellationToken, Task<bool>> answers, TimeProvider clock)
{
    // Timers reach no further than some weeks.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly long _begin = clock.GetTimestamp();

    /// <summary>Says what ended the wait. Throws what broke the command off: a stop, a lost link, a listener.</summary>
    public async Task<CommandEnd> WaitAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<CommandEnd>[] limits =
        [
            .. spec.Timeout is { } time ? [Passed(time, () => _begin, CommandEnd.Time, over.Token)] : Array.Empty<Task<CommandEnd>>(),
            .. spec.IdleTimeout is { } silence
                ? [Passed(silence, HeardAt, CommandEnd.Silence, over.Token)]
                : Array.Empty<Task<CommandEnd>>(),
            .. spec.KeepAlive is { } sign ? [LostAsync(sign, over.Token)] : Array.Empty<Task<CommandEnd>>(),
        ];
        try
        {
            Task first = await Task.WhenAny([run.Ended, .. limits]);
            stop.ThrowIfCancellationRequested();
            await first;
            return first is Task<CommandEnd> limit ? await limit : CommandEnd.Itself;
        }
        finally
        {
            await over.CancelAsync();
            BlockingCalls.Observe(Task.WhenAll(limits));
        }
    }

    private long HeardAt() => Math.Max(_begin, run.HeardAt);

    private async Task<CommandEnd> Passed(TimeSpan limit, Func<long> since, CommandEnd end, CancellationToken over)
    {
        while (limit - clock.GetElapsedTime(since()) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < s_longest ? left : s_longest, clock, over);
        }

        return end;
    }

    // Output is a sign of life; only a silent box is asked.
    private async Task<CommandEnd> LostAsync(TimeSpan interval, CancellationToken over)
    {
        long signAt = _begin;
        do
        {
            await Passed(interval, () => Math.Max(signAt, HeardAt()), CommandEnd.NoAnswer, over);
            signAt = clock.GetTimestamp();
        }
        while (await answers(interval, over));
        over.ThrowIfCancellationRequested();
        return CommandEnd.NoAnswer;
    }
}
