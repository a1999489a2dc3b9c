namespace VastPS.Kernel.Logs;

/// <content>Indented keys under a heading.</content>
internal sealed partial class MetricParser
{
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
}
