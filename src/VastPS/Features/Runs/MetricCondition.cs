using System.Globalization;
using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>
/// One sentence about a metric: 'loss falls', 'reward rises', 'reward > 0', 'grad_norm &lt; 100'. It serves as what is
/// expected and as what ends a run.
/// </summary>
internal sealed partial class MetricCondition
{
    // A comparison looks at where the metric is now: the median of its last fifth, at most this many values.
    private const int MostRecent = 20;

    private readonly VastTrend? _trend;
    private readonly string _comparison = "";
    private readonly double _limit;

    private MetricCondition(string name, VastTrend trend) => (Name, _trend) = (name, trend);

    private MetricCondition(string name, string comparison, double limit) => (Name, _comparison, _limit) = (name, comparison, limit);

    /// <summary>The metric it is about, as asked.</summary>
    public string Name { get; }

    /// <summary>Reads a condition; nonsense is an InvalidValue error that shows what would do.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="parameter">Where it was typed, such as Expect.</param>
    public static MetricCondition Parse(string text, string parameter)
    {
        Match read = Sentence().Match(text ?? "");
        if (!read.Success || !double.TryParse(
            read.Groups["limit"].Success ? read.Groups["limit"].Value : "0",
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double limit))
        {
            throw new VastException(
                VastReason.InvalidValue,
                $"'{text}'",
                "-" + parameter,
                "it must be a metric and falls, rises, or a comparison with a number",
                $"-{parameter} 'loss falls', 'reward > 0', 'grad_norm < 100'");
        }

        string name = MetricNames.Fold(read.Groups["name"].Value);
        return read.Groups["trend"].Value.ToLowerInvariant() switch
        {
            "falls" => new MetricCondition(name, VastTrend.Falls),
            "rises" => new MetricCondition(name, VastTrend.Rises),
            _ => new MetricCondition(name, read.Groups["comparison"].Value, limit),
        };
    }

    /// <summary>True where it holds, false where not; null where the metrics do not say: none, too few, or not a number.</summary>
    public bool? Judge(IReadOnlyList<VastMetric> metrics)
    {
        double[] values = [.. MetricNames.Series(metrics, Name).Select(m => m.Value)];
        if (_trend is { } wanted)
        {
            return Trend.Of(values) is { } trend && values.All(double.IsFinite) ? trend.Verdict == wanted : null;
        }

        double now = Now(values);
        return double.IsNaN(now) ? null : _comparison switch
        {
            "<" => now < _limit,
            "<=" => now <= _limit,
            ">" => now > _limit,
            ">=" => now >= _limit,
            _ => throw new System.Diagnostics.UnreachableException(_comparison),
        };
    }

    /// <summary>What the metrics show of it, for people.</summary>
    public string Found(IReadOnlyList<VastMetric> metrics)
    {
        IReadOnlyList<VastMetric> series = MetricNames.Series(metrics, Name);
        if (series.Count == 0)
        {
            string[] there = [.. metrics.Select(m => m.Name).Distinct().Take(8)];
            return there.Length == 0 ? "the log holds no metrics" : $"the log has no {Name}; it has {string.Join(", ", there)}";
        }

        double[] values = [.. series.Select(m => m.Value)];
        return _trend is null
            ? FormattableString.Invariant($"{Name} is {Now(values):0.####} ({series[^1].Line})")
            : Trend.Of(values) is { } trend
                ? FormattableString.Invariant(
                    $"{Name} went from {trend.First:0.####} to {trend.Last:0.####} in {values.Length} values, noise {trend.Noise:0.####}")
                : FormattableString.Invariant(
                    $"{values.Count(double.IsFinite)} values of {Name} show no trend, {Trend.LeastValues} are needed");
    }

    /// <inheritdoc />
    public override string ToString() => _trend is { } trend
        ? $"{Name} {trend.ToString().ToLowerInvariant()}"
        : string.Create(CultureInfo.InvariantCulture, $"{Name} {_comparison} {_limit}");

    // NaN where nothing was logged, and where one of the last values is NaN: that is no number to compare.
    private static double Now(double[] values)
    {
        double[] recent = values[^Math.Clamp(values.Length / 5, Math.Min(1, values.Length), MostRecent)..];
        return recent.Any(double.IsNaN) ? double.NaN : Statistics.Median(recent);
    }

    [GeneratedRegex(
        @"^\s*(?<name>[a-z][\w/.@-]*)\s*(?:\s(?<trend>falls|rises)|(?<comparison><=|>=|<|>)\s*(?<limit>[+-]?(?:\d+\.?\d*|"
        + @"\.\d+)(?:e[+-]?\d+)?))\s*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
