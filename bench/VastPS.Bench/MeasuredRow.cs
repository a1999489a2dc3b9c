using System.Globalization;
using System.Text;
using VastPS.Basics;

namespace VastPS.Bench;

/// <summary>One measured value of a file of measurements, as text; an empty cell was not published.</summary>
internal sealed class MeasuredRow
{
    private static readonly string[] s_repeated = ["\"", "''", "^", "=", "same", "ditto"];
    private static readonly string[] s_shape = ["params_b", "layers", "hidden", "heads", "kv_heads", "vocab", "ffn_hidden"];

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
        List<MeasuredRow> rows = [];
        foreach (string line in lines.Skip(1).Where(l => l.Length > 0 && l[0] != '#'))
        {
            Dictionary<string, string> cells = columns.Zip(Cells(line)).ToDictionary(c => c.First, c => c.Second.Trim(),
                StringComparer.Ordinal);
            Inherit(cells, rows);
            rows.Add(new MeasuredRow(cells));
        }

        return rows;
    }

    // A mark of repetition stands for what the row before has there. A shape is written once for each model: rows below leave it out.
    private static void Inherit(Dictionary<string, string> cells, List<MeasuredRow> before)
    {
        foreach (string column in cells.Keys.Where(c => s_repeated.Contains(cells[c])).ToArray())
        {
            cells[column] = before.LastOrDefault()?[column] ?? "";
        }

        if (cells.GetValueOrDefault("model") is { Length: 0 } && before.Count > 0)
        {
            cells["model"] = before[^1]["model"];
        }

        if (s_shape.All(c => cells.GetValueOrDefault(c, "").Length == 0)
            && before.LastOrDefault(r => r["model"] == cells.GetValueOrDefault("model", "") && r["layers"].Length > 0) is { } same)
        {
            foreach (string column in s_shape)
            {
                cells[column] = same[column];
            }
        }
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
