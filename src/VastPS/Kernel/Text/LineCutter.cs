using System.Text;

namespace VastPS.Kernel.Text;

/// <summary>
/// Cuts text that arrives in pieces into lines. LF, CR LF and a lone CR (progress bars) end a line; an empty line
/// made by a lone CR is none. A line longer than the limit is handed over in parts, so memory stays bounded.
/// </summary>
internal sealed class LineCutter(Action<string> take, int maxLength = 64 * 1024)
{
    private readonly StringBuilder _line = new();
    private bool _afterReturn;

    public void Add(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c == '\n')
            {
                // The LF of a CR LF whose CR has ended the line already.
                bool ended = _afterReturn && _line.Length == 0;
                _afterReturn = false;
                if (!ended)
                {
                    Hand();
                }
            }
            else if (c == '\r')
            {
                if (_line.Length > 0)
                {
                    Hand();
                    _afterReturn = true;
                }
            }
            else
            {
                _afterReturn = false;
                _line.Append(c);
                if (_line.Length >= maxLength && !char.IsHighSurrogate(c))
                {
                    Hand();
                }
            }
        }
    }

    /// <summary>Hands over the last line where it had no end.</summary>
    public void Finish()
    {
        if (_line.Length > 0)
        {
            Hand();
        }
    }

    private void Hand()
    {
        string line = _line.ToString();
        _line.Clear();
        take(line);
    }
}
