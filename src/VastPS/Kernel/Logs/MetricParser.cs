using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads metrics from the lines of a training log, in the forms of <see cref="LogForms"/>; or whatever a pattern of the user's says. Lines
/// that hold nothing give nothing. What needs more lines (a table, a dict over several lines, a bar that is drawn again at the
/// same step) is given once it is whole.
/// </summary>
internal sealed class MetricParser
{
    // So many lines without a heading of their own belong to "***** Evaluating *****".
    private const int HeadedLines = 2;

    private readonly Regex? _pattern;
    private readonly NameTable _names = new();
    private readonly RecordDraft _draft = new();
    private readonly DictReader _dicts;
    private readonly TableReader _tables;
    private readonly ColumnReader _columns;
    private readonly (LogForm Form, Recogniser Reads)[] _forms;
    private readonly LogMemory _memory = new();
    private readonly List<VastMetric> _found = [];
    private LogLine _line;
    private LogLine? _dictLine;
    private DateTimeOffset? _arrived;
    private Block _block;
    private int _epoch;
    private int _evaluationLines;
    private readonly RecordDraft _blockRows = new();
    private LogLine _blockLine;
    private int? _evaluationIndent;

    // The bar that was drawn last: where, and what it told.
    private (int Title, long Done)? _barAt;
    private readonly List<VastMetric> _barMetrics = [];

    /// <summary>A reader of one log, from its beginning.</summary>
    /// <param name="pattern">
    /// Named groups are metrics; "step" is the step, "name" with "value" a metric whose name is in the log. With a pattern nothing else is
    /// read.
    /// </param>
    public MetricParser(Regex? pattern = null)
    {
        _pattern = pattern;
        _dicts = new DictReader(_names, (draft, from) => Emit(draft, from, null, _dictLine ?? _line));
        _tables = new TableReader(_names);
        _columns = new ColumnReader(_names);
        _forms =
        [
            (LogForms.DictLines, text => _dicts.IsOpen && Continued(text)),
            (LogForms.Block, Blocked),
            (LogForms.Table, ReadTable),
            (LogForms.Columns, ReadColumns),
            (LogForms.Bar, ReadBars),
            (LogForms.PlainBar, ReadPlainBar),
            (LogForms.Text, ReadText),
        ];
    }

    // True where the line is of its form.
    private delegate bool Recogniser(ReadOnlySpan<char> text);

    private enum Block
    {
        None,

        /// <summary>Indented keys under "Result for" of RLlib: one record.</summary>
        Result,

        /// <summary>Indented keys that sum up a training: nothing new.</summary>
        Summary,
    }

    /// <summary>The form of the line that was read last.</summary>
    public LogForm? Form { get; private set; }

    /// <summary>The bar of the line that was read last; null where it has none.</summary>
    public LogBar? Bar { get; private set; }

    /// <summary>The metrics of a line, and of those before it that it completes, in the order of the log.</summary>
    /// <param name="line">A whole line.</param>
    /// <param name="arrived">When it arrived, for lines read live: taken where the line itself names no time.</param>
    public IReadOnlyList<VastMetric> Read(LogLine line, DateTimeOffset? arrived = null)
    {
        Bar = null;
        if (_pattern is not null)
        {
            return PatternReader.Read(_pattern, line, arrived);
        }

        (_line, _arrived) = (line, arrived);
        ReadLine(LinePrefix.Skip(line.Text));
        return Taken();
    }

    /// <summary>What was held back, at the end of a log that nobody writes to any more.</summary>
    public IReadOnlyList<VastMetric> Finish()
    {
        CloseBlock();
        CloseTable();
        FlushBar();
        return Taken();
    }

    private VastMetric[] Taken()
    {
        if (_found.Count == 0)
        {
            return [];
        }

        VastMetric[] taken = [.. _found];
        _found.Clear();
        return taken;
    }

    private void ReadLine(ReadOnlySpan<char> text)
    {
        foreach ((LogForm form, Recogniser reads) in _forms)
        {
            _draft.Clear();
            if (reads(text))
            {
                Form = form;
                return;
            }
        }
    }

    private bool ReadTable(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        if (TableReader.IsRow(trimmed) && _tables.Read(trimmed, _line, _draft))
        {
            Emit(_draft, 0, null, _line);
            return true;
        }

        bool isEnd = _tables.Rows.Count > 0 && TableReader.IsRule(trimmed);
        if (isEnd)
        {
            CloseTable();
        }

        return isEnd;
    }

    private bool ReadColumns(ReadOnlySpan<char> text)
    {
        if (_columns.IsActive && _columns.EndsWithBars && BarReader.TryFind(text, 0, out BarPlace bar))
        {
            return Rows(text, bar);
        }

        if (!_columns.IsActive || !_columns.Read(text, _draft))
        {
            return _columns.TryHeading(text);
        }

        Row();
        return true;
    }

    // Several rows may stand in one line where carriage returns were lost.
    private bool Rows(ReadOnlySpan<char> text, BarPlace bar)
    {
        (int begin, bool hasRow) = (0, false);
        do
        {
            int end = BarReader.End(text, bar.Rest);
            _draft.Clear();
            if (_columns.Read(text[begin..end], _draft))
            {
                Row();
                hasRow = true;
            }

            begin = end;
        }
        while (BarReader.TryFind(text, begin, out bar));
        _draft.Clear();
        return hasRow;
    }

    private bool ReadBars(ReadOnlySpan<char> text)
    {
        bool isBar = BarReader.TryFind(text, 0, out BarPlace bar);
        if (isBar)
        {
            Bars(text, bar);
        }

        return isBar;
    }

    private bool ReadPlainBar(ReadOnlySpan<char> text)
    {
        bool isBar = IsPlainBar(text, out long done, out long? total);
        if (isBar)
        {
            Held(text, [], BarWork.Training, (done, total), isPlain: true);
        }

        return isBar;
    }

    private bool ReadText(ReadOnlySpan<char> text)
    {
        // The summary of an ended run of wandb is not new; nor are the estimates of nanoGPT, whose records are lines of their own.
        if (text.StartsWith("wandb:"))
        {
            return true;
        }

        _memory.HasEstimates |= text.StartsWith("tokens per iteration will be:");
        bool isInner = text.IndexOf("| train_inner |") > 0;
        _memory.HasInner |= isInner;
        _draft.IsSummary = _memory.HasInner && !isInner && text.IndexOf("| train |") > 0;
        _draft.IsEvaluation = _evaluationLines-- > 0;
        TextScanner.Read(text, _names, _draft, _dicts);
        Emit(_draft, 0, null, _line);
        Heed(text);
        return true;
    }

    // What a line says of those that follow: "Epoch 2/10" of Keras, "***** Evaluating perplexity *****" of DeepSpeed-Chat, "Test Error:".
    private void Heed(ReadOnlySpan<char> text)
    {
        if (_draft.Count == 1 && _draft.Items[0].Name.Role == NameRole.Epoch)
        {
            _epoch = (int)Math.Clamp(_draft.Items[0].Value, 0, int.MaxValue);
        }

        ReadOnlySpan<char> trimmed = text.Trim();
        if (trimmed.StartsWith("***") || (_draft.Count == 0 && _draft.IsEvaluation && trimmed[^1] == ':'))
        {
            _evaluationLines = _draft.IsEvaluation || text.IndexOf("Evaluating") > 0 ? HeadedLines : 0;
        }
    }

    // Several bars may stand in one line where carriage returns were lost; and what others printed may stand between and behind them.
    private void Bars(ReadOnlySpan<char> text, BarPlace bar)
    {
        int begin = 0;
        bool isMore = true;
        for (; isMore; isMore = BarReader.TryFind(text, begin, out bar))
        {
            ReadOnlySpan<char> title = text[begin..bar.TitleEnd];
            int brace = title.LastIndexOf('}');
            if (brace >= 0)
            {
                Printed(title[..(brace + 1)]);
                title = title[(brace + 1)..];
            }

            begin = BarReader.End(text, bar.Rest);
            Held(text[bar.Rest..Math.Max(bar.Rest, begin - 1)], title, BarReader.WorkOf(title), (bar.Done, bar.Total), isPlain: false);
        }

        Printed(text[begin..]);
    }

    private void Printed(ReadOnlySpan<char> text)
    {
        if (!text.IsWhiteSpace())
        {
            _draft.Clear();
            TextScanner.Read(text, _names, _draft, _dicts);
            Emit(_draft, 0, null, _line);
        }
    }

    private void Held(ReadOnlySpan<char> postfix, ReadOnlySpan<char> title, BarWork work, (long Done, long? Total) at, bool isPlain)
    {
        _draft.Clear();
        int epochs = 0;
        if (!isPlain)
        {
            TextScanner.Read(title, _names, _draft, _dicts);
            bool hasVital = HasVital(0);
            epochs = hasVital ? _draft.Count : KeepEpoch();
            (_draft.IsEvaluation, _draft.IsSettings) = (false, false);
        }

        TextScanner.Read(postfix, _names, _draft, _dicts);
        bool hasMetrics = HasVital(0) && work != BarWork.Evaluation;
        int identity = isPlain ? _epoch : NameTable.Hash(WithoutNumbers(title, epochs));
        Bar = new LogBar(at.Done, at.Total, title.Trim().IsEmpty ? 0 : identity, work, hasMetrics);

        if (work == BarWork.Evaluation || (work == BarWork.Other && !hasMetrics))
        {
            return;
        }

        if (work == BarWork.Untitled && at.Total is { } whole && _memory.TotalSteps is null && at.Done < whole)
        {
            _memory.BarTotal = whole;
        }

        if (_barAt is { } before && (before.Title != identity || before.Done != at.Done))
        {
            FlushBar();
        }

        _barAt = (identity, at.Done);
        if (hasMetrics)
        {
            _barMetrics.Clear();
            RecordRule.Judge(_draft, 0, at, _memory, _line, _arrived, _barMetrics);
        }
    }

    // The title of "loss: 0.5: 10%|" changes with each step: what counts is the bar, not its numbers.
    private static ReadOnlySpan<char> WithoutNumbers(ReadOnlySpan<char> title, int numbers)
    {
        int digit = title.IndexOfAnyInRange('0', '9');
        return numbers > 1 && digit >= 0 ? title[..digit] : title;
    }

    private int KeepEpoch()
    {
        LogItem? epoch = null;
        foreach (LogItem item in _draft.Items)
        {
            epoch = item.Name.Role == NameRole.Epoch ? item : epoch;
        }

        _draft.Clear();
        if (epoch is { } kept)
        {
            _draft.Add(kept.Name, kept.Value, kept.Total, kept.IsStated);
        }

        return _draft.Count;
    }

    private bool HasVital(int from)
    {
        foreach (LogItem item in _draft.Items[from..])
        {
            if (item.Name.IsVital)
            {
                return true;
            }
        }

        return false;
    }

    private void FlushBar()
    {
        _found.AddRange(_barMetrics);
        _barMetrics.Clear();
        _barAt = null;
    }

    // "125/125 [====] - 2s - loss: 0.5": the bar of Keras, drawn again at each batch.
    private static bool IsPlainBar(ReadOnlySpan<char> text, out long done, out long? total)
    {
        (done, total) = (0, null);
        ReadOnlySpan<char> trimmed = text.TrimStart();
        int slash = trimmed.IndexOf('/');
        if (slash is < 1 or > 12 || !char.IsAsciiDigit(trimmed[0])
            || !long.TryParse(trimmed[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out done))
        {
            return false;
        }

        int end = slash + 1;
        while (end < trimmed.Length && end < slash + 14 && char.IsAsciiDigit(trimmed[end]))
        {
            end++;
        }

        ReadOnlySpan<char> rest = trimmed[end..].TrimStart();
        if (end == slash + 1 || rest.Length < 2 || end >= trimmed.Length || trimmed[end] != ' '
            || !(rest[0] is '━' or '╸' or '╺' || (rest[0] == '[' && rest[1] is '=' or '>' or '.')))
        {
            return false;
        }

        total = long.Parse(trimmed[(slash + 1)..end], CultureInfo.InvariantCulture);
        return true;
    }

    private void Row()
    {
        if (_columns.Bar is not { } bar)
        {
            Emit(_draft, 0, null, _line);
            return;
        }

        int epoch = 0;
        foreach (LogItem item in _draft.Items)
        {
            epoch = item.Name.Role == NameRole.Epoch ? (int)item.Value : epoch;
        }

        if (_barAt is { } before && (before.Title != epoch || before.Done != bar.Done))
        {
            FlushBar();
        }

        Bar = new LogBar(bar.Done, bar.Total, epoch, BarWork.Training, HasMetrics: true);
        _barAt = (epoch, bar.Done);
        _barMetrics.Clear();
        RecordRule.Judge(_draft, 0, bar, _memory, _line, _arrived, _barMetrics);
    }

    private bool Continued(ReadOnlySpan<char> text)
    {
        bool had = _dicts.Held.Count > 0;
        int before = _dicts.Held.Count;
        _dictLine ??= _line;
        bool isDict = _dicts.Continue(text, out bool isWhole);
        for (int i = before; isDict && i < _dicts.Held.Count && had; i++)
        {
            if (_dicts.Held.Items[i].Name.IsVital)
            {
                _dictLine = _line;
                break;
            }
        }

        if (isWhole)
        {
            Emit(_dicts.Held, 0, null, _dictLine.Value);
        }

        _dictLine = isDict && !isWhole ? _dictLine : null;
        return isDict;
    }

    private bool Blocked(ReadOnlySpan<char> text)
    {
        if (_block == Block.None)
        {
            return Opens(text.Trim());
        }

        if (text.IsEmpty || text[0] != ' ')
        {
            CloseBlock();
            return Opens(text.Trim());
        }

        int indent = text.Length - text.TrimStart().Length;
        _evaluationIndent = indent <= _evaluationIndent ? null : _evaluationIndent;
        int colon = _block == Block.Result ? text.IndexOf(':') : -1;
        if (colon < 0 || _names.Find(text[..colon].Trim()) is not { } name)
        {
            return true;
        }

        if (Numbers.TryWhole(text[(colon + 1)..], out double value))
        {
            _blockLine = _blockRows.Count == 0 || name.Common == MetricNames.Reward ? _line : _blockLine;
            _blockRows.Add(_evaluationIndent is null ? name : _names.OfEvaluation(name), value, -1, isStated: true);
        }
        else if (MetricNames.IsEvaluationWord(name.Name) && text[(colon + 1)..].IsWhiteSpace())
        {
            // What is indented under "evaluation:" was measured by one.
            _evaluationIndent ??= indent;
        }

        return true;
    }

    private bool Opens(ReadOnlySpan<char> trimmed)
    {
        _block = trimmed.StartsWith("Result for ") && trimmed[^1] == ':' ? Block.Result
            : trimmed.StartsWith("***** train metrics *****") ? Block.Summary
            : Block.None;
        return _block != Block.None;
    }

    private void CloseBlock()
    {
        if (_blockRows.Count > 0)
        {
            _blockRows.HasDict = true;
            Emit(_blockRows, 0, null, _blockLine);
            _blockRows.Clear();
        }

        (_block, _evaluationIndent) = (Block.None, null);
    }

    private void CloseTable()
    {
        if (_tables.Rows.Count > 0)
        {
            _tables.Rows.HasDict = true;
            Emit(_tables.Rows, 0, null, _tables.Line);
            _tables.Clear();
        }
    }

    private void Emit(RecordDraft draft, int from, (long Done, long? Total)? bar, LogLine line)
    {
        if (draft.Count > from)
        {
            RecordRule.Judge(draft, from, bar, _memory, line, _arrived, _found);
        }
    }
}
