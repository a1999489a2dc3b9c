namespace VastPS.Features.Runs;

/// <summary>
/// The curve of a metric so far as a few block characters. It takes as little room for a million values as for ten: where the cells are
/// full, each two of them become one.
/// </summary>
internal sealed class Sparkline
{
    public const char NotANumber = 'N';
    public const char Infinite = '∞';

    private const string Levels = "▁▂▃▄▅▆▇█";
    private const char Level = '▄';
    private const int MostCells = 16;

    private readonly Cell[] _cells = new Cell[MostCells];
    private int _count;
    private long _room = 1;

    /// <summary>How a value that is no finite number is marked; null for one that is.</summary>
    public static char? MarkOf(double value) => double.IsNaN(value) ? NotANumber : double.IsInfinity(value) ? Infinite : null;

    /// <summary>Takes the next value.</summary>
    public void Add(double value)
    {
        if (_count == 0 || _cells[_count - 1].Values == _room)
        {
            if (_count == MostCells)
            {
                Halve();
            }

            _cells[_count++] = default;
        }

        _cells[_count - 1].Add(value);
    }

    /// <summary>The curve, each cell the mean of its values, or the mark of one that is no finite number.</summary>
    public override string ToString()
    {
        (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (Cell cell in _cells.AsSpan(0, _count))
        {
            (least, most) = (Math.Min(least, cell.Mean ?? least), Math.Max(most, cell.Mean ?? most));
        }

        return string.Create(_count, (_cells, least, most), static (text, curve) =>
        {
            // Halves, because the distance between two numbers may be none.
            double span = (curve.most / 2) - (curve.least / 2);
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = curve._cells[i] switch
                {
                    { Mark: { } mark } => mark,
                    { Mean: { } mean } when span > 0 =>
                        Levels[Math.Clamp((int)(((mean / 2) - (curve.least / 2)) / span * Levels.Length), 0, Levels.Length - 1)],
                    _ => Level,
                };
            }
        });
    }

    private void Halve()
    {
        for (int i = 0; i < MostCells / 2; i++)
        {
            _cells[i] = _cells[2 * i].And(_cells[(2 * i) + 1]);
        }

        (_count, _room) = (MostCells / 2, 2 * _room);
    }

    private struct Cell
    {
        private double _sum;
        private long _finite;

        public long Values { get; private set; }

        public char? Mark { get; private set; }

        public readonly double? Mean => _finite > 0 && double.IsFinite(_sum) ? _sum / _finite : null;

        public void Add(double value)
        {
            Values++;
            if (MarkOf(value) is { } mark)
            {
                Mark ??= mark;
            }
            else
            {
                (_sum, _finite) = (_sum + value, _finite + 1);
            }
        }

        public readonly Cell And(Cell next) => new()
        {
            _sum = _sum + next._sum,
            _finite = _finite + next._finite,
            Values = Values + next.Values,
            Mark = Mark ?? next.Mark,
        };
    }
}
