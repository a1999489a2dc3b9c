using System.Text;
using System.Text.RegularExpressions;
using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

/// <summary>A log that was read whole.</summary>
internal static class ReadLog
{
    public static List<VastMetric> Of(string log, Regex? pattern = null)
    {
        var reader = new LineReader();
        var parser = new MetricParser(pattern);
        return
        [
            .. reader.Add(Encoding.UTF8.GetBytes(log)).Concat(reader.Finish()).ToList().SelectMany(l => parser.Read(l)),
            .. parser.Finish(),
        ];
    }

    /// <summary>The forms that its lines were read as.</summary>
    public static IReadOnlyList<LogForm?> FormsOf(string log)
    {
        var parser = new MetricParser();
        return [.. log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l =>
        {
            _ = parser.Read(new LogLine(l, null));
            return parser.Form;
        })];
    }

    public static string Shown(string log) => Shown(Of(log));

    /// <summary>The step once, then the values: @5 loss=2.5</summary>
    public static string Shown(IReadOnlyList<VastMetric> metrics)
    {
        var words = new List<string>();
        long? step = null;
        foreach (VastMetric metric in metrics)
        {
            if (metric.Step is { } now && now != step)
            {
                words.Add(FormattableString.Invariant($"@{now}"));
                step = now;
            }

            words.Add(FormattableString.Invariant($"{metric.Name}={metric.Value}").Replace("Infinity", "∞", StringComparison.Ordinal));
        }

        return string.Join(' ', words);
    }
}
