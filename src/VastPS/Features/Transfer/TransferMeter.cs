using VastPS.Basics;

namespace VastPS.Features.Transfer;

/// <summary>Where a transfer stands.</summary>
/// <param name="Status">In words: bytes, rate.</param>
/// <param name="Percent">Share that is done.</param>
/// <param name="Left">Time until the end at the rate so far; null at the beginning.</param>
internal sealed record TransferProgress(string Status, int? Percent, TimeSpan? Left);

/// <summary>Counts bytes against a total and tells rate and time left.</summary>
internal sealed class TransferMeter(long total, TimeProvider clock, Action<TransferProgress> tell)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private static readonly double s_longest = TimeSpan.FromDays(1000).TotalSeconds;

    private readonly long _begin = clock.GetTimestamp();
    private TimeSpan _told = TimeSpan.Zero;
    private long _moved;
    private long _done;

    public TimeSpan Elapsed => clock.GetElapsedTime(_begin);

    /// <summary>Goes on behind a break: so many bytes need not be moved again.</summary>
    public void Restart(long done) => _done = done;

    public void Add(int bytes)
    {
        _moved += bytes;
        _done += bytes;
        TimeSpan elapsed = Elapsed;
        if (elapsed - _told >= s_pause)
        {
            _told = elapsed;
            double rate = _moved / elapsed.TotalSeconds;
            tell(new TransferProgress(
                FormattableString.Invariant($"{_done / Bytes.MB:0.0} of {total / Bytes.MB:0.0} MB, {rate / Bytes.MB:0.0} MB/s"),
                total > 0 ? (int)Math.Min(100, 100 * _done / total) : null,
                TimeSpan.FromSeconds(Math.Min(s_longest, Math.Max(0, total - _done) / rate))));
        }
    }
}
