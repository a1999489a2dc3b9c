using System.Globalization;

namespace VastPS.Kernel.Logs;

/// <content>Bars, which are drawn again and again: each step counts once, as it was drawn last.</content>
internal sealed partial class MetricParser
{
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
            Held(text[bar.Rest..Math.Max(bar.Rest, begin - 1)], title, WorkOf(title), (bar.Done, bar.Total), isPlain: false);
        }

        Printed(text[begin..]);
    }

    // A bar is drawn with the same title again and again.
    private BarWork WorkOf(ReadOnlySpan<char> title)
    {
        if (!title.SequenceEqual(_title))
        {
            (_title, _work) = (title.ToString(), BarReader.WorkOf(title));
        }

        return _work;
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
            RecordRule.Judge(_draft, 0, at, _memory, new RecordTarget(_line, _arrived, _barMetrics));
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
        RecordRule.Judge(_draft, 0, bar, _memory, new RecordTarget(_line, _arrived, _barMetrics));
    }
}
