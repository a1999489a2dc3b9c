namespace VastPS.Kernel.Logs;

/// <content>What a number is: a value, a count of a total, a size, part of a date.</content>
internal ref partial struct TextScanner
{
    // No month and no day is greater.
    private const int MostOfDate = 31;

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
        _isTime = false;
        bool isOfTotal = !_isWrapped && Total(value, ref total);
        if (!isOfTotal && !_isWrapped && !Unit(ref value))
        {
            SkipBlob();
            Break();
            return;
        }

        if (_words == 0 && _subject is { } subject && _isSubjectStated)
        {
            _draft.Add(subject, value, -1, isStated: true);
            (_subject, _isSubjectStated) = (null, false);
        }
        else if (_words == 0)
        {
            Unnamed(value, total);
        }
        else if (_isStated && IsBracketed() && MetricNames.IsEvaluationWord(WordAt(_words - 1)))
        {
            // "Test: [ 50/390]"
            _draft.IsEvaluation = true;
            Unnamed(value, total);
        }
        else if (_subject is { } of && _isStated && _draft.HasCounter && Name() is { Role: NameRole.Step or NameRole.Epoch })
        {
            // "Average loss at step 100 for the last 50 steps: 0.5"
            _draft.Add(of, value, -1, isStated: true);
            _subject = null;
        }
        else if (!_isStated && MetricNames.IsPreposition(WordAt(_words - 1)) && double.IsInteger(value))
        {
            FindSubject();
            _count = value;
        }
        else if (Name() is { } name && (_isStated || (isFinite && IsAfterBlank()) || name.IsVital)
            && !(_isTime && name.IsLoss))
        {
            // "Eval num_timesteps=9000, episode_reward=-0.1"
            // "Saved checkpoint at step 500 (loss 0.3)" repeats what was told.
            _draft.IsSummary |= _draft.Count == 0 && _words > 1 && MetricNames.IsRepeat(WordAt(0));
            _draft.IsEvaluation |= _draft.Count == 0 && _words > 1 && !name.IsVital && MetricNames.IsEvaluationWord(WordAt(0));
            if (name.Role is NameRole.Step or NameRole.Epoch && _words > 1)
            {
                FindSubject();
            }

            if (!_isStated && name.IsLoss && double.IsInteger(value) && total < 0 && IsValueNext(out double loss, out int end))
            {
                // "Train loss 7082 0.5 Grad Norm 1.25", as Tacotron 2 of NVIDIA and its heirs print it, and "Validation loss 7000: 0.5".
                _draft.Bracketed = (value, -1);
                (value, _at) = (loss, end);
            }

            _draft.Add(_draft.IsEvaluation ? _names.OfEvaluation(name) : name, value, total, _isStated);
        }

        Break(isNumber: true);
    }

    private readonly bool IsValueNext(out double value, out int end)
    {
        (value, end) = (0, 0);
        int begin = _at + (Next(0) == ':' ? 1 : 0);
        return begin + 1 < _text.Length && _text[begin] == ' ' && (char.IsAsciiDigit(_text[begin + 1]) || _text[begin + 1] is 'n' or 'i')
            && Numbers.TryRead(_text, begin + 1, out value, out end) && !double.IsInteger(value)
            && (end == _text.Length || _text[end] == ' ');
    }

    // A name and its number with nothing between is one word: GPT-2.
    private readonly bool IsAfterBlank() => _phraseEnd < _text.Length && _text[_phraseEnd] is ' ' or '\t' or '(' or '[' or ']' or '#';

    // 10/500, also with blanks behind the slash; not a date with three parts, nor one before a time.
    private bool Total(double done, ref double total)
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
            || (end < _text.Length && (_text[end] == '/' || char.IsLetter(_text[end]) || _text[end] == '_'))
            || (done <= MostOfDate && total <= MostOfDate && IsTimeNext(end) && !IsBehindBar()))
        {
            total = -1;
            return false;
        }

        _at = end;
        return true;
    }

    // "━━━━━ 10/20 0:00:12", as bars of rich are drawn.
    private readonly bool IsBehindBar()
    {
        int i = _at - 1;
        while (i >= 0 && (char.IsAsciiDigit(_text[i]) || _text[i] == ' '))
        {
            i--;
        }

        return i >= 0 && _text[i] is '━' or '╸' or '╺' or '─' or '█';
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
        _isTime = unit is "s" or "ms" or "us" or "ns" or "h" or "sec" or "secs" or "min" or "mins" or "seconds";
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

        if (_isStepNext && double.IsInteger(value) && IsBracketed())
        {
            (_draft.Bracketed, _isStepNext) = ((value, -1), false);
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
}
