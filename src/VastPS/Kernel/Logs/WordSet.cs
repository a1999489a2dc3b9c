namespace VastPS.Kernel.Logs;

/// <summary>
/// A few words, found in a text whatever their case and without a copy. Most words of a log are none of them: that must cost little.
/// </summary>
internal sealed class WordSet
{
    private const int Letters = 32;

    private readonly string[]?[] _byLetter = new string[]?[Letters];
    private readonly int _longest;
    private readonly int _shortest;

    public WordSet(params string[] words)
    {
        (_shortest, _longest) = (words.Min(w => w.Length), words.Max(w => w.Length));
        foreach (IGrouping<int, string> group in words.GroupBy(w => w[0] & (Letters - 1)))
        {
            _byLetter[group.Key] = [.. group];
        }
    }

    /// <summary>True where a text begins with one of the words.</summary>
    public bool StartsWith(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || _byLetter[text[0] & (Letters - 1)] is not { } candidates)
        {
            return false;
        }

        foreach (string candidate in candidates)
        {
            if (text.StartsWith(candidate, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where a text is one of the words.</summary>
    public bool Contains(ReadOnlySpan<char> word)
    {
        if (word.Length < _shortest || word.Length > _longest || _byLetter[word[0] & (Letters - 1)] is not { } candidates)
        {
            return false;
        }

        foreach (string candidate in candidates)
        {
            if (word.Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
