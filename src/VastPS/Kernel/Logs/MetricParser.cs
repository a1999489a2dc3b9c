using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads metrics from the lines of a training log: dict lines of Python and JSON lines, "step N loss X" with or
/// without : and =, rows of tables; or whatever a pattern of the user's says. Lines that hold nothing give nothing.
/// </summary>
/// <param name="pattern">
/// Named groups are metrics; "step" is the step, "name" with "value" a metric whose name is in the log. With a pattern nothing else is read.
/// </param>
internal sealed partial class MetricParser(Regex? pattern = null)
{
    private const string Number = @"[+-]?(?:nan|inf(?:inity)?|(?>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)";

    // The rows of a table belong together; its last line tells the step.
    private readonly List<(string Name, double Value, LogLine Line)> _table = [];

    /// <summary>The metrics of a line in the order of the log.</summary>
    /// <param name="line">A whole line.</param>
    /// <param name="arrived">When it arrived, for lines read live: taken where the line itself names no time.</param>
    public IReadOnlyList<VastMetric> Read(LogLine line, DateTimeOffset? arrived = null)
    {
        if (pattern is not null)
        {
            return OfPattern(pattern, line, arrived);
        }

        string text = line.Text;
        if (TableRow().Match(text) is { Success: true } row)
        {
            _table.Add((MetricNames.Fold(row.Groups["key"].Value), Value(row.Groups["num"].Value), line));
            return [];
        }

        if (_table.Count > 0 && TableEnd().IsMatch(text))
        {
            return Table(arrived);
        }

        MatchCollection quoted = Quoted().Matches(text);
        return quoted.Count > 0 ? Record(Pairs(quoted), null, isStated: true, line, arrived) : OfText(line, arrived);
    }

    private static List<VastMetric> OfText(LogLine line, DateTimeOffset? arrived)
    {
        string text = RayPrefix().Replace(line.Text, "");
        Match step = StepWord().Match(text);
        if (!step.Success)
        {
            step = Progress().Match(text);
        }

        (string Name, double Value)[] stated = [.. Pairs(Stated().Matches(text))];
        (string Name, double Value)[] pairs = [.. stated, .. Pairs(Spaced().Matches(text)).Where(IsPlausible)];
        bool isRecord = pairs.Any(p => MetricNames.IsVital(p.Name)) || (step.Success && stated.Length > 0);
        return isRecord ? Record(pairs, step.Success ? Value(step.Groups["step"].Value) : null, isStated: false, line, arrived) : [];
    }

    // Between blanks a word may be anything; "of nan iterations" is no value of "of".
    private static bool IsPlausible((string Name, double Value) pair) => double.IsFinite(pair.Value) || MetricNames.IsVital(pair.Name);

    private static List<VastMetric> Record(IReadOnlyList<(string Name, double Value)> pairs, double? step, bool isStated, LogLine line, DateTimeOffset? arrived)
    {
        step ??= pairs.FirstOrDefault(p => MetricNames.IsStep(p.Name)) is { Name: not null } named ? named.Value : null;
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
                foreach (Group group in match.Groups.Cast<Group>().Where(g => !char.IsAsciiDigit(g.Name[0]) && g.Name is not ("step" or "name")))
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
        && DateTimeOffset.TryParse(stamp.Value.Replace(',', '.'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    // What must follow a number: otherwise it is part of a version, a path, a date.
    private const string After = @"(?:(?<=\d)(?:ms|us|s|sec|min|h|k|m|b|g|gb|gib|%))?(?![\w/])(?!\.\w)(?!:\d)";

    [GeneratedRegex("""["'](?<key>[^"'{}\[\]:]{1,80})["']\s*:\s*["']?(?<num>""" + Number + """)["']?\s*(?=[,}\]])""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![\w./@-])(?<key>[a-z][\w/.@-]*(?: [a-z][\w/]*){0,3})\s*[:=]\s*(?<num>" + Number + ")" + After, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Stated();

    [GeneratedRegex(@"(?<![\w./@-])(?<key>[a-z][\w/.@-]*)\s+(?<num>" + Number + ")" + After, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Spaced();

    [GeneratedRegex(@"(?<![\w./-])(?:global[_ ])?(?:steps?|iter(?:ation)?s?|it|batch(?:_id)?|update)\b[\s:=\[(#]*(?<step>\d+)(?![\w.])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StepWord();

    // "Epoch:[1/1](20/4292)": the last count in brackets is the one that moves. Its length is bounded: a line may be one long number.
    [GeneratedRegex(@"(?:^|[\[(])\s*(?<step>\d{1,15})/\d{1,15}", RegexOptions.RightToLeft | RegexOptions.CultureInvariant)]
    private static partial Regex Progress();

    [GeneratedRegex(@"^\s*\([^()]*\bpid=\d+[^()]*\)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex RayPrefix();

    [GeneratedRegex(@"^\s*\|\s*(?<key>[a-z][\w/. ]*?)\s*\|\s*(?<num>" + Number + @")\s*\|\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\s*[-+=]{4,}\s*$")]
    private static partial Regex TableEnd();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,7})?(?:Z|[+-]\d\d:?\d\d)?")]
    private static partial Regex Stamp();
}
