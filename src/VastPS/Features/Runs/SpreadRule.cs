namespace VastPS.Features.Runs;

/// <summary>When a run is looked at among others, so that a thousand of them are never looked at together.</summary>
/// <param name="Index">Its place among the runs of the watch, from 0.</param>
/// <param name="Count">How many are watched.</param>
internal sealed record SpreadRule(int Index, int Count)
{
    // A look costs a tenth of a second of a processor: two a second leave most of it to others.
    private const int AtOnce = 20;

    /// <summary>How many metrics of a log trends and medians are taken of; more would grow with the run.</summary>
    public const int EnoughMetrics = 20_000;

    // What all runs of a watch keep of their logs together, and each at least.
    private const int MostMetrics = 400_000;
    private const int LeastMetrics = 500;

    private static readonly TimeSpan s_gap = TimeSpan.FromSeconds(0.5);

    // A computer that sleeps stops its timers, not the deadline.
    private static readonly TimeSpan s_nap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_close = TimeSpan.FromSeconds(10);

    /// <summary>Before the first look.</summary>
    public TimeSpan FirstPause => s_gap * Math.Max(0, Index + 1 - AtOnce);

    /// <summary>Between two looks where they are close.</summary>
    public TimeSpan ClosePause => s_gap * Count > s_close ? s_gap * Count : s_close;

    /// <summary>How long to sleep at most without asking the clock: all runs together ask it some times a second.</summary>
    public TimeSpan LongestNap => s_gap * Count * 0.6 > s_nap ? s_gap * Count * 0.6 : s_nap;

    /// <summary>How many values of its log are kept.</summary>
    public int Metrics => Math.Clamp(MostMetrics / Count, LeastMetrics, EnoughMetrics);

    /// <summary>To the next look where they are sparse: each run has a moment of its own in the interval.</summary>
    public TimeSpan SparsePause(TimeSpan interval, DateTimeOffset now)
    {
        if (Count == 1)
        {
            return interval;
        }

        long phase = (long)(interval.Ticks * ((double)Index / Count));
        long passed = (now.UtcTicks - phase) % interval.Ticks;
        return interval - TimeSpan.FromTicks(passed < 0 ? passed + interval.Ticks : passed);
    }
}
