using System.Buffers;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads tables with lines between their cells: "| loss | 0.5 |" row by row as stable-baselines3 prints them, where all rows to the next
/// rule are one record; and tables with a heading, where each row is one.
/// </summary>
internal sealed class TableReader(NameTable names)
{
    private static readonly SearchValues<char> s_rule = SearchValues.Create("-+=|─━┄╌┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┡┩╇╞╡╪╒╕╘╛");

    private const int MostColumns = 64;
    private const int MostRows = 500;

    private readonly RecordDraft _rows = new();
    private readonly Range[] _cells = new Range[MostColumns];
    private MetricName?[]? _heading;
    private int _held;
    private bool _isEvaluation;

    /// <summary>The rows of a table that is not closed yet.</summary>
    public RecordDraft Rows => _rows;

    /// <summary>The line of the first row with a loss or a reward, else of the first row.</summary>
    public LogLine Line { get; private set; }

    /// <summary>True for a line that may be of a table.</summary>
    public static bool IsRow(ReadOnlySpan<char> trimmed) =>
        trimmed.Length > 4 && IsWall(trimmed[0]) && IsWall(trimmed[^1]);

    /// <summary>True for a line that closes a table.</summary>
    public static bool IsRule(ReadOnlySpan<char> trimmed) =>
        trimmed.Length > 3 && trimmed.IndexOfAnyExcept(s_rule) < 0;

    /// <summary>Takes a row: true where it was one; the draft then holds the record of a row under a heading.</summary>
    public bool Read(ReadOnlySpan<char> trimmed, LogLine line, RecordDraft draft)
    {
        int count = Split(trimmed[1..^1]);
        if (count == 2 && trimmed[1..^1][_cells[0]].Trim() is [.., '/'] section)
        {
            // "| eval/ | |": what stands under it was measured by an evaluation.
            _isEvaluation = MetricNames.IsEvaluationWord(section[..^1]);
        }

        if (count == 2 && names.Find(Key(trimmed[1..^1][_cells[0]])) is { } key
            && Numbers.TryWhole(trimmed[1..^1][_cells[1]], out double value) && char.IsLetter(key.Name[0]))
        {
            if (_held++ == 0 || (key.IsVital && !HasVital()))
            {
                Line = line;
            }

            if (_held <= MostRows)
            {
                _rows.Add(_isEvaluation ? names.OfEvaluation(key) : key, value, -1, isStated: true);
            }

            return true;
        }

        return count > 1 && (_heading?.Length == count ? Row(trimmed[1..^1], count, draft) : Heading(trimmed[1..^1], count));
    }

    /// <summary>Forgets the rows of the table.</summary>
    public void Clear()
    {
        _rows.Clear();
        (_held, _isEvaluation) = (0, false);
    }

    // Section headings end with a slash in stable-baselines3, and the keys under them are indented.
    private static ReadOnlySpan<char> Key(ReadOnlySpan<char> cell) => cell.Trim();

    private static bool IsWall(char c) => c is '|' or '│' or '┃' or '║';

    private bool HasVital()
    {
        foreach (LogItem item in _rows.Items)
        {
            if (item.Name.IsVital)
            {
                return true;
            }
        }

        return false;
    }

    private bool Row(ReadOnlySpan<char> inner, int count, RecordDraft draft)
    {
        for (int i = 0; i < count; i++)
        {
            if (_heading![i] is { } name && Numbers.TryWhole(inner[_cells[i]], out double value))
            {
                draft.Add(name, value, -1, isStated: true);
            }
        }

        if (draft.Count == 0)
        {
            return Heading(inner, count);
        }

        draft.HasDict = true;
        return true;
    }

    private bool Heading(ReadOnlySpan<char> inner, int count)
    {
        var heading = new MetricName?[count];
        bool isHeading = false;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<char> cell = inner[_cells[i]].Trim();
            heading[i] = cell.Length > 0 && char.IsLetter(cell[0]) ? names.Find(cell) : null;
            isHeading |= heading[i] is { IsVital: true };
            if (IsSentence(cell))
            {
                return false;
            }
        }

        _heading = isHeading ? heading : _heading;
        return isHeading;
    }

    // "| step 10 | loss 0.5 |" is a line with bars between, no heading.
    private static bool IsSentence(ReadOnlySpan<char> cell)
    {
        for (int i = 1; i < cell.Length; i++)
        {
            if (char.IsAsciiDigit(cell[i]) && cell[i - 1] is ' ' or ':' or '=')
            {
                return true;
            }
        }

        return false;
    }

    private int Split(ReadOnlySpan<char> inner)
    {
        (int count, int begin) = (0, 0);
        for (int i = 0; i <= inner.Length && count < MostColumns; i++)
        {
            if (i == inner.Length || IsWall(inner[i]))
            {
                _cells[count++] = begin..i;
                begin = i + 1;
            }
        }

        return count;
    }
}
