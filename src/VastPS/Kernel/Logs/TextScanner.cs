using System.Buffers;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads the numbers of a line with their names: "step 10 | loss: 2.5, lr=1e-4 [20/400]". One pass from left to right; what
/// stands before a number is its name, up to four words. Dates, places in source files, versions and sizes are no numbers of a training.
/// </summary>
internal ref struct TextScanner
{
    private const int MostWords = 4;
    private const int MostBracketChars = 40;

    private static readonly SearchValues<char> s_blobEnds = SearchValues.Create(" \t|,;()[]{}\"'");

    private static readonly bool[] s_isWord =
        [.. Enumerable.Range(0, 128).Select(c => char.IsAsciiLetterOrDigit((char)c) || (char)c is '_' or '%' or '#')];

    private readonly ReadOnlySpan<char> _text;
    private readonly NameTable _names;
    private readonly RecordDraft _draft;
    private readonly DictReader _dicts;

    // The words before the place: where each begins, and where the last ends.
    private int _w0;
    private int _w1;
    private int _w2;
    private int _w3;
    private int _words;
    private int _phraseEnd;
    private bool _isStated;
    private bool _isWrapped;
    private int _at;

    private TextScanner(ReadOnlySpan<char> text, NameTable names, RecordDraft draft, DictReader dicts)
    {
        _text = text;
        _names = names;
        _draft = draft;
        _dicts = dicts;
    }

    /// <summary>Adds what a text holds to the draft.</summary>
    public static void Read(ReadOnlySpan<char> text, NameTable names, RecordDraft draft, DictReader dicts)
    {
        var scanner = new TextScanner(text, names, draft, dicts);
        scanner.Run();
    }

    private void Run()
    {
        while (_at < _text.Length && !_draft.IsSettings)
        {
            char c = _text[_at];
            if (c == ' ')
            {
                _at++;
            }
            else if (c < 128 ? char.IsAsciiLetter(c) || c == '_' : char.IsLetter(c))
            {
                Word();
            }
            else if (char.IsAsciiDigit(c) || IsSigned())
            {
                Number();
            }
            else if (c == '\t' && _words > 0 && (_isStated || IsNumberNext()))
            {
                // "Loss:\t0.5", "Loss\t0.5"
                _at++;
            }
            else if (c is ':' or '=' or '：')
            {
                _isStated = _words > 0;
                _at++;
            }
            else if (c is '[' or '(')
            {
                Open(c);
            }
            else if (c == '{')
            {
                Break();
                _at = _dicts.Read(_text, _at, _draft);
            }
            else if ((c is '"' or '\'' && _isStated) || (c == '#' && _words > 0) || (c == ']' && _words > 0 && !_isStated && _at == _phraseEnd))
            {
                // loss="0.5", "[Global Step] 100", "Step #100"
                _at++;
            }
            else
            {
                if (c == '*' && _words == 0 && _draft.Count == 0 && _at + 1 < _text.Length && _text[_at + 1] == ' ')
                {
                    // "* Acc@1 76.1 loss 0.9": the sum of an evaluation, as the examples of PyTorch print it.
                    _draft.IsEvaluation = true;
                }

                Break();
                _at++;
            }
        }

        Break();
    }

    private readonly char Next(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private readonly bool IsNumberNext()
    {
        int next = _text[_at..].IndexOfAnyExcept(' ', '\t');
        return next >= 0 && (char.IsAsciiDigit(_text[_at + next]) || _text[_at + next] is '-' or '+' or '.');
    }

    private readonly bool IsSigned() => _text[_at] is '-' or '+' or '.'
        && (_at == 0 || !char.IsLetterOrDigit(_text[_at - 1]))
        && (char.IsAsciiDigit(Next(1))
            || (_text[_at] != '.' && Next(1) == '.' && char.IsAsciiDigit(Next(2)))
            || (_text[_at] != '.' && _words > 0 && Next(1) is 'i' or 'I' or 'n' or 'N'));

    private void Word()
    {
        int begin = _at;
        if (_words > 0 && _text[begin] is 'n' or 'N' or 'i' or 'I' && Numbers.TryRead(_text, begin, out double value, out int end)
            && (_isStated || Name() is { IsVital: true }))
        {
            _at = end;
            Found(value, isFinite: false);
            return;
        }

        bool hasDot = WordEnd();
        ReadOnlySpan<char> word = _text[begin.._at];
        if (Next(0) == '(' && IsCall(word, begin))
        {
            return;
        }

        if (hasDot && Next(0) is ':' or ' ' && char.IsAsciiDigit(Next(1)) && IsFile(word))
        {
            // train.py:212, logging.py:96:log_dist, main.py 193
            _at++;
            SkipBlob();
            Break();
            return;
        }

        if (_isStated && word is "n/a" or "N/A" or "None" or "null")
        {
            Break(isNumber: true);
            return;
        }

        if (_words > 0 && (_isStated || begin - _phraseEnd != 1 || _text[_phraseEnd] != ' '))
        {
            Break();
        }

        Push(begin);
    }

    // Goes to the end of the word; true where a dot is in it.
    private bool WordEnd()
    {
        ReadOnlySpan<char> text = _text;
        (int at, bool hasDot) = (_at, false);
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c < s_isWord.Length ? s_isWord[c] : char.IsLetterOrDigit(c))
            {
                continue;
            }

            if (!(c is '/' or '.' or '@' or '-' or '+' && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1])))
            {
                break;
            }

            hasDot |= c == '.';
        }

        _at = at;
        return hasDot;
    }

    // tensor(2.31, device='cuda:0'), np.float64(nan): the number in a type. Namespace(steps=1000): settings.
    private bool IsCall(ReadOnlySpan<char> word, int begin)
    {
        if (IsSettings(word))
        {
            _draft.IsSettings = true;
            return true;
        }

        if (!(_words > 0 && IsNumberType(word)))
        {
            return false;
        }

        _isWrapped = true;
        _at++;
        while (Next(0) is '[' or '(' or ' ')
        {
            _at++;
        }

        if (_at < _text.Length && Numbers.TryRead(_text, _at, out double value, out int end))
        {
            _at = end;
            Found(value, isFinite: true);
        }
        else
        {
            Break();
        }

        // The rest of the type, where it closes at once.
        int depth = 1;
        for (int i = _at; i < _text.Length && i - _at < 300; i++)
        {
            depth += _text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                _at = i + 1;
                break;
            }
        }

        _isWrapped = false;
        return true;
    }

    private void Push(int begin)
    {
        if (_words == MostWords)
        {
            (_w0, _w1, _w2) = (_w1, _w2, _w3);
            _words--;
        }

        switch (_words)
        {
            case 0: _w0 = begin; break;
            case 1: _w1 = begin; break;
            case 2: _w2 = begin; break;
            default: _w3 = begin; break;
        }

        _words++;
        _phraseEnd = _at;
        _isStated = false;
    }

    private readonly int WordBegin(int index) => index switch { 0 => _w0, 1 => _w1, 2 => _w2, _ => _w3 };

    private readonly int EndOf(int index) => index == _words - 1 ? _phraseEnd : WordBegin(index + 1) - 1;

    private readonly ReadOnlySpan<char> WordAt(int index) =>
        _text[WordBegin(index)..Math.Max(WordBegin(index), Math.Min(EndOf(index), _text.Length))];

    private void Number()
    {
        if (!Numbers.TryRead(_text, _at, out double value, out int end))
        {
            _at++;
            return;
        }

        _at = end;
        Found(value, isFinite: true);
    }

    private void Found(double value, bool isFinite)
    {
        double total = -1;
        bool isOfTotal = !_isWrapped && Total(ref total);
        if (!isOfTotal && !_isWrapped && !Unit(ref value))
        {
            SkipBlob();
            Break();
            return;
        }

        if (_words == 0)
        {
            Unnamed(value, total);
        }
        else if (_isStated && IsBracketed() && MetricNames.IsEvaluationWord(WordAt(_words - 1)))
        {
            // "Test: [ 50/390]"
            _draft.IsEvaluation = true;
            Unnamed(value, total);
        }
        else if (Name() is { } name && (_isStated || (isFinite && IsAfterBlank()) || name.IsVital))
        {
            // "Eval num_timesteps=9000, episode_reward=-0.1"
            // "Saved checkpoint at step 500 (loss 0.3)" repeats what was told.
            _draft.IsSummary |= _draft.Count == 0 && _words > 1 && MetricNames.IsRepeat(WordAt(0));
            _draft.IsEvaluation |= _draft.Count == 0 && _words > 1 && !name.IsVital && MetricNames.IsEvaluationWord(WordAt(0));
            _draft.Add(_draft.IsEvaluation ? _names.OfEvaluation(name) : name, value, total, _isStated);
        }

        Break(isNumber: true);
    }

    // A name and its number with nothing between is one word: GPT-2.
    private readonly bool IsAfterBlank() => _phraseEnd < _text.Length && _text[_phraseEnd] is ' ' or '\t' or '(' or '[' or ']' or '#';

    // 10/500, also with blanks behind the slash; not a date with three parts, nor one before a time.
    private bool Total(ref double total)
    {
        int i = _at;
        while (i < _text.Length && _text[i] == ' ' && i - _at < 8)
        {
            i++;
        }

        if (i >= _text.Length || _text[i] != '/')
        {
            return false;
        }

        for (i++; i < _text.Length && _text[i] == ' '; i++)
        {
        }

        if (i >= _text.Length || !char.IsAsciiDigit(_text[i]) || !Numbers.TryRead(_text, i, out total, out int end)
            || (end < _text.Length && (_text[end] == '/' || char.IsLetter(_text[end]) || _text[end] == '_')) || IsTimeNext(end))
        {
            total = -1;
            return false;
        }

        _at = end;
        return true;
    }

    // "10/30 22:18:02"
    private readonly bool IsTimeNext(int at)
    {
        int i = at;
        for (; i < _text.Length && _text[i] == ' '; i++)
        {
        }

        return i > at && i + 3 < _text.Length && char.IsAsciiDigit(_text[i])
            && (_text[i + 1] == ':' || (char.IsAsciiDigit(_text[i + 1]) && _text[i + 2] == ':')) && char.IsAsciiDigit(_text[i + 3]);
    }

    // What may follow a number: else it is part of a version, a path, a date. K and M are thousands and millions.
    private bool Unit(ref double value)
    {
        int begin = _at, i = _at;
        while (i < _text.Length && (char.IsAsciiLetter(_text[i]) || _text[i] is '%' or '/'))
        {
            i++;
        }

        ReadOnlySpan<char> unit = _text[begin..i];
        char next = i < _text.Length ? _text[i] : '\0';
        char beyond = i + 1 < _text.Length ? _text[i + 1] : '\0';
        if (char.IsLetterOrDigit(next) || next == '_' || (next == ':' && char.IsAsciiDigit(beyond) && unit.IsEmpty)
            || (next == '.' && char.IsLetterOrDigit(beyond)) || (next == '-' && char.IsAsciiDigit(beyond)))
        {
            return false;
        }

        if (unit.IsEmpty)
        {
            return true;
        }

        int slash = unit.IndexOf('/');
        if (!IsUnit(slash < 0 ? unit : unit[..slash]) && !(slash == 0 && unit.Length > 1))
        {
            return false;
        }

        value *= unit switch { "K" or "k" => 1e3, "M" => 1e6, _ => 1 };
        _at = i;
        return true;
    }

    private static bool IsUnit(ReadOnlySpan<char> unit) => unit.Length switch
    {
        1 => unit[0] is 's' or 'h' or 'k' or 'K' or 'm' or 'M' or 'b' or 'B' or 'g' or 'G' or '%' or 'x' or 'T',
        2 => unit is "ms" or "us" or "ns" or "gb" or "GB" or "Gb" or "mb" or "MB" or "kb" or "KB" or "it" or "TB",
        3 => unit is "sec" or "min" or "GiB" or "gib" or "MiB" or "mib" or "KiB" or "tok" or "img" or "e+s",
        4 => unit is "step" or "secs" or "mins" or "iter",
        _ => unit is "tokens" or "samples" or "examples" or "steps" or "images" or "seconds",
    };

    // "403,125 tok/s": the unit behind is its name. "[20/400]" is how far it is, "[3, 200]" an epoch and its step.
    private void Unnamed(double value, double total)
    {
        int before = _at - 1;
        if (total >= 0)
        {
            (double, double) progress = (value, total);
            if (IsBracketed())
            {
                _draft.Bracketed = progress;
            }
            else
            {
                _draft.Free ??= progress;
            }

            return;
        }

        if (before >= 0 && Next(0) == ' ' && char.IsAsciiLetter(Next(1)))
        {
            int i = _at + 1;
            while (i < _text.Length && (char.IsAsciiLetter(_text[i]) || _text[i] == '/'))
            {
                i++;
            }

            ReadOnlySpan<char> unit = _text[(_at + 1)..i];
            if (unit.IndexOf('/') > 0 && _names.Find(unit) is { IsKnown: true } name)
            {
                _draft.Add(name, value, -1, isStated: true);
                _at = i;
            }

            return;
        }

        Pair(value);
    }

    private void Pair(double value)
    {
        int i = _at;
        if (Next(0) != ',' || !double.IsInteger(value) || _draft.Count > 0 || !IsBracketed())
        {
            return;
        }

        for (i++; i < _text.Length && _text[i] == ' '; i++)
        {
        }

        if (Numbers.TryRead(_text, i, out double step, out int end) && double.IsInteger(step)
            && end < _text.Length && _text[end] is ']' or ')')
        {
            _draft.Bracketed = (step, -1);
            _at = end;
        }
    }

    // True where the number that ends here was the first in its bracket.
    private readonly bool IsBracketed()
    {
        int i = _at - 1;
        while (i >= 0 && _at - i < MostBracketChars && (char.IsAsciiDigit(_text[i]) || _text[i] is '/' or ' ' or ','))
        {
            i--;
        }

        return i >= 0 && _text[i] is '[' or '(';
    }

    private void Open(char bracket)
    {
        if (_isStated)
        {
            _at++;
            return;
        }

        if (_words == 0)
        {
            _at++;
            return;
        }

        int i = _at + 1;
        while (i < _text.Length && _text[i] == ' ')
        {
            i++;
        }

        bool isNumber = i < _text.Length && char.IsAsciiDigit(_text[i]);
        if (isNumber && Name() is { } name && (name.Role is NameRole.Step or NameRole.Epoch || IsPhase(WordAt(_words - 1))))
        {
            // "Epoch [1/10]", "TRAIN [0][0/112]"
            _isStated = true;
            _at = i;
            return;
        }

        int close = bracket == '(' && !isNumber ? _text[_at..Math.Min(_text.Length, _at + MostBracketChars)].IndexOf(')') : -1;
        if (close < 0)
        {
            Told(_text[_w0.._phraseEnd]);
            Break();
            _at++;
            return;
        }

        // "time (ms): 12" and "Epoch(val) [1]"
        ReadOnlySpan<char> inner = _text[(_at + 1)..(_at + close)];
        if (IsPhase(inner))
        {
            Told(inner);
        }
        else if (_at == _phraseEnd || _at == _phraseEnd + 1)
        {
            _phraseEnd = _at + close + 1;
        }

        _at += close + 1;
    }

    // The name before the place. A log says the same again and again: what a phrase means is found out once.
    private readonly MetricName? Name()
    {
        if (_names.Find(_text[_w0.._phraseEnd]) is not { } whole)
        {
            return null;
        }

        if ((_words == 1 && whole.IsKnown ? whole : _isStated ? whole.AsStated : whole.AsSpaced) is { } known)
        {
            return known == _names.Nothing ? null : known;
        }

        MetricName? name = Resolved(whole);
        if (_isStated)
        {
            // "INFO Train" means the epoch before a bracket only.
            whole.AsStated = MetricNames.IsTrainingWord(WordAt(_words - 1)) ? null : name ?? _names.Nothing;
        }
        else
        {
            whole.AsSpaced = name ?? _names.Nothing;
        }

        return name;
    }

    // The longest end of the phrase that is known, else all of it, or where only blanks stand between, its last word.
    private readonly MetricName? Resolved(MetricName whole)
    {
        for (int first = 0; first < _words; first++)
        {
            if (_names.Find(_text[WordBegin(first).._phraseEnd]) is { IsKnown: true } known && MayDrop(first, known))
            {
                return IsPhase(_text[WordBegin(first).._phraseEnd]) ? null : known;
            }
        }

        if (_isStated)
        {
            // "Train: 3 [ 450/1251" and "INFO Train: [0/300]": the number of the epoch.
            bool isEpoch = whole.Role == NameRole.Value && (_words == 1 || IsBracketed()) && MetricNames.IsTrainingWord(WordAt(_words - 1));
            return isEpoch ? _names.Find("epoch") : whole;
        }

        // "train acc 0.5", "best loss 0.5"
        bool isOfPhase = _words > 1 && (MetricNames.IsModifier(WordAt(_words - 2)) || IsPhase(WordAt(_words - 2)));
        return _names.Find(_text[WordBegin(isOfPhase ? _words - 2 : _words - 1).._phraseEnd]);
    }

    // "D loss" is another loss, "INFO loss" is not; what counts steps may have any name before it that does not make a setting of it.
    private readonly bool MayDrop(int before, MetricName known)
    {
        for (int i = 0; i < before; i++)
        {
            ReadOnlySpan<char> word = WordAt(i);
            if (MetricNames.IsModifier(word) || (known.Role == NameRole.Value && known.IsVital && !MetricNames.IsFiller(word)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPhase(ReadOnlySpan<char> word) => MetricNames.IsTrainingWord(word) || MetricNames.IsEvaluationWord(word);

    // A phrase that got no number may say whose numbers come: "[eval]", "Validation:", "mode: val".
    private readonly void Told(ReadOnlySpan<char> word)
    {
        if (MetricNames.IsEvaluationWord(word))
        {
            _draft.IsEvaluation = true;
        }
        else if (MetricNames.IsTrainingWord(word))
        {
            _draft.IsEvaluation = false;
        }
        else if (_draft.Count == 0 && MetricNames.IsRepeat(word))
        {
            _draft.IsSummary = true;
        }
    }

    private void Break(bool isNumber = false)
    {
        if (_words > 0 && !isNumber)
        {
            Told(WordAt(0));
            if (_words > 1)
            {
                Told(WordAt(_words - 1));
            }
        }

        (_words, _isStated) = (0, false);
    }

    private void SkipBlob()
    {
        int end = _text[_at..].IndexOfAny(s_blobEnds);
        _at = end < 0 ? _text.Length : _at + end;
    }

    private static bool IsFile(ReadOnlySpan<char> word) => word.EndsWith(".py", StringComparison.Ordinal)
        || word.EndsWith(".cpp", StringComparison.Ordinal) || word.EndsWith(".cu", StringComparison.Ordinal)
        || word.EndsWith(".cc", StringComparison.Ordinal) || word.EndsWith(".rs", StringComparison.Ordinal)
        || word.EndsWith(".go", StringComparison.Ordinal) || word.EndsWith(".hpp", StringComparison.Ordinal);

    private static bool IsNumberType(ReadOnlySpan<char> word)
    {
        int dot = word.LastIndexOf('.');
        ReadOnlySpan<char> type = dot < 0 ? word : word[(dot + 1)..];
        return type is "tensor" or "Tensor" or "array" or "Array" or "float16" or "float32" or "float64" or "bfloat16" or "int32" or "int64"
            or "float" or "int" or "DeviceArray" or "longdouble" or "item";
    }

    private static bool IsSettings(ReadOnlySpan<char> word) => word.EndsWith("Namespace", StringComparison.Ordinal)
        || word.EndsWith("Config", StringComparison.Ordinal) || word.EndsWith("Args", StringComparison.Ordinal)
        || word.EndsWith("Arguments", StringComparison.Ordinal) || word.EndsWith("Params", StringComparison.Ordinal)
        || word.EndsWith("Options", StringComparison.Ordinal) || word.EndsWith("Settings", StringComparison.Ordinal);
}
