using VastPS.Basics;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Counts the steps of a training while its lines arrive, and times them. Steps come from the numbers in the log, from
/// the bar of a trainer, else each record counts as one.
/// </summary>
/// <param name="wanted">So many are waited for: a log that begins beyond goes on from a checkpoint, or says something else.</param>
internal sealed class StepCounter(long wanted)
{
    // Compiling kernels, filling caches: the first steps say nothing about the rest.
    private const int LeastWarmUp = 5;
    private const int LeastTimed = 3;

    private readonly List<(long Steps, DateTimeOffset At)> _marks = [];
    private long? _firstStep;
    private long _lastStep;
    private long _before;
    private bool _isVital;
    private long _records;
    private bool _isFullBefore;
    private long? _total;
    private long _gap = 1;
    private long _epochs;
    private LogBar? _barAt;
    private long _barBefore;
    private long _bar;
    private int _barLines;

    /// <summary>
    /// Steps so far: those that lines with a loss or a reward name; else those of a bar with one; else those of a bar, or the lines.
    /// </summary>
    public long Steps => _isVital && Named is { } named && _barAt is not { HasMetrics: true } ? named : Math.Max(_bar, Named ?? _records);

    /// <summary>False where more lines may show that there were fewer steps.</summary>
    public bool IsCertain => Named is null ? _records > 0 && !_isFullBefore : !IsOneFarLine;

    /// <summary>
    /// True where all steps rest on one line that names a step beyond those that are waited for: it may tell of a checkpoint.
    /// </summary>
    public bool IsOneFarLine => Named is not null && _epochs == 0 && _lastStep == _firstStep && _firstStep > wanted && _bar < wanted;

    /// <summary>True where the steps are those of a bar that was seen moving.</summary>
    public bool IsMovingBar => _barLines > 1 && _bar >= Math.Max(1, Named ?? _records);

    // A log that begins at 0 has made one step then. A single line without a loss may be the settings: "steps=1000, lr=0.1".
    private long? Named =>
        _firstStep is not null && (_lastStep > _firstStep || _isVital || _epochs > 0)
        ? _epochs + _lastStep - _before + (_firstStep == 0 ? 1 : 0)
        : null;

    /// <summary>Takes what a line gave.</summary>
    public void Add(LogBar? bar, IReadOnlyList<VastMetric> metrics, DateTimeOffset at)
    {
        long before = Steps;
        if (bar is { Total: not null } drawn && (drawn.Work is BarWork.Untitled or BarWork.Training || drawn.HasMetrics)
            && drawn.Work != BarWork.Evaluation)
        {
            Count(drawn);
        }

        if (metrics.Count > 0)
        {
            Count(metrics);
        }

        if (Steps < before)
        {
            _marks.Clear();
        }

        if (Steps != before)
        {
            _marks.Add((Steps, at));
        }
    }

    /// <summary>Median and 95th percentile of a step; null where too few were timed.</summary>
    public (TimeSpan Median, TimeSpan P95)? Times()
    {
        long warmUp = Math.Max(LeastWarmUp, Steps / 10);
        (long Steps, DateTimeOffset At)[] timed = [.. _marks.Where(m => m.Steps >= warmUp)];
        if (timed.Length <= LeastTimed)
        {
            return null;
        }

        double[] each = [.. timed.Zip(timed.Skip(1), (a, b) => (b.At - a.At).TotalSeconds / (b.Steps - a.Steps))];
        double mean = (timed[^1].At - timed[0].At).TotalSeconds / (timed[^1].Steps - timed[0].Steps);
        double median = Statistics.Median(each);

        // Output that was held back arrives in blocks: then only the whole stretch tells the pace.
        bool isInBlocks = median < mean / 10;
        return (
            TimeSpan.FromSeconds(isInBlocks ? mean : median),
            TimeSpan.FromSeconds(isInBlocks ? mean : Statistics.Quantile(each, 0.95)));
    }

    // A bar that was full before anything was logged was that of the data; and one with a loss goes before one without.
    private void Count(LogBar bar)
    {
        if (_barAt is not { } held || (bar.HasMetrics && !held.HasMetrics && bar.Total != held.Total)
            || (bar.Total != held.Total && IsFull && _records == 0 && _firstStep is null))
        {
            (_barAt, _bar, _barBefore, _barLines) = (bar, 0, 0, 0);
        }
        else if (bar.Total == held.Total && bar.Done < held.Done && bar.Title != held.Title && IsFull)
        {
            // The next epoch.
            _barBefore += held.Done;
            _barAt = bar with { HasMetrics = held.HasMetrics || bar.HasMetrics };
        }

        if (_barAt is { } same && same.Total == bar.Total)
        {
            long done = _barBefore + bar.Done;
            (_bar, _barLines) = (Math.Max(_bar, done), _barLines + (done > _bar ? 1 : 0));
            _barAt = bar with { Done = Math.Max(bar.Done, same.Done), HasMetrics = same.HasMetrics || bar.HasMetrics };
        }
    }

    private void Count(IReadOnlyList<VastMetric> metrics)
    {
        // An evaluation is no step, and the Trainer ends with a summary.
        if (metrics.Any(m => m.Name == "train_runtime")
            || (metrics.Any(m => MetricNames.IsEvaluation(m.Name)) && !metrics.Any(m => MetricNames.IsOfTraining(m.Name))))
        {
            return;
        }

        bool isVital = metrics.Any(m => MetricNames.IsOfTraining(m.Name));
        if (isVital && !_isVital)
        {
            // What was counted without a loss before the first loss were settings.
            (_firstStep, _lastStep, _before, _records, _epochs, _isVital) = (null, 0, 0, 0, 0, true);
        }
        else if (_isVital && !isVital)
        {
            return;
        }

        if (metrics[0].Step is not { } step)
        {
            _records++;
            DropDataBar();
        }
        else if (_firstStep is not null && IsNextEpoch(step, metrics[0].TotalSteps))
        {
            (_epochs, _lastStep) = (_epochs + _lastStep, step);
        }
        else if (_firstStep is null || (step < _firstStep && _epochs == 0))
        {
            if (_firstStep is null && IsFull && _barAt is { HasMetrics: false } && step < _bar)
            {
                DropBar();
            }

            // What came before a smaller number was none of the training.
            (_firstStep, _lastStep, _before, _total) = (step, step, 0, metrics[0].TotalSteps);
        }
        else
        {
            // The second number tells how many steps lie between two lines, and so how many were made before the log began.
            _before = step > _lastStep && _lastStep == _firstStep && _firstStep > wanted
                ? Math.Max(0, _lastStep - (step - _lastStep))
                : _before;
            _gap = step > _lastStep ? step - _lastStep : _gap;
            _lastStep = Math.Max(_lastStep, step);
        }
    }

    // Steps that are counted anew in each epoch: the last one was near the total that both lines name.
    private bool IsNextEpoch(long step, long? total) =>
        total is { } whole && whole == _total && step < _lastStep && step <= _gap && whole - _lastStep <= _gap;

    private bool IsFull => _barAt is { } bar && bar.Done == bar.Total;

    // Full at the first record: the trainer's bar at its end, or one of the data. A second record tells that it was of the data.
    private void DropDataBar()
    {
        if (_records == 1)
        {
            _isFullBefore = IsFull;
        }
        else if (_isFullBefore)
        {
            DropBar();
        }
    }

    private void DropBar() => (_isFullBefore, _barAt, _bar, _barBefore, _barLines) = (false, null, 0, 0, 0);
}
