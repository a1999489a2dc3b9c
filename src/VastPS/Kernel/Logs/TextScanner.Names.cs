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
}
