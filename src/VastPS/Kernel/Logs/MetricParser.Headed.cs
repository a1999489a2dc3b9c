namespace VastPS.Kernel.Logs;

/// <content>
/// A line that tells a step and nothing else heads those that follow, each with a number or two: "Learning iteration 10/1500" of rsl_rl,
/// "[batch=10/100]:" of Composer, "[step=10/500]" of OLMo. They are one record.
/// </content>
internal sealed partial class MetricParser
{
    private const int MostHeadChars = 160;
    private const int MostHeadedRows = 500;

    // So many lines without a number do not part what follows from its heading; more where it tells how far the training is.
    private const int MostAside = 3;
    private const int MostAsideOfTotal = 30;

    private readonly RecordDraft _headed = new();
    private readonly RecordDraft _inner = new();

    // The first with a loss or a reward, which is what is shown as evidence; else the heading.
    private LogLine _headedLine;
    private bool _hasHeadedVital;
    private int _asideLeft;
    private int _mostAside;

    // True where the line is a heading, or was taken as one of its lines.
    private bool Headed(ReadOnlySpan<char> text)
    {
        if ((IsHeading(text, _draft) ? _draft : Bracketed(text)) is { } heading)
        {
            CloseHeaded();
            foreach (LogItem item in heading.Items)
            {
                _headed.Add(item.Name, item.Value, item.Total, item.IsStated);
                _mostAside = item.Total > 0 ? MostAsideOfTotal : Math.Max(_mostAside, MostAside);
            }

            (_headed.HasDict, _headedLine, _asideLeft) = (true, _line, _mostAside);
            return true;
        }

        return _headed.Count > 0 && Follows();
    }

    // "... INFO [step=10/500,epoch=0]": whatever the logger wrote before it.
    private RecordDraft? Bracketed(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = text.TrimEnd(" :");
        int open = trimmed.Length > 0 && trimmed[^1] == ']' ? trimmed.LastIndexOf('[') : -1;
        if (open < 0 || HasVital(0))
        {
            return null;
        }

        _inner.Clear();
        TextScanner.Read(trimmed[(open + 1)..^1], _names, _inner, _dicts);
        return IsHeading(trimmed[open..], _inner) ? _inner : null;
    }

    private static bool IsHeading(ReadOnlySpan<char> text, RecordDraft draft)
    {
        bool hasStep = false;
        foreach (LogItem item in draft.Items)
        {
            if (item.Name.Role is not (NameRole.Step or NameRole.Epoch or NameRole.Place))
            {
                return false;
            }

            hasStep |= item.Name.Role == NameRole.Step && double.IsInteger(item.Value);
        }

        return hasStep && text.Length <= MostHeadChars && !IsSentence(text, draft.Count)
            && !(draft.IsSettings || draft.IsSummary || draft.IsEvaluation || draft.HasDict);
    }

    // "Step 1: Calculate the distance": of a text that a model wrote.
    private static bool IsSentence(ReadOnlySpan<char> text, int items)
    {
        (int words, bool hasColon) = (0, false);
        for (int i = 1; i < text.Length; i++)
        {
            hasColon |= text[i] == ':' && char.IsAsciiDigit(text[i - 1]);
            bool isWord = char.IsLetter(text[i - 1]) && !char.IsLetter(text[i]);
            words += isWord ? 1 : 0;
            if (hasColon && char.IsLetter(text[i]))
            {
                return true;
            }
        }

        return words > (2 * items) + 2;
    }

    private bool Follows()
    {
        bool hasOwnStep = _draft.HasDict || _draft.Bracketed is not null || _draft.Free is not null;
        (bool hasVital, bool isRepeated, bool isStated, int values) = (false, false, true, 0);
        foreach (LogItem item in _draft.Items)
        {
            MetricName name = item.Name;
            hasOwnStep |= name.Role == NameRole.Step;
            hasVital |= name.IsVital;
            isRepeated |= name.IsVital && IsHeld(name);
            values += name.Role == NameRole.Value ? 1 : 0;
            isStated &= item.IsStated;
        }

        if (hasVital && (hasOwnStep || isRepeated || _headed.Count > MostHeadedRows))
        {
            CloseHeaded();
            return false;
        }

        if (values == 0 || !(isStated || hasVital) || _draft.IsSettings || _draft.IsSummary)
        {
            if (--_asideLeft < 0)
            {
                CloseHeaded();
            }

            return false;
        }

        _asideLeft = _mostAside;
        (_headedLine, _hasHeadedVital) = hasVital && !_hasHeadedVital ? (_line, true) : (_headedLine, _hasHeadedVital);
        foreach (LogItem item in _draft.Items)
        {
            if (item.Name.Role is NameRole.Value or NameRole.Epoch)
            {
                _headed.Add(item.Name, item.Value, item.Total, item.IsStated);
            }
        }

        return true;
    }

    private bool IsHeld(MetricName name)
    {
        foreach (LogItem item in _headed.Items)
        {
            if (item.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private void CloseHeaded()
    {
        if (_headed.Count > 0)
        {
            Emit(_headed, 0, null, _headedLine);
            _headed.Clear();
        }

        (_mostAside, _hasHeadedVital) = (0, false);
    }
}
