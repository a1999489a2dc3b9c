using VastPS.Metrics;
using VastPS.Rules;
using VastPS.Ssh;

namespace VastPS.Runs;

/// <summary>The output of a smoke test as it comes: read line by line, counted, and enough at some point.</summary>
/// <param name="wish">What was asked.</param>
/// <param name="onLine">Told each line and the steps so far.</param>
/// <param name="clock">Steps are timed by the arrival of their lines.</param>
/// <param name="enough">Called once, when nothing more needs to be seen.</param>
internal sealed class SmokeLog(SmokeWish wish, Action<string, long> onLine, TimeProvider clock, Action enough)
{
    private const int TailLines = 20;

    private readonly object _turn = new();
    private readonly MetricParser _parser = new(wish.Pattern);
    private readonly StepCounter _counter = new();
    private readonly List<VastMetric> _metrics = [];
    private readonly Queue<string> _tail = [];
    private bool _isEnough;

    /// <summary>Takes a line of either stream; they come from two threads.</summary>
    public void Add(string line)
    {
        lock (_turn)
        {
            if (_isEnough || string.IsNullOrWhiteSpace(line))
            {
                return;
            }

            DateTimeOffset now = clock.GetUtcNow();
            IReadOnlyList<VastMetric> read = _parser.Read(new LogLine(line, null), now);
            _metrics.AddRange(read);
            _counter.Add(line, read, now);
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }

            onLine(line, _counter.Steps);
            _isEnough = _counter.Steps >= wish.Steps || SmokeRules.NotFinite(read) is not null;
            if (_isEnough)
            {
                enough();
            }
        }
    }

    /// <summary>The verdict on what came.</summary>
    /// <param name="instanceId">Where it ran.</param>
    /// <param name="ran">How the command ended; null where it was ended because enough had been seen.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="peakVramGiB">As sampled.</param>
    public VastSmokeResult Result(long instanceId, SshResult? ran, TimeSpan duration, double? peakVramGiB)
    {
        lock (_turn)
        {
            // What ran into a command that had shown enough says nothing about it.
            SshResult? end = _isEnough ? null : ran;
            double[] losses = Values(MetricNames.Loss);
            double[] rewards = Values(MetricNames.Reward);
            double tokens = Trend.Median(Values("tokens_per_second"));
            (TimeSpan Median, TimeSpan P95)? times = _counter.Times();
            var facts = new SmokeFacts(_metrics, wish.Kind, wish.Expect, wish.Steps, _counter.Steps, end?.ExitCode, end?.TimedOut ?? false, [.. _tail]);
            return new VastSmokeResult
            {
                InstanceId = instanceId,
                Command = wish.Command,
                Kind = wish.Kind,
                Reasons = SmokeRules.Judge(facts),
                Steps = _counter.Steps,
                FirstLoss = losses.Length > 0 ? losses[0] : null,
                LastLoss = losses.Length > 0 ? losses[^1] : null,
                LossTrend = Trend.Of(losses)?.Verdict ?? VastTrend.Unknown,
                Reward = rewards.Length > 0 ? Trend.Median(rewards[^Math.Max(1, rewards.Length / 5)..]) : null,
                StepTimeMedian = times?.Median,
                StepTimeP95 = times?.P95,
                ProjectedTime = times?.Median * wish.TotalSteps,
                TokensPerSecond = double.IsNaN(tokens) ? null : tokens,
                PeakVramGiB = peakVramGiB,
                Duration = duration,
                ExitCode = end?.ExitCode,
                TimedOut = end?.TimedOut ?? false,
                MayStillRun = end?.MayStillRun ?? false,
                Metrics = [.. _metrics],
                LogTail = [.. _tail],
            };
        }
    }

    private double[] Values(string name) => [.. MetricNames.Series(_metrics, name).Select(m => m.Value)];
}
