using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads metrics from the lines of a training log: dict lines of Python and JSON lines, "step N loss X" with or
/// without : and =, rows of tables; or whatever a pattern of the user's says. Lines that hold nothing give nothing.
/// </summary>
/// <param name="pattern">
/// Named groups are metrics; "step" is the step, "name" with "value" a metric whose name is in the log. With a pattern nothing else is
/// read.
/// </param>
internal sealed partial class MetricParser(Regex? pattern = null)
{
    private const string Number = @"[+-]?(?:nan|inf(?:inity)?|(?>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)";

    // A heading of Ultralytics is no longer.
    private const int MostRowChars = 1000;

    // The rows of a table belong together; its last line tells the step.
    private readonly List<(string Name, double Value, LogLine Line)> _table = [];

    // The names above the columns of Ultralytics, whose rows are bars.
    private string[]? _columns;

    /// <summary>The metrics of a line in the order of the log.</summary>
    /// <param name="line">A whole line.</param>
    /// <param name="arrived">When it arrived, for lines read live: taken where the line itself names no time.</param>
    public IReadOnlyList<VastMetric> Read(LogLine line, DateTimeOffset? arrived = null)
    {
        if (pattern is not null)
        {
            return OfPattern(pattern, line, arrived);
        }

        string text = Plain(line.Text);
        if (TableRow().Match(text) is { Success: true } row)
        {
            _table.Add((MetricNames.Fold(row.Groups["key"].Value), Value(row.Groups["num"].Value), line));
            return [];
        }

        if (_table.Count > 0 && TableEnd().IsMatch(text))
        {
            return Table(arrived);
        }

        if (Columns().Match(text) is { Success: true } columns)
        {
            _columns = [.. Words(columns.Groups["names"].Value).Select(MetricNames.Fold)];
            return [];
        }

        if (_columns is not null && text.Length < MostRowChars && ColumnRow().Match(text) is { Success: true } values)
        {
            return OfColumns(_columns, values, line, arrived);
        }

        if (Settings().IsMatch(text))
        {
            return [];
        }

        // A dict behind the record may hold something else; then the line itself is read.
        MatchCollection quoted = Quoted().Matches(text);
        double? stepOfTotal = StepOfTotal().Match(text) is { Success: true } of ? Value(of.Groups["step"].Value) : null;
        IReadOnlyList<VastMetric> record = quoted.Count > 0 ? Record(Pairs(quoted), stepOfTotal, isStated: true, line, arrived) : [];
        return record.Count > 0 ? record : OfText(text, line, arrived);
    }

    private static List<VastMetric> OfText(string text, LogLine line, DateTimeOffset? arrived)
    {
        (double? step, bool isCount) = (null, false);
        if (Bar().Match(text) is { Success: true } bar)
        {
            // The bar of an evaluation or of the data; else its percent and its title are no metrics.
            if (OtherWork().IsMatch(text[..bar.Index]))
            {
                return [];
            }

            (step, text) = (Value(bar.Groups["done"].Value), text[(bar.Index + bar.Length)..]);
        }
        else if (StepWord().Match(text) is { Success: true } word)
        {
            step = Value(word.Groups["step"].Value) * (word.Groups["unit"].Value switch { "K" => 1e3, "M" => 1e6, _ => 1 });
            isCount = word.Groups["count"].Success;
        }
        else if (Progress().Match(text) is { Success: true } progress)
        {
            step = Value(progress.Groups["step"].Value);
        }

        (string Name, double Value)[] stated = [.. Pairs(Stated().Matches(text))];
        (string Name, double Value)[] pairs = [.. stated, .. Pairs(Spaced().Matches(text)).Where(IsPlausible)];

        // "steps=1000, lr=0.1" without a loss is a setting.
        bool isRecord = pairs.Any(p => MetricNames.IsVital(p.Name)) || (step is not null && !isCount && stated.Length > 0);
        pairs = Evaluation().IsMatch(text) ? [.. pairs.Select(p => (OfEvaluation(p.Name), p.Value))] : pairs;
        return isRecord ? Record(pairs, step, isStated: false, line, arrived) : [];
    }

    private static string OfEvaluation(string name) =>
        MetricNames.IsEvaluation(name) || MetricNames.IsStep(name) || name == "epoch" ? name : "eval_" + name;

    private static List<VastMetric> OfColumns(string[] names, Match row, LogLine line, DateTimeOffset? arrived)
    {
        IEnumerable<(string Name, double Value)> pairs = names.Zip(Words(row.Groups["values"].Value))
            .Where(c => TryValue(c.Second, out _)).Select(c => (c.First, Value(c.Second)));
        return Record(
            [.. pairs, ("epoch", Value(row.Groups["epoch"].Value))], Value(row.Groups["done"].Value), isStated: false, line, arrived);
    }

    // What is no metric but looks like one: dates, places in source files, devices; and numbers that are wrapped in their type.
    private static string Plain(string text)
    {
        text = RayPrefix().Replace(text, "");
        text = Dates().Replace(text, " ");
        text = Places().Replace(text, "");
        text = Wrapped().Replace(text, "${num}");
        return PaddedNan().Replace(text, "nan");
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // Between blanks a word may be anything; "of nan iterations" is no value of "of".
    private static bool IsPlausible((string Name, double Value) pair) => double.IsFinite(pair.Value) || MetricNames.IsVital(pair.Name);

    private static List<VastMetric> Record(
        IReadOnlyList<(string Name, double Value)> pairs, double? step, bool isStated, LogLine line, DateTimeOffset? arrived)
    {
        // An "update" of 8.35 counts epochs.
        step ??= pairs.FirstOrDefault(p => MetricNames.IsStep(p.Name) && double.IsInteger(p.Value)) is { Name: not null } named
            ? named.Value
            : null;
        if (isStated && step is null && !pairs.Any(p => MetricNames.IsVital(p.Name) || p.Name == "epoch"))
        {
            return [];
        }

        DateTimeOffset? time = TimeOf(line.Text) ?? arrived;
        var seen = new HashSet<string>();
        return
        [
            .. pairs.Where(p => !MetricNames.IsStep(p.Name) && seen.Add(p.Name))
                .Select(p => Metric(p.Name, p.Value, WholeStep(step), time, line)),
        ];
    }

    private List<VastMetric> Table(DateTimeOffset? arrived)
    {
        double? step = _table.FirstOrDefault(r => MetricNames.IsStep(r.Name)) is { Name: not null } named ? named.Value : null;
        List<VastMetric> metrics = _table.Any(r => MetricNames.IsVital(r.Name))
            ? [.. _table.Where(r => !MetricNames.IsStep(r.Name)).Select(r => Metric(r.Name, r.Value, WholeStep(step), arrived, r.Line))]
            : [];
        _table.Clear();
        return metrics;
    }

    private static List<VastMetric> OfPattern(Regex pattern, LogLine line, DateTimeOffset? arrived)
    {
        var metrics = new List<VastMetric>();
        try
        {
            foreach (Match match in pattern.Matches(line.Text))
            {
                long? step = TryValue(match.Groups["step"].Value, out double number) ? WholeStep(number) : null;
                DateTimeOffset? time = TimeOf(line.Text) ?? arrived;
                foreach (Group group in match.Groups.Cast<Group>()
                    .Where(g => !char.IsAsciiDigit(g.Name[0]) && g.Name is not ("step" or "name")))
                {
                    if (TryValue(group.Value, out double value))
                    {
                        string name = group.Name == "value" && match.Groups["name"].Success ? match.Groups["name"].Value : group.Name;
                        metrics.Add(Metric(MetricNames.Fold(name), value, step, time, line));
                    }
                }
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that runs wild on one line must not end the watch.
        }

        return metrics;
    }

    private static VastMetric Metric(string name, double value, long? step, DateTimeOffset? time, LogLine line) => new()
    {
        Step = step,
        Name = name,
        Value = value,
        Time = time,
        Line = line.Text.Trim(),
        OffsetBytes = line.OffsetBytes,
    };

    private static List<(string Name, double Value)> Pairs(MatchCollection matches) =>
        [.. matches.Select(m => (MetricNames.Fold(m.Groups["key"].Value), Value(m.Groups["num"].Value)))];

    private static long? WholeStep(double? step) => step is >= 0 and < 1e15 ? (long)step : null;

    private static double Value(string text) => TryValue(text, out double value) ? value : double.NaN;

    private static bool TryValue(string text, out double value)
    {
        string number = text.Replace(",", "", StringComparison.Ordinal);
        switch (number.TrimStart('+', '-').ToLowerInvariant())
        {
            case "nan":
                value = double.NaN;
                return true;
            case "inf" or "infinity":
                value = number[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            default:
                return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }
    }

    private static DateTimeOffset? TimeOf(string text) =>
        Stamp().Match(text) is { Success: true } stamp
        && DateTimeOffset.TryParse(
            stamp.Value.Replace(',', '.'),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time) ? time : null;

    // What must follow a number: otherwise it is part of a version, a path, a date.
    private const string After = @"(?:(?<=\d)(?:ms|us|s|sec|min|h|k|m|b|g|gb|gib|%))?(?![\w/])(?!\.\w)(?!:\d)";

    [GeneratedRegex(
        """["'](?<key>[^"'{}\[\]:]{1,80})["']\s*:\s*["']?(?<num>""" + Number + """)["']?\s*(?=[,}\]])""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(
        @"(?<![\w./@-])(?<key>[a-z][\w/.@-]*(?: [a-z][\w/]*){0,3})\s*[:=]{1,2}\s*(?<num>" + Number + ")" + After,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Stated();

    [GeneratedRegex(
        @"(?<![\w./@-])(?<key>(?:(?:train|val|valid|eval|test) )?[a-z][\w/.@-]*)\s+(?<num>" + Number + ")" + After,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Spaced();

    // "Gradient Accumulation steps = 8" and "Total optimization steps = 524" are settings (banner of the Hugging Face Trainer, "Num steps =
    // 8242"
    // of others). A count in the plural has no word before it.
    [GeneratedRegex(
        @"(?<![\w./-])(?<!\b(?:max|min|total|num|number of|per|each|every|accum\w{0,12}|warm-?up|optimi[sz]ation|logging|log|save|saving|"
        + @"eval\w{0,12}|valid\w{0,12}|val|test|decay|denoising|inference|sampling|initial|skipped|mini|micro|of|nan)[\s_-]{1,3})"
        + @"(?:global[_ ])?(?:(?:step|iter(?:ation)?|it|batch(?:_id)?|update)|(?<count>(?<!\w[ _-]{1,2})(?:steps|iters|iterations)))\b"
        + @"[\s:=\[(#]*(?<step>\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+(?=(?-i:[KM])))?)(?<unit>(?-i:[KM]))?(?![\w.%])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StepWord();

    // "Epoch:[1/1](20/4292)": the last count in brackets is the one that moves, and one of epochs is none. Its length is bounded: a line
    // may be one long number.
    [GeneratedRegex(
        @"(?:^|(?<!\bepochs?[\s:]{0,3})[\[(])\s*(?<step>\d{1,15})/\d{1,15}(?![\d/])",
        RegexOptions.RightToLeft | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Progress();

    // tqdm: "title:  12%|#   | 240/2000 [".
    [GeneratedRegex(@"\d{1,3}%\|[^|]{0,400}\|\s*(?<done>\d{1,15})/\d{1,15}\s*\[", RegexOptions.CultureInvariant)]
    private static partial Regex Bar();

    [GeneratedRegex(
        @"\b(?:eval|valid|val\b|test|sanity|predict|infer|sampl|generat|download|load|fetch|map|filter|token|pack|prepar|process|cach|"
        + @"encod|scan|convert|extract|read|sav)[^|]{0,60}$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherWork();

    [GeneratedRegex(
        @"^\W{0,20}(?:eval(?:uat\w{0,5})?|valid(?:ation)?|val|test(?:ing)?)\b(?!:?\s*(?:\d{1,3}%)?\|)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Evaluation();

    // ms-swift: 'global_step/max_steps': '16/135'.
    [GeneratedRegex("""["']global_step/max_steps["']\s*:\s*["'](?<step>\d{1,15})/""", RegexOptions.CultureInvariant)]
    private static partial Regex StepOfTotal();

    // "Namespace(steps=1000, ...)" and objects of settings as Python prints them; the summary of an ended run of wandb.
    [GeneratedRegex(@"\b(?:Namespace|\w{0,40}(?:Config|Args|Arguments|Params|Options|Settings))\(|^wandb:", RegexOptions.CultureInvariant)]
    private static partial Regex Settings();

    [GeneratedRegex(@"^\s*Epoch\s+GPU_mem\s+(?<names>\S[^|:=]{0,400})$", RegexOptions.CultureInvariant)]
    private static partial Regex Columns();

    [GeneratedRegex(
        @"^\s*(?<epoch>\d{1,9})/\d{1,9}\s+[\d.]+[GM]\w?\s+(?<values>[^:%|]+?)\s+\d+:\s+\d{1,3}%[^/]*?(?<done>\d{1,15})/\d{1,15}\s",
        RegexOptions.CultureInvariant)]
    private static partial Regex ColumnRow();

    // 12/23/2025, 2025/12/23, and without a year only at the beginning and with the time: "10/30 22:18:02".
    [GeneratedRegex(
        @"(?<![\w/.])(?:\d{1,2}/\d{1,2}/(?:19|20)?\d\d|(?:19|20)\d\d/\d{1,2}/\d{1,2})(?![\w/])|"
        + @"^\W{0,3}\d{1,2}/\d{1,2} \d{1,2}:\d\d:\d\d(?!\s*<)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Dates();

    [GeneratedRegex(@"\.(?:py|cpp|cu|cc|rs|go):\d+|\bcuda:\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Places();

    // As numpy 2, torch and JAX print one number: np.float64(2.31), tensor(nan, device='cuda:0', grad_fn=<NllLossBackward0>); and [3.].
    [GeneratedRegex(@"\b(?:(?:np|numpy|torch|jnp)\.)?(?:b?float\d{1,3}|int\d{1,3}|tensor|array|Array)\(\s*(?<num>"
        + Number
        + @")[^()]{0,200}\)|(?<=[=:] ?)\[\s*(?<num>"
        + Number
        + @")\s*\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Wrapped();

    // Lightning pads numbers, and NaN too.
    [GeneratedRegex(@"\bnan\.0+\b", RegexOptions.CultureInvariant)]
    private static partial Regex PaddedNan();

    [GeneratedRegex(@"^\s*\([^()]*\bpid=\d+[^()]*\)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex RayPrefix();

    [GeneratedRegex(
        @"^\s*\|\s*(?<key>[a-z][\w/. ]*?)\s*\|\s*(?<num>" + Number + @")\s*\|\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\s*[-+=]{4,}\s*$")]
    private static partial Regex TableEnd();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,7})?(?:Z|[+-]\d\d:?\d\d)?")]
    private static partial Regex Stamp();
}
