using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>A line of a log with its number: numbers tell what comes after what, not how many lines lie between.</summary>
internal readonly record struct NumberedLine(long Number, string Text)
{
    /// <summary>The number by which it is found in the log; null where the box could not tell.</summary>
    public long? InLog { get; init; }
}

/// <summary>What the lines tell that the box picked out of a log: how far the training came, and why it ended.</summary>
internal sealed class LogStory
{
    // The header of a traceback follows what it belongs to at once; two threads may write into each other.
    private const int AsideLines = 3;
    private const int SummaryLines = 4;

    private readonly List<(long Number, long? Step)> _moves = [];
    private readonly List<(NumberedLine Line, Word Word, VastRunOutcome Outcome, bool IsAside)> _words = [];
    private readonly List<VastMetric> _metrics = [];
    private readonly NumberedLine[] _lines;

    public LogStory(IEnumerable<NumberedLine> lines, long? planned = null)
    {
        _lines = [.. lines.Where(l => l.Text.Trim().Length > 0)];
        Follow(planned);
    }

    /// <summary>The metrics of the lines.</summary>
    public IReadOnlyList<VastMetric> Metrics => _metrics;

    /// <summary>The highest step that was seen; null where no line is numbered.</summary>
    public long? Steps { get; private set; }

    /// <summary>Steps from one numbered line to the next at the end.</summary>
    public long Gap { get; private set; } = 1;

    /// <summary>Lines with a metric that must be finite.</summary>
    public int Records { get; private set; }

    /// <summary>True where the training says that it stopped early because it may.</summary>
    public bool StoppedEarly => _lines.Any(l => CauseTable.IsEarlyStop(l.Text));

    /// <summary>The first cause after which nothing was trained or saved any more; null where there is none.</summary>
    /// <param name="failed">True where the exit code says that there is one.</param>
    public (VastRunOutcome Outcome, NumberedLine Line, bool IsSurvived)? Cause(bool failed)
    {
        var open = _words.Where(w => IsOpen(w.Line.Number, failed && w.Word == Word.Named)).ToList();
        foreach (Func<(NumberedLine Line, Word Word, VastRunOutcome Outcome, bool IsAside), bool> wanted in Order(failed))
        {
            if (open.FirstOrDefault(wanted) is { Line.Text: not null } found)
            {
                NumberedLine line = found.Word == Word.Header ? LastError() ?? found.Line : found.Line;
                bool isSurvived = found is { Word: Word.Shell, Outcome: VastRunOutcome.Killed }
                    || (found.Outcome is VastRunOutcome.Failed or VastRunOutcome.Killed
                        && _lines.Any(l => l.Number > found.Line.Number && !IsLogger(l.Text) && CauseTable.IsGoodEnd(l.Text)));
                VastRunOutcome outcome = found.Word is Word.Named or Word.Shell ? found.Outcome : VastRunOutcome.Failed;
                return (outcome, line with { Text = line.Text.Trim() }, isSurvived);
            }
        }

        return null;
    }

    /// <summary>
    /// Which process a line is about: as it says itself, or as the lines just before it do, where torch elastic sums up who failed.
    /// </summary>
    public string? Rank(NumberedLine line) => CauseTable.Rank(line.Text) ?? (CauseTable.IsOfSummary(line.Text)
        ? _lines.LastOrDefault(l => l.Number < line.Number && l.Number >= line.Number - SummaryLines && CauseTable.Rank(l.Text) is not null)
            is { Text: not null } named ? CauseTable.Rank(named.Text) : null
        : null);

    /// <summary>The last error and the last words.</summary>
    public IEnumerable<string> LastWords() =>
        new[] { LastError()?.Text, _lines.LastOrDefault(l => l.Text.Any(char.IsLetterOrDigit)).Text }
        .OfType<string>().Select(l => l.Trim()).Distinct();

    // First what has a name: a package that was looked for and not found often stands before it. Then the first error.
    private static IEnumerable<Func<(NumberedLine Line, Word Word, VastRunOutcome Outcome, bool IsAside), bool>> Order(bool failed)
    {
        yield return w => w.Word == Word.Named && !w.IsAside;
        yield return w => w.Word is Word.Error or Word.Shell && !w.IsAside;
        yield return w => w.Word == Word.Header && !w.IsAside;
        if (failed)
        {
            yield return w => w.Word == Word.Named;
        }
        else
        {
            yield return w => w.Word == Word.Echo;
        }
    }

    private NumberedLine? LastError() =>
        _words.LastOrDefault(w => w.Word is Word.Error or Word.Named or Word.Shell && !w.IsAside).Line is { Text: not null } line
            ? line
            : null;

    // Other ranks may still say the step that they have made.
    private bool IsOpen(long number, bool failed)
    {
        var after = _moves.Where(m => m.Number > number).ToList();
        return after.Count == 0
            || (failed && after.Select(m => m.Step).Distinct().Count() == 1 && (after.Count == 1 || after[0].Step is not null));
    }

    private void Follow(long? planned)
    {
        var parser = new MetricParser();
        var bars = new Dictionary<long, long>();
        long aside = -1 - AsideLines;
        bool isAside = false;
        foreach (NumberedLine line in _lines)
        {
            (Word word, VastRunOutcome outcome) = CauseTable.Read(line.Text);
            if (word == Word.Aside)
            {
                (aside, isAside) = (line.Number, true);
            }
            else if (word == Word.Header)
            {
                isAside = line.Number - aside <= AsideLines;
                aside = isAside ? line.Number : aside;
            }

            if (word is not Word.None and not Word.Aside)
            {
                _words.Add((line, word, outcome, isAside && word != Word.Shell && outcome != VastRunOutcome.Killed));
                continue;
            }

            if (word == Word.None && !IsLogger(line.Text) && Moves(line.Text, parser, bars, planned) is { IsMove: true } move)
            {
                _moves.Add((line.Number, move.Step));
                isAside = false;
            }
        }

        Note(parser.Finish());
    }

    private (bool IsMove, long? Step) Moves(string text, MetricParser parser, Dictionary<long, long> bars, long? planned)
    {
        IReadOnlyList<VastMetric> read = parser.Read(new LogLine(text, null));
        bool isVital = Note(read);
        long? step = read.FirstOrDefault(m => m.Step is not null)?.Step;
        bool moved = false;
        if (parser.Bar is { Total: { } total, Done: var done })
        {
            // A bar is drawn once more when it is closed.
            moved = done > bars.GetValueOrDefault(total);
            bars[total] = Math.Max(done, bars.GetValueOrDefault(total));
            if (moved && (total == planned || (planned is null && (step is null || parser.Bar is { HasMetrics: true }))))
            {
                See(done);
            }

            // The bar of an epoch, or of the data; and what a bar told of itself is the step before.
            step = parser.Bar is { HasMetrics: true } ? (moved && (planned is null || total == planned) ? done : null) : step;
        }

        if (step is { } number && (isVital || read.Count > 0))
        {
            See(number);
        }

        return (isVital || moved || (read.Count > 0 && step is not null) || CauseTable.IsSaved(text), step);
    }

    private bool Note(IReadOnlyList<VastMetric> read)
    {
        _metrics.AddRange(read);
        bool isVital = read.Any(m => MetricNames.IsVital(m.Name));
        Records += isVital ? 1 : 0;
        return isVital;
    }

    private void See(long step)
    {
        if (Steps is { } before && step > before)
        {
            Gap = step - before;
        }

        Steps = Math.Max(step, Steps ?? 0);
    }

    // Where wandb sums up what was logged, nothing is new.
    private static bool IsLogger(string text) => text.StartsWith("wandb:", StringComparison.Ordinal);
}
