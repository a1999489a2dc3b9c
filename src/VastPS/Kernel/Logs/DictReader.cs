namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads dicts of Python and objects of JSON: on one line, or over several as pprint and indented JSON have them. What is nested belongs to
/// the dict around it; in a list each dict is a record of its own, so the history of a trainer_state.json is read as it streams by.
/// </summary>
/// <param name="names">The names of this log.</param>
/// <param name="onRecord">Gets the draft and the place of its first number for each dict of a list.</param>
internal sealed class DictReader(NameTable names, Action<RecordDraft, int> onRecord)
{
    private const int MostDepth = 48;

    private readonly Frame[] _frames = new Frame[MostDepth];
    private readonly RecordDraft _held = new();
    private int _depth;
    private MetricName? _valueName;

    /// <summary>True while a dict goes on in the next line.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What an open dict has so far.</summary>
    public RecordDraft Held => _held;

    /// <summary>Reads what begins with a brace; gives the place behind it, which is the next character where it is no dict.</summary>
    public int Read(ReadOnlySpan<char> text, int at, RecordDraft draft)
    {
        int first = Skip(text, at + 1);
        if (first < text.Length && text[first] is not ('"' or '\''))
        {
            return at + 1;
        }

        int start = draft.Count;
        _depth = 0;
        _valueName = null;
        Push(isArray: false, start);
        int end = Parse(text, at + 1, draft);
        if (_depth == 0)
        {
            draft.HasDict = true;
            return end;
        }

        if (text.TrimEnd()[^1] is ',' or '{' or '[')
        {
            _held.Clear();
            foreach (LogItem item in draft.Items[start..])
            {
                _held.Add(item.Name, item.Value, item.Total, item.IsStated);
            }

            _held.HasDict = true;
            for (int i = 0; i < _depth; i++)
            {
                _frames[i].Start = Math.Max(0, _frames[i].Start - start);
            }

            IsOpen = true;
        }

        draft.Cut(start);
        return text.Length;
    }

    /// <summary>Goes on with an open dict; false where the line is none of it, and then the dict is given up.</summary>
    /// <param name="text">The line.</param>
    /// <param name="isWhole">True once it is closed: then <see cref="Held"/> is the record.</param>
    public bool Continue(ReadOnlySpan<char> text, out bool isWhole)
    {
        isWhole = false;
        int first = Skip(text, 0);
        bool isArray = _depth > 0 && _frames[_depth - 1].IsArray;
        if (first == text.Length
            || !(text[first] is '"' or '\'' or '}' or ']' or '{' or '['
                || (isArray && (char.IsAsciiDigit(text[first]) || text[first] is '-' or '.' or 'N' or 'n' or 't' or 'f'))))
        {
            IsOpen = false;
            return false;
        }

        Parse(text, first, _held);
        isWhole = _depth == 0;
        IsOpen = !isWhole;
        return true;
    }

    private static int Skip(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t' or ',')
        {
            at++;
        }

        return at;
    }

    private void Push(bool isArray, int start)
    {
        if (_depth < MostDepth)
        {
            _frames[_depth++] = new Frame { IsArray = isArray, Start = start };
        }
    }

    // Up to the brace that closes the first, or the end of the line.
    private int Parse(ReadOnlySpan<char> text, int at, RecordDraft draft)
    {
        while (_depth > 0)
        {
            at = Skip(text, at);
            if (at >= text.Length)
            {
                return at;
            }

            ref Frame frame = ref _frames[_depth - 1];
            switch (text[at])
            {
                case '}':
                    at++;
                    Close(draft);
                    break;
                case ']':
                    at++;
                    _depth--;
                    break;
                case '{':
                    at++;
                    Push(isArray: false, draft.Count);
                    break;
                case '[':
                    at++;
                    Push(isArray: true, draft.Count);
                    break;
                case '"' or '\'' when !frame.IsArray:
                    at = Pair(text, at, draft);
                    break;
                default:
                    at = SkipValue(text, at);
                    break;
            }
        }

        return at;
    }

    private void Close(RecordDraft draft)
    {
        Frame closed = _frames[--_depth];
        if (draft.IsEvaluation)
        {
            draft.ToEvaluation(closed.Start, names);
        }

        if (_depth > 0 && _frames[_depth - 1].IsArray)
        {
            onRecord(draft, closed.Start);
            draft.Cut(closed.Start);
            draft.IsEvaluation = false;
            for (int i = 0; i < _depth; i++)
            {
                _frames[i].HasRecords = true;
            }
        }
        else if (closed.HasRecords)
        {
            draft.Cut(closed.Start);
        }
    }

    private int Pair(ReadOnlySpan<char> text, int at, RecordDraft draft)
    {
        int close = CloseOf(text, at);
        if (close < 0)
        {
            return text.Length;
        }

        ReadOnlySpan<char> key = text[(at + 1)..close];
        at = close + 1;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at >= text.Length || text[at] != ':')
        {
            return at;
        }

        for (at++; at < text.Length && text[at] == ' '; at++)
        {
        }

        if (at >= text.Length)
        {
            return at;
        }

        char c = text[at];
        if (c is '"' or '\'')
        {
            return Quoted(key, text, at, draft);
        }

        if (c is '{')
        {
            Push(isArray: false, draft.Count);
            return at + 1;
        }

        if (c is '[')
        {
            Push(isArray: true, draft.Count);
            Number(key, text, First(key, text, Skip(text, at + 1)), draft, isFirst: true);
            return at + 1;
        }

        if (Number(key, text, at, draft) is { } end)
        {
            return end;
        }

        // np.float64(2.31), tensor(nan, device='cuda:0'), array([1.])
        int inner = at;
        while (inner < text.Length && (char.IsLetterOrDigit(text[inner]) || text[inner] is '.' or '_'))
        {
            inner++;
        }

        if (inner > at && inner < text.Length && text[inner] == '(')
        {
            while (inner < text.Length && text[inner] is '(' or '[' or ' ')
            {
                inner++;
            }

            Number(key, text, inner, draft);
        }

        return SkipValue(text, at);
    }

    private int? Number(ReadOnlySpan<char> key, ReadOnlySpan<char> text, int at, RecordDraft draft, bool isFirst = false)
    {
        if (at >= text.Length || !Numbers.TryRead(text, at, out double value, out int end))
        {
            return null;
        }

        // 1,234 is two members of a list here, and a number with something behind it is none.
        if (text[at..end].IndexOf(',') is >= 0 and int comma)
        {
            Numbers.TryRead(text[..(at + comma)], at, out value, out end);
        }

        int next = end;
        while (next < text.Length && text[next] is ' ' or '\t')
        {
            next++;
        }

        if (next < text.Length && text[next] is not (',' or '}' or ']' or ')'))
        {
            return null;
        }

        // A list of losses is a history.
        if (!isFirst || (next < text.Length && text[next] == ']') || names.Find(key) is { IsVital: false })
        {
            Add(key, value, -1, draft);
        }

        return end;
    }

    // The member of a list that is meant: DLLogger writes "step": [epoch, step].
    private int First(ReadOnlySpan<char> key, ReadOnlySpan<char> text, int at) =>
        names.Find(key) is { Role: NameRole.Step } && Numbers.TryRead(text, at, out _, out int end) && Skip(text, end) is var next
            && Numbers.TryRead(text, next, out _, out _) ? next : at;

    private int Quoted(ReadOnlySpan<char> key, ReadOnlySpan<char> text, int at, RecordDraft draft)
    {
        int close = CloseOf(text, at);
        if (close < 0)
        {
            return text.Length;
        }

        ReadOnlySpan<char> value = text[(at + 1)..close];
        if (Numbers.TryWhole(value, out double number))
        {
            Add(key, number, -1, draft);
        }
        else if (value.IndexOf('/') is > 0 and int slash && Numbers.TryWhole(value[..slash], out double done)
            && Numbers.TryWhole(value[(slash + 1)..], out double total))
        {
            // ms-swift: 'global_step/max_steps': '16/135'
            int of = key.IndexOf('/');
            Add(of > 0 ? key[..of] : key, done, total, draft);
        }
        else if (key is "key" or "name" or "metric" or "tag")
        {
            // MLPerf: {"key": "train_loss", "value": 2.5}
            _valueName = names.Find(value);
        }
        else if (value.Length is > 2 and < 12 && key is "mode" or "split" or "phase" or "stage" or "set" or "prefix" or "type" or "event" or "kind"
            && MetricNames.IsEvaluationWord(value))
        {
            draft.IsEvaluation = true;
        }

        return close + 1;
    }

    private void Add(ReadOnlySpan<char> key, double value, double total, RecordDraft draft)
    {
        if ((key is "value" ? _valueName ?? names.Find(key) : names.Find(key)) is { } name)
        {
            draft.Add(name, value, total, isStated: true);
        }
    }

    // The quote that closes the one at a place; -1 where none does.
    private static int CloseOf(ReadOnlySpan<char> text, int at)
    {
        char quote = text[at];
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                return i;
            }
        }

        return -1;
    }

    // What is no number: up to the comma or bracket that ends it.
    private static int SkipValue(ReadOnlySpan<char> text, int at)
    {
        int depth = 0;
        for (int i = at; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '"' or '\'')
            {
                int close = CloseOf(text, i);
                i = close < 0 ? text.Length : close;
            }
            else if (c is '(')
            {
                depth++;
            }
            else if (c is ')')
            {
                depth--;
            }
            else if (depth <= 0 && (c is ',' or '}' or ']' || (c is '{' or '[' && i > at)))
            {
                return i;
            }
        }

        return text.Length;
    }

    private struct Frame
    {
        public bool IsArray;
        public int Start;
        public bool HasRecords;
    }
}
