namespace VastPS.Kernel.Logs;

/// <content>What the words before a number name.</content>
internal ref partial struct TextScanner
{
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
        MetricName? last = _names.Find(_text[WordBegin(isOfPhase ? _words - 2 : _words - 1).._phraseEnd]);

        // "time cost 0.5" is none, "loss 0.5" is one whatever stands before.
        bool isLoose = last is { IsLoss: true } && _words > 1 && !last.Name.Contains("loss", StringComparison.Ordinal);
        return isLoose ? whole : last;
    }

    // "D loss" is another loss, "INFO loss" is not; what counts steps may have any name before it that does not make a setting of it.
    private readonly bool MayDrop(int before, MetricName known)
    {
        if (before > 0 && known.Role is NameRole.Step or NameRole.Epoch && MetricNames.IsPreposition(WordAt(before - 1)))
        {
            return true;
        }

        for (int i = 0; i < before; i++)
        {
            ReadOnlySpan<char> word = WordAt(i);
            if (MetricNames.IsModifier(word) || (known.Role == NameRole.Value && known.IsVital
                && !(MetricNames.IsFiller(word) || MetricNames.IsTrainingWord(word))))
            {
                return false;
            }
        }

        return true;
    }

    // What stands before "at step", "after epoch", "for iteration".
    private void FindSubject()
    {
        for (int i = 1; i < _words; i++)
        {
            if (!MetricNames.IsPreposition(WordAt(i)))
            {
                continue;
            }

            // "Training loss (for one batch) at step 0"
            int end = Math.Max(_w0, WordBegin(i) - 1);
            int bracket = _text[_w0..end].IndexOf('(');
            end = bracket < 0 ? end : _w0 + _text[_w0..(_w0 + bracket)].TrimEnd().Length;
            MetricName? subject = null;
            for (int first = i - 1; first >= 0; first--)
            {
                if (WordBegin(first) < end && _names.Find(_text[WordBegin(first)..end]) is { IsVital: true } longer
                    && (first == 0 || (longer.IsKnown && MayDrop(first, longer))))
                {
                    subject = longer;
                }
            }

            _subject = subject is not null && _draft.IsEvaluation ? _names.OfEvaluation(subject) : subject ?? _subject;
            return;
        }
    }

    // A colon, an equals sign, an "is": the number that follows is of the words before it, or of what was said to be at this step.
    private void State()
    {
        if (_words == 0)
        {
            _isSubjectStated = _subject is not null;
            return;
        }

        _isStated = true;
        if (_subject is not null && _count is { } count && Name() is { Role: NameRole.Step or NameRole.Epoch } counter)
        {
            // "Loss after 100 iterations: 0.5"
            _draft.Add(counter, count, -1, isStated: true);
            (_words, _isStated, _isSubjectStated) = (0, false, true);
        }
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
}
