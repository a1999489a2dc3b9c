using VastPS.Basics;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>The output of a smoke test as it comes: read line by line, counted, and enough at some point.</summary>
/// <param name="options">What was asked.</param>
/// <param name="onLine">Told each line and the steps so far.</param>
/// <param name="clock">Steps are timed by the arrival of their lines.</param>
internal sealed class SmokeLog(SmokeOptions options, Action<string, long> onLine, TimeProvider clock)
{
    private const int TailLines = 20;

    // So many lines with metrics show that a resumed training goes on.
    private const int ResumedLines = 3;

    private readonly object _turn = new();
    private readonly MetricParser _parser = new(options.Pattern);
    private readonly StepCounter _counter = new(options.Steps);
    private readonly List<VastMetric> _metrics = [];
    private readonly Queue<string> _tail = [];
    private int _metricLines;
    private DateTimeOffset? _firstRecord;
    private string? _gpuWarning;
    private DateTimeOffset? _endedAt;

    /// <summary>True for the command that goes on from a checkpoint.</summary>
    public bool IsAfterCheckpoint { get; init; }

    /// <summary>What the GPUs did meanwhile.</summary>
    public GpuUse Gpu { get; init; } = new();

    /// <summary>Called once, when nothing more needs to be read.</summary>
    public Action OnEnough { get; set; } = () => { };

    /// <summary>How the command ended; null where it was ended because enough had been seen.</summary>
    public SshResult? Ended { get; private set; }

    /// <summary>By which its steps are timed.</summary>
    public TimeProvider Clock => clock;

    /// <summary>True once it is known whether a GPU is used, or nobody can know.</summary>
    public bool KnowsItsGpu => Gpu.IsDecided(_firstRecord);

    /// <summary>True once nothing more needs to be read.</summary>
    public bool IsEnough { get; private set; }

    /// <summary>True where a value is not finite.</summary>
    public bool HasFailed { get; private set; }

    // What ran into a command that had shown enough says nothing about it.
    private SshResult? OwnEnd => IsEnough ? null : Ended;

    /// <summary>Takes a line of either stream; they come from two threads.</summary>
    public void Add(string line)
    {
        lock (_turn)
        {
            if (string.IsNullOrWhiteSpace(line) || (IsEnough && options.CheckpointPath is null))
            {
                return;
            }

            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }

            if (IsEnough)
            {
                return;
            }

            DateTimeOffset now = clock.GetUtcNow();
            _gpuWarning ??= GpuWarningRule.IsWarning(line) ? line.Trim() : null;
            IReadOnlyList<VastMetric> read = _parser.Read(new LogLine(line, null), now);
            _metrics.AddRange(read);
            _counter.Add(_parser.Bar, read, now);
            _metricLines += read.Count > 0 ? 1 : 0;
            onLine(line, _counter.Steps);
            _firstRecord ??= read.Count > 0 ? now : null;
            HasFailed = read.Any(m => !double.IsFinite(m.Value)) && SmokeRules.NotFinite(_metrics) is not null;
            IsEnough = HasFailed
                || (IsAfterCheckpoint ? _metricLines >= ResumedLines : _counter.IsCertain && _counter.Steps >= options.Steps);
        }

        if (IsEnough)
        {
            OnEnough();
        }
    }

    /// <summary>The command has ended by itself.</summary>
    public void End(SshResult ended) => (Ended, _endedAt) = (ended, clock.GetUtcNow());

    /// <summary>
    /// What speaks against the real run, as far as the training itself shows it; asked once it has ended or shown enough.
    /// </summary>
    public IReadOnlyList<string> Reasons()
    {
        lock (_turn)
        {
            Finish();
            var facts = new SmokeFacts(
                _metrics,
                options.Kind,
                options.Expect,
                options.Steps,
                _counter.Steps,
                OwnEnd?.ExitCode,
                OwnEnd?.TimedOut ?? false,
                [.. _tail])
            {
                HasPattern = options.Pattern is not null,
                HasMovingBar = _counter.IsMovingBar && Gpu.IsSeen,
                IsOneFarLine = _counter.IsOneFarLine,
            };
            return SmokeRules.Judge(facts);
        }
    }

    /// <summary>The verdict on what came.</summary>
    /// <param name="instanceId">Where it ran.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="saved">Whether a checkpoint was saved; null where none was asked for.</param>
    /// <param name="resumed">What the command showed that went on from it; null where none did.</param>
    public VastSmokeResult Result(long instanceId, TimeSpan duration, bool? saved, SmokeLog? resumed)
    {
        var reasons = new List<string>(Reasons());
        lock (_turn)
        {
            double[] losses = Values(MetricNames.Loss);
            double[] rewards = Values(MetricNames.Reward);
            double tokens = Statistics.Median(Values("tokens_per_second"));
            (TimeSpan Median, TimeSpan P95)? times = _counter.Times();
            PaceFinding? pace = options.Assumed is { } assumed && times is { } timed ? PaceRule.Judge(assumed, timed.Median) : null;
            string? relapse = resumed is null ? null : ResumeRule.Judge(_metrics, resumed._metrics, resumed.Ending, resumed.LastLine);
            if (Gpu.OnTheCpu(_firstRecord, _endedAt, _gpuWarning) is { } onTheCpu)
            {
                reasons.Add(onTheCpu);
            }

            if (pace is { Verdict: VastPaceVerdict.Contradicted })
            {
                reasons.Add("it contradicts the estimate: " + pace.Why);
            }

            if (saved == false)
            {
                reasons.Add($"no checkpoint was saved at {options.CheckpointPath}: {LastLine}");
            }

            if (relapse is not null)
            {
                reasons.Add(relapse);
            }

            return new VastSmokeResult
            {
                InstanceId = instanceId,
                Command = Redactor.Clean(options.Command),
                Kind = options.Kind,
                Reasons = reasons,
                Steps = _counter.Steps,
                FirstLoss = losses.Length > 0 ? losses[0] : null,
                LastLoss = losses.Length > 0 ? losses[^1] : null,
                LossTrend = Trend.Of(losses)?.Verdict ?? VastTrend.Unknown,
                Reward = rewards.Length > 0 ? Statistics.Median(rewards[^Math.Max(1, rewards.Length / 5)..]) : null,
                StepTimeMedian = times?.Median,
                StepTimeP95 = times?.P95,
                ProjectedTime = pace?.Projected ?? times?.Median * options.TotalSteps,
                EstimatedTime = options.Assumed?.RunTime,
                EstimateVerdict = pace?.Verdict ?? VastPaceVerdict.Unknown,
                CheckpointSaved = saved,
                Resumed = resumed is null ? null : relapse is null,
                ResumedLoss = resumed?.Values(MetricNames.Loss) is [var first, ..] ? first : null,
                TokensPerSecond = double.IsNaN(tokens) ? null : tokens,
                PeakVramGiB = Gpu.PeakVramGiB,
                Duration = duration,
                ExitCode = OwnEnd?.ExitCode,
                TimedOut = OwnEnd?.TimedOut ?? false,
                MayStillRun = (Ended?.MayStillRun ?? false) || (resumed?.Ended?.MayStillRun ?? false),
                Metrics = [.. _metrics],
                LogTail = [.. _tail],
            };
        }
    }

    // A table, or the last bar, is whole once nothing more comes.
    private void Finish()
    {
        IReadOnlyList<VastMetric> last = _parser.Finish();
        if (last.Count > 0)
        {
            DateTimeOffset now = clock.GetUtcNow();
            _metrics.AddRange(last);
            _counter.Add(null, last, now);
            _metricLines++;
            _firstRecord ??= now;
        }
    }

    private string LastLine => _tail.LastOrDefault() ?? "it printed nothing";

    // How it ended by itself, where that was badly.
    private string? Ending => OwnEnd switch
    {
        { TimedOut: true } => "did not come to its steps in time",
        { ExitCode: { } code and not 0 } => FormattableString.Invariant($"ended with exit code {code}"),
        _ => null,
    };

    private double[] Values(string name) => [.. MetricNames.Series(_metrics, name).Select(m => m.Value)];
}
