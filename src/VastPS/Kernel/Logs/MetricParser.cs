using System.Text.RegularExpressions;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads metrics from the lines of a training log, in the forms of <see cref="LogForms"/>; or whatever a pattern of the user's says. Lines
/// that hold nothing give nothing. What needs more lines (a table, a dict over several lines, a bar that is drawn again at the
/// same step) is given once it is whole.
/// </summary>
internal sealed partial class MetricParser
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
    private string _title = "";
    private BarWork _work;

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
        CloseHeaded();
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
        if (IsNextRow(text))
        {
            Row();
            Form = LogForms.Columns;
            return;
        }

        if (Form == LogForms.Bar && !_columns.IsActive && IsNothingOpen)
        {
            _draft.Clear();
            if (ReadBars(text))
            {
                return;
            }
        }

        foreach ((LogForm form, Recogniser reads) in _forms)
        {
            _draft.Clear();
            if (reads(text))
            {
                if (form != LogForms.Text)
                {
                    CloseHeaded();
                }

                Form = form;
                return;
            }
        }
    }

    private bool IsNothingOpen => !_dicts.IsOpen && _block == Block.None && _tables.Rows.Count == 0 && _headed.Count == 0;

    // A file of comma separated values has nothing but rows, and millions of them; so are most bars followed by bars.
    private bool IsNextRow(ReadOnlySpan<char> text)
    {
        if (!_columns.IsActive || _columns.EndsWithBars || text.IsEmpty || !char.IsAsciiDigit(text[0]) || !IsNothingOpen)
        {
            return false;
        }

        _draft.Clear();
        return _columns.Read(text, _draft);
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
        if (!Headed(text))
        {
            Emit(_draft, 0, null, _line);
        }

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

    private void Printed(ReadOnlySpan<char> text)
    {
        if (!text.IsWhiteSpace())
        {
            _draft.Clear();
            TextScanner.Read(text, _names, _draft, _dicts);
            Emit(_draft, 0, null, _line);
        }
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
            RecordRule.Judge(draft, from, bar, _memory, new RecordTarget(line, _arrived, _found));
        }
    }
}
