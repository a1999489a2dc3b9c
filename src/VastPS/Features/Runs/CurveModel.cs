using System.Globalization;
using System.Text;

namespace VastPS.Features.Runs;

/// <summary>Draws a curve with Braille dots: two across and four down in each character.</summary>
internal static class CurveModel
{
    /// <summary>Narrower nothing is seen.</summary>
    public const int LeastWidth = 30;

    /// <summary>Lower nothing is seen.</summary>
    public const int LeastHeight = 3;

    private const int DotsAcross = 2;
    private const int DotsDown = 4;
    private const int RowsBetweenLabels = 3;
    private const int ColumnsBetweenLabels = 16;

    // Of a label: enough to tell its neighbours apart, and no more.
    private const int LeastDigits = 3;
    private const int MostDigits = 12;

    // By column and row within a character, from Unicode's block of Braille patterns.
    private static readonly int[,] s_dots = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    /// <summary>The lines of the picture: title, curve, axis, and what its marks mean.</summary>
    /// <param name="curve">What is drawn.</param>
    /// <param name="width">Characters of a line, at most.</param>
    /// <param name="height">Lines of the curve itself.</param>
    public static IReadOnlyList<string> Draw(Curve curve, int width, int height)
    {
        (double least, double most) = Range(curve.Points.Select(p => p.Value));
        (double first, double last) = Range(curve.Points.Select(p => p.At));
        string[] values = Labels(height, RowsBetweenLabels, most, least, isWhole: false);
        int margin = Math.Max(curve.Along.Length, values.Max(l => l.Length));
        int columns = Math.Max(1, width - margin - 2);
        var scale = new Scale(first, last, least, most, columns, height);
        int[,] cells = Dots(curve.Points, scale);
        var lines = new List<string> { Cut(curve.Title, width) };
        for (int row = 0; row < height; row++)
        {
            var line = new StringBuilder(values[row].PadLeft(margin) + (values[row].Length > 0 ? " ┤" : " │"));
            for (int column = 0; column < columns; column++)
            {
                line.Append(cells[column, row] == 0 ? ' ' : (char)(0x2800 + cells[column, row]));
            }

            lines.Add(line.ToString().TrimEnd());
        }

        string[] places = Labels(columns, ColumnsBetweenLabels, first, last, isWhole: true);
        lines.Add(Axis(curve.Points, scale, margin, places));
        lines.Add(curve.Along.PadLeft(margin) + "  " + Under(places));
        lines.AddRange(Marks(curve).Select(m => Cut(m, width)));
        return lines;
    }

    private static (double Least, double Most) Range(IEnumerable<double> values)
    {
        (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values.Where(double.IsFinite))
        {
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return (least, most);
    }

    // A line from each value to the next; where one is no finite number the curve is broken.
    private static int[,] Dots(IReadOnlyList<(double At, double Value)> points, Scale scale)
    {
        int[,] cells = new int[scale.Columns, scale.Rows];
        (int X, int Y)? before = null;
        foreach ((double at, double value) in points)
        {
            (int X, int Y)? here = double.IsFinite(value) ? (scale.X(at), scale.Y(value)) : null;
            if (here is { } to)
            {
                (int X, int Y) from = before ?? to;
                int dots = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
                for (int i = 0; i <= dots; i++)
                {
                    int x = from.X + (int)Math.Round((double)(to.X - from.X) * i / dots);
                    int y = from.Y + (int)Math.Round((double)(to.Y - from.Y) * i / dots);
                    cells[x / DotsAcross, y / DotsDown] |= s_dots[x % DotsAcross, y % DotsDown];
                }
            }

            before = here;
        }

        return cells;
    }

    // One for each row or column, most of them empty.
    private static string[] Labels(int count, int between, double begin, double end, bool isWhole)
    {
        string[] labels = [.. Enumerable.Repeat("", count)];
        if (begin == end)
        {
            labels[count / 2] = Number(begin, MostDigits);
        }
        else if (double.IsFinite(begin) && double.IsFinite(end))
        {
            int gaps = Math.Max(1, (count - 1) / between);
            int[] at = [.. Enumerable.Range(0, gaps + 1).Select(i => (int)Math.Round((double)i * (count - 1) / gaps))];
            double[] values = [.. at.Select(i => Between(begin, end, (double)i / (count - 1))).Select(v => isWhole ? Math.Round(v) : v)];
            int digits = LeastDigits;
            while (digits < MostDigits && values.Select(v => Number(v, digits)).Distinct().Count() < values.Length)
            {
                digits++;
            }

            for (int i = 0; i < at.Length; i++)
            {
                labels[at[i]] = i > 0 && values[i] == values[i - 1] ? "" : Number(values[i], digits);
            }
        }

        return labels;
    }

    // What is nothing but the last bits of a difference is 0.
    private static double Between(double begin, double end, double share)
    {
        double value = (begin * (1 - share)) + (end * share);
        return Math.Abs(value) < 1e-12 * Math.Max(Math.Abs(begin), Math.Abs(end)) ? 0 : value;
    }

    private static string Number(double value, int digits)
    {
        // 999.9 million is to be 1G; step 2999 is to stay that.
        int kept = Math.Abs(value) is >= 1000 and < 1e4 ? Math.Max(digits, LeastDigits + 1) : digits;
        double rounded = double.Parse(value.ToString($"G{kept}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        (double size, string unit) = Math.Abs(rounded) switch
        {
            >= 1e13 => (1, ""),
            >= 1e9 => (1e9, "G"),
            >= 1e6 => (1e6, "M"),
            >= 1e4 => (1e3, "k"),
            _ => (1.0, ""),
        };
        double scaled = rounded / size;
        int enough = Math.Abs(scaled) >= 1000 ? Math.Max(digits, LeastDigits + 1) : digits;
        return scaled.ToString($"G{enough}", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal) + unit;
    }

    private static string Axis(IReadOnlyList<(double At, double Value)> points, Scale scale, int margin, string[] places)
    {
        char[] axis = [.. places.Select(p => p.Length > 0 ? '┬' : '─')];
        foreach ((double at, double value) in points)
        {
            int column = scale.X(at) / DotsAcross;
            axis[column] = axis[column] == Sparkline.NotANumber ? axis[column] : Sparkline.MarkOf(value) ?? axis[column];
        }

        return new string(' ', margin) + " └" + new string(axis);
    }

    // Each label under its place, as far as there is room.
    private static string Under(string[] places)
    {
        char[] line = [.. Enumerable.Repeat(' ', places.Length)];
        int free = 0;
        for (int i = 0; i < places.Length; i++)
        {
            int begin = Math.Clamp(i - (places[i].Length / 2), 0, Math.Max(0, places.Length - places[i].Length));
            if (places[i].Length > 0 && begin >= free && places[i].Length <= places.Length)
            {
                places[i].CopyTo(0, line, begin, places[i].Length);
                free = begin + places[i].Length + 1;
            }
        }

        return new string(line).TrimEnd();
    }

    private static IEnumerable<string> Marks(Curve curve)
    {
        foreach ((char mark, string what) in new[] { (Sparkline.NotANumber, "NaN"), (Sparkline.Infinite, "infinite") })
        {
            double[] marked = [.. curve.Points.Where(p => Sparkline.MarkOf(p.Value) == mark).Select(p => p.At)];
            if (marked.Length > 0)
            {
                string more = marked.Length > 1 ? FormattableString.Invariant($", the first of {marked.Length}") : "";
                yield return FormattableString.Invariant($"{mark} {what} at {curve.Along} {marked[0]:0}{more}");
            }
        }
    }

    private static string Cut(string text, int width) => text.Length > width ? text[..(width - 1)] + "…" : text;

    // From values to dots; what does not change lies in the middle.
    private sealed record Scale(double First, double Last, double Least, double Most, int Columns, int Rows)
    {
        public int X(double at) => Dot(at, First, Last, DotsAcross * Columns);

        public int Y(double value) => (DotsDown * Rows) - 1 - Dot(value, Least, Most, DotsDown * Rows);

        private static int Dot(double value, double from, double to, int dots) =>
            to > from ? (int)Math.Round(((value / 2) - (from / 2)) / ((to / 2) - (from / 2)) * (dots - 1)) : dots / 2;
    }
}
