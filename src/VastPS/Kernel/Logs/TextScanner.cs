using System.Buffers;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads the numbers of a line with their names: "step 10 | loss: 2.5, lr=1e-4 [20/400]". One pass from left to right; what
/// stands before a number is its name, up to four words. Dates, places in source files, versions and sizes are no numbers of a training.
/// </summary>
internal ref partial struct TextScanner
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

    // "Average loss at step 100: 2.3": what the number behind the step is of, and true once a colon or "is" stood behind the step.
    private MetricName? _subject;
    private bool _isSubjectStated;
    private double? _count;
    private bool _isStepNext;
    private bool _isTime;

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
            else if (c is ':' or '=' or '：' or '→' or '➜' || (c == '-' && Next(1) == '>'))
            {
                State();
                _at += Next(1) == '>' ? 2 : 1;
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
            else if ((c is '"' or '\'' && (_isStated || (_words > 0 && _at == _phraseEnd && Next(1) == ':'))) || (c == '#' && _words > 0)
                || (c == ']' && _words > 0 && !_isStated && _at == _phraseEnd))
            {
                // loss="0.5", "loss": 0.5 of a dict that was cut, "[Global Step] 100", "Step #100"
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
            // "logging_writer.py:48] [100] loss=0.5": CLU, as T5X, Flax and Scenic use it, names the step so.
            _isStepNext = word is "logging_writer.py";
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

        if (word is "is" or "was" && (_subject is not null || (_words > 0 && Name() is { IsVital: true })))
        {
            // "step: 10, loss is 0.5"
            State();
            return;
        }

        if (word is "now" && _isStated)
        {
            return;
        }

        if (_words > 0 && (_isStated || begin - _phraseEnd != 1 || _text[_phraseEnd] != ' '))
        {
            Break();
        }

        _isSubjectStated = false;
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

        // "time (ms): 12" and "Epoch(val) [1]", but "completed (loss: 0.5)"
        ReadOnlySpan<char> inner = _text[(_at + 1)..(_at + close)];
        if (inner.IndexOfAny(':', '=') >= 0 || IsCounter(inner))
        {
            // "Loss (step 10): 0.5"
            _subject = IsCounter(inner) && Name() is { IsVital: true } subject ? subject : _subject;
            Break();
            _at++;
            return;
        }

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

    // "step 10"
    private readonly bool IsCounter(ReadOnlySpan<char> inner)
    {
        int blank = inner.IndexOf(' ');
        return blank > 0 && char.IsAsciiDigit(inner[^1]) && _names.Find(inner[..blank]) is { Role: NameRole.Step or NameRole.Epoch };
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
