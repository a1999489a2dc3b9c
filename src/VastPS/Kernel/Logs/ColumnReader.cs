namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads rows whose names stand in a heading: files of comma separated values, and columns between blanks as Ultralytics and
/// fastai print them.
/// </summary>
internal sealed class ColumnReader(NameTable names)
{
    private const int MostColumns = 512;
    private const int MostRowChars = 16 * 1024;

    // YOLOv5 and v7 leave the word loss out of their headings.
    private static readonly string[] s_parts =
    [
        "box", "obj", "cls", "dfl", "seg", "pose", "kobj", "angle", "total", "box_om", "cls_om", "dfl_om", "box_oo", "cls_oo", "dfl_oo", "giou",
    ];

    private MetricName?[] _columns = [];
    private char _between;
    private bool _isYolo;

    /// <summary>True once a heading was seen whose rows may follow.</summary>
    public bool IsActive => _columns.Length > 0;

    /// <summary>True where rows end with a bar, as those of Ultralytics do.</summary>
    public bool EndsWithBars => _isYolo;

    /// <summary>How far the bar is that closes a row of Ultralytics.</summary>
    public (long Done, long Total)? Bar { get; private set; }

    /// <summary>True where a line is a heading.</summary>
    public bool TryHeading(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        if (trimmed.Length is < 6 or > 8000 || !(char.IsLetter(trimmed[0]) || trimmed[0] is '"' or ',' or '#' or '_')
            || trimmed.IndexOfAny(":={[|") >= 0)
        {
            return false;
        }

        char between = trimmed.IndexOf(',') >= 0 ? ',' : trimmed.IndexOf(';') >= 0 ? ';' : trimmed.IndexOf('\t') > 0 ? '\t' : ' ';
        if (between == ' ' && trimmed.IndexOf("  ") < 0)
        {
            return false;
        }

        var columns = new List<MetricName?>();
        (bool hasVital, bool hasCount, bool isYolo) = (false, false, false);
        for (int at = 0; Next(trimmed, ref at, between, out ReadOnlySpan<char> cell);)
        {
            cell = cell.Trim().Trim('"').TrimStart('#').Trim();
            if (columns.Count == MostColumns || !(cell.IsEmpty || (IsName(cell) && !EndsWithNumber(cell))))
            {
                return false;
            }

            // An export of wandb writes "name of the run - train/loss".
            int run = cell.LastIndexOf(" - ");
            MetricName? name = cell.IsEmpty ? null : names.Find(run > 0 ? cell[(run + 3)..] : cell);
            isYolo |= columns.Count == 1 && name is { Name: "gpu_mem" };
            name = isYolo && name is not null && s_parts.Contains(name.Name) ? names.Find(name.Name + "_loss") : name;
            hasVital |= name is { IsVital: true };
            hasCount |= name is { Role: NameRole.Step or NameRole.Epoch };
            columns.Add(name);
        }

        if (columns.Count < 2 || !(hasVital || (hasCount && between != ' ')) || (between == ' ' && columns.Count < 3))
        {
            return false;
        }

        (_columns, _between, _isYolo) = ([.. columns], between, isYolo);
        return true;
    }

    /// <summary>True for a row, which is then in the draft. The first line that is none ends comma separated values.</summary>
    public bool Read(ReadOnlySpan<char> text, RecordDraft draft)
    {
        Bar = null;
        if (text.Length > MostRowChars)
        {
            return false;
        }

        ReadOnlySpan<char> trimmed = _between == '\t' ? text.TrimEnd("\r\n") : text.Trim();
        (int column, int texts, int at) = (0, 0, 0);
        while (column < _columns.Length && Next(trimmed, ref at, _between, out ReadOnlySpan<char> cell))
        {
            texts += Cell(column++, cell.Trim().Trim('"'), draft) ? 0 : 1;
        }

        bool isRow = column == _columns.Length && draft.Count > 0 && texts * 2 <= column
            && (_isYolo ? TryBar(trimmed[Math.Min(at, trimmed.Length)..]) : at > trimmed.Length || trimmed[at..].IsWhiteSpace());
        if (!isRow)
        {
            draft.Clear();
            _columns = _between == ' ' ? _columns : [];
            return false;
        }

        draft.HasDict = true;
        return true;
    }

    // "1/100" is the epoch, "3.65G" memory, "640:" the size of images.
    private bool Cell(int column, ReadOnlySpan<char> cell, RecordDraft draft)
    {
        MetricName? name = _columns[column];
        if (Numbers.TryWhole(cell, out double value))
        {
            Add(name, value, -1, draft);
            return true;
        }

        int slash = _between == ' ' ? cell.IndexOf('/') : -1;
        if (slash > 0 && Numbers.TryWhole(cell[..slash], out value) && Numbers.TryWhole(cell[(slash + 1)..], out double total))
        {
            Add(name, value, total, draft);
            return true;
        }

        if (_isYolo && cell.Length > 1 && cell[^1] is 'G' or 'M' or ':' && Numbers.TryWhole(cell[..^1], out value))
        {
            Add(name, value, -1, draft);
            return true;
        }

        return cell.IsEmpty || cell is "None" or "null" or "NA" or "--";
    }

    private static void Add(MetricName? name, double value, double total, RecordDraft draft)
    {
        if (name is not null)
        {
            draft.Add(name, value, total, isStated: true);
        }
    }

    // "30%|###  | 3/10 [00:01", "100% ━━━━ 10/10 3.1it/s": the last count before the time.
    private bool TryBar(ReadOnlySpan<char> rest)
    {
        int percent = rest.IndexOf('%');
        if (percent < 0)
        {
            return false;
        }

        for (int i = percent; i < rest.Length; i++)
        {
            if (!char.IsAsciiDigit(rest[i]))
            {
                continue;
            }

            int end = i;
            while (end < rest.Length && char.IsAsciiDigit(rest[end]))
            {
                end++;
            }

            int last = end + 1;
            while (last < rest.Length && char.IsAsciiDigit(rest[last]))
            {
                last++;
            }

            if (end < rest.Length && rest[end] == '/' && last > end + 1
                && long.TryParse(rest[i..end], out long done) && long.TryParse(rest[(end + 1)..last], out long total))
            {
                Bar = (done, total);
                return true;
            }

            i = end;
        }

        return false;
    }

    // "x, loss is 0.5" is a sentence.
    private static bool EndsWithNumber(ReadOnlySpan<char> cell) =>
        cell.LastIndexOf(' ') is > 0 and int blank && Numbers.TryWhole(cell[(blank + 1)..], out _);

    private static bool IsName(ReadOnlySpan<char> cell)
    {
        if (cell.Length > 100 || !(char.IsLetter(cell[0]) || cell[0] == '_'))
        {
            return false;
        }

        foreach (char c in cell)
        {
            if (!(char.IsLetterOrDigit(c) || c is '_' or '/' or '.' or ' ' or '@' or '%' or '-' or '(' or ')' or '#' or '+' or '^'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Next(ReadOnlySpan<char> text, ref int at, char between, out ReadOnlySpan<char> cell)
    {
        cell = default;
        if (between == ' ')
        {
            while (at < text.Length && text[at] is ' ' or '\t')
            {
                at++;
            }

            if (at >= text.Length)
            {
                return false;
            }

            int end = text[at..].IndexOfAny(' ', '\t');
            end = end < 0 ? text.Length : at + end;
            cell = text[at..end];
            at = end;
            return true;
        }

        if (at > text.Length)
        {
            return false;
        }

        int next = text[at..].IndexOf(between);
        next = next < 0 ? text.Length : at + next;
        cell = text[at..next];
        at = next + 1;
        return true;
    }
}
