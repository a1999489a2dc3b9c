using System.Globalization;
using System.Text;
using VastPS.Basics;

namespace VastPS.Bench;

/// <summary>One measured value of a file of measurements, as text; an empty cell was not published.</summary>
internal sealed class MeasuredRow
{
    private readonly IReadOnlyDictionary<string, string> _cells;

    private MeasuredRow(IReadOnlyDictionary<string, string> cells) => _cells = cells;

    public string Name => this["id"];

    public string Kind => this["kind"];

    public string Method => this["method"];

    public string Notes => this["notes"];

    /// <summary>A instrumented and complete, B measured but rounded or underspecified, C not to be judged by.</summary>
    public string Quality => Note("quality") ?? "";

    public double Value => Number("measured_value") ?? throw new FormatException($"{Name} has no measured_value");

    /// <summary>The measured value in bytes.</summary>
    public double ValueBytes => Value * this["unit"] switch
    {
        "GiB" => Bytes.GiB,
        "GB" => Bytes.GB,
        "MiB" => Bytes.GiB / 1024,
        "MB" => 1e6,
        string unit => throw new FormatException($"{Name}: {unit} is no unit of memory"),
    };

    public string this[string column] => _cells.GetValueOrDefault(column, "");

    /// <summary>The number in a cell; null where there is none.</summary>
    public double? Number(string column) => double.TryParse(this[column], CultureInfo.InvariantCulture, out double number) ? number : null;

    public int? Count(string column) => (int?)Number(column);

    /// <summary>The value of a key=value pair of the notes; null where there is none.</summary>
    public string? Note(string key) => Notes.Split(';', StringSplitOptions.TrimEntries)
        .Where(n => n.StartsWith(key + "=", StringComparison.Ordinal)).Select(n => n[(key.Length + 1)..]).FirstOrDefault();

    /// <summary>True where the notes say one of these words.</summary>
    public bool Says(params string[] words) => words.Any(w => Notes.Contains(w, StringComparison.OrdinalIgnoreCase));

    public static IReadOnlyList<MeasuredRow> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] columns = Cells(lines[0]);
        return [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => new MeasuredRow(
            columns.Zip(Cells(l)).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal)))];
    }

    private static string[] Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
