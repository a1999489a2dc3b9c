namespace VastPS.Kernel.Logs;

/// <summary>What a log has shown of itself so far: what one line alone does not tell.</summary>
internal sealed class LogMemory
{
    /// <summary>How many steps there will be, as a banner or a bar told it.</summary>
    public long? TotalSteps { get; set; }

    /// <summary>The same, as the bar of the trainer shows it.</summary>
    public long? BarTotal { get; set; }

    /// <summary>How many records there were.</summary>
    public long Records { get; set; }

    /// <summary>The name of the loss that is the one of the training, and how good a name for it that is.</summary>
    public (string Name, int Rank, bool HasStep)? Loss { get; set; }

    /// <summary>The same of the reward.</summary>
    public (string Name, int Rank, bool HasStep)? Reward { get; set; }

    /// <summary>True where fairseq tells its steps: then its lines for an epoch are means of them.</summary>
    public bool HasInner { get; set; }

    /// <summary>True where losses of training and evaluation side by side are estimates, and records have lines of their own.</summary>
    public bool HasEstimates { get; set; }
}

/// <summary>A line, and where its metrics go.</summary>
/// <param name="Line">The line.</param>
/// <param name="Arrived">When it came, where it is read live.</param>
/// <param name="Metrics">Where they are added.</param>
internal readonly record struct RecordTarget(LogLine Line, DateTimeOffset? Arrived, List<VastMetric> Metrics);

/// <summary>From the numbers of a line to a record: is it one, of which step, and which loss is the loss.</summary>
internal static class RecordRule
{
    private const double MostStep = 1e15;

    /// <summary>Adds the metrics of a record; none where it is none.</summary>
    /// <param name="draft">What was found.</param>
    /// <param name="from">Where in the draft the record begins.</param>
    /// <param name="bar">The bar that it stands behind; null where there is none.</param>
    /// <param name="memory">What the log has shown; is told what this line shows.</param>
    /// <param name="target">The line, and where its metrics go.</param>
    public static void Judge(RecordDraft draft, int from, (long Done, long? Total)? bar, LogMemory memory, RecordTarget target)
    {
        ReadOnlySpan<LogItem> items = draft.Items[from..];
        if (draft.IsSettings || items.IsEmpty)
        {
            return;
        }

        var found = new Finding(draft.IsEvaluation, draft.IsSummary);
        foreach (LogItem item in items)
        {
            found.Take(item);
        }

        if (!found.HasVital && found.Total > 0)
        {
            memory.TotalSteps = (long)Math.Min(found.Total, MostStep);
        }

        (double Step, double Total)? step = Step(draft, found, bar);
        bool isRecord = found.Settings == 0 && (found.HasVital || (draft.HasDict
            ? ((step is not null && !found.IsCount) || found.HasEpoch) && found.Values > 0
            : step is not null && (!found.IsCount || found.HasEpoch) && found.HasStated && !found.IsTold));
        if (isRecord)
        {
            Add(items, found, step, memory, target);
        }
    }

    // A counter by its name goes before the count of a bar, and that before one in brackets.
    private static (double Step, double Total)? Step(RecordDraft draft, Finding found, (long Done, long? Total)? bar)
    {
        if (bar is { } drawn)
        {
            return (drawn.Done, drawn.Total ?? -1);
        }

        // "[500/50000] loss 0.5 | batch 16": how large a batch is, not which.
        if (found.Step is { } named && !(found.IsSizeOfBatch && draft.Bracketed is { Total: > 0 }))
        {
            return named;
        }

        return draft.HasDict ? null : draft.Bracketed ?? (found.HasVital ? draft.Free : null);
    }

    private static void Add(
        ReadOnlySpan<LogItem> items,
        Finding found,
        (double Step, double Total)? step,
        LogMemory memory,
        RecordTarget target)
    {
        LogLine line = target.Line;
        memory.Records++;
        long? number = step is { Step: >= 0 and < MostStep } s ? (long)s.Step : null;
        long? total = step is { Total: > 0 and < MostStep } t ? (long)t.Total
            : found.Total is > 0 and < MostStep ? (long)found.Total
            : memory.TotalSteps ?? memory.BarTotal;
        total = total < number ? null : total;
        bool isEstimate = memory.HasEstimates && found.HasEvaluation;
        MetricName? loss = isEstimate ? null : Meant(items, found, MetricNames.Loss, memory, number is not null);
        MetricName? reward = Meant(items, found, MetricNames.Reward, memory, number is not null);
        var record = new VastMetric.Source(number, total, LineTime.Of(line.Text) ?? target.Arrived, line.Text, line.OffsetBytes);
        foreach (LogItem item in items)
        {
            MetricName name = item.Name;
            if (name.Role is NameRole.Step or NameRole.Place || (found.IsSummary && name.IsVital && !name.IsEvaluation)
                || name.LastRecord == memory.Records)
            {
                continue;
            }

            name.LastRecord = memory.Records;

            string? common = name == loss ? MetricNames.Loss
                : name == reward ? MetricNames.Reward
                : name.IsLoss && name.Common == MetricNames.Loss ? (isEstimate ? MetricNames.EstimatedLoss : null)
                : name.Common == MetricNames.Reward ? null
                : name.Common;
            target.Metrics.Add(new VastMetric(record, name.Name, item.Value, common));
        }
    }

    // By rule, not by frequency: the best name that the log has, and of equals the first.
    private static MetricName? Meant(ReadOnlySpan<LogItem> items, Finding found, string common, LogMemory memory, bool hasStep)
    {
        if (found.IsSummary)
        {
            return null;
        }

        (string Name, int Rank, bool HasStep)? known = common == MetricNames.Loss ? memory.Loss : memory.Reward;
        MetricName? best = null;
        foreach (LogItem item in items)
        {
            MetricName name = item.Name;
            bool fits = !name.IsEvaluation && (common == MetricNames.Loss ? name.IsLoss : name.Common == MetricNames.Reward);
            if (fits && (best is null || name.Rank < best.Rank || (name.Rank == best.Rank && name.Name == known?.Name)))
            {
                best = name;
            }
        }

        // What names no step, where another did, is a sum over steps.
        if (best is null || (known is { } k && (k.HasStep != hasStep ? k.HasStep : best.Name != k.Name && best.Rank >= k.Rank)))
        {
            return null;
        }

        if (common == MetricNames.Loss)
        {
            memory.Loss = (best.Name, best.Rank, hasStep);
        }
        else
        {
            memory.Reward = (best.Name, best.Rank, hasStep);
        }

        return best;
    }

    private struct Finding(bool isEvaluation, bool isSummary)
    {
        private bool _isEpisode;

        public (double Step, double Total)? Step { get; private set; }

        public double Total { get; private set; }

        public bool HasVital { get; private set; }

        public bool HasEvaluation { get; private set; } = isEvaluation;

        public bool HasEpoch { get; private set; }

        public bool HasStated { get; private set; }

        /// <summary>True for a "batch" behind the loss.</summary>
        public bool IsSizeOfBatch { get; private set; }

        /// <summary>"100 steps": how many, not which.</summary>
        public bool IsCount { get; private set; }

        /// <summary>True where a number of steps is told that is not the one of this line.</summary>
        public bool IsTold { get; private set; }

        /// <summary>The Trainer of transformers ends with a line of sums and means.</summary>
        public bool IsSummary { get; private set; } = isSummary;

        public int Settings { get; private set; }

        public int Values { get; private set; }

        public void Take(LogItem item)
        {
            MetricName name = item.Name;
            switch (name.Role)
            {
                case NameRole.Step:
                    // An "update" of 8.35 counts epochs; and the counter over all epochs is the better one.
                    IsSizeOfBatch = HasVital && name.Name == "batch" && item.Total < 0 && Step is null;
                    if (double.IsInteger(item.Value) && (Step is null || (!name.IsEpisode && (_isEpisode || name.IsGlobal))))
                    {
                        _isEpisode = name.IsEpisode;
                        Step = (item.Value, item.Total);
                        IsCount = name.IsCount;
                    }

                    break;
                case NameRole.TotalSteps:
                    Total = item.Value;
                    IsTold = true;
                    break;
                case NameRole.Epoch:
                    HasEpoch = true;
                    break;
                case NameRole.Place:
                    break;
                default:
                    HasVital |= name.IsVital;
                    HasEvaluation |= name.IsEvaluation;
                    HasStated |= item.IsStated;
                    IsSummary |= name.Name is "train_runtime";
                    Settings += name.IsSetting ? 1 : 0;
                    Values++;
                    break;
            }
        }
    }
}
