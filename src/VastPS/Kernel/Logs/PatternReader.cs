using System.Text.RegularExpressions;

namespace VastPS.Kernel.Logs;

/// <summary>Reads a line by a pattern of the user's.</summary>
internal static class PatternReader
{
    /// <summary>True where a pattern has a group that can hold a value.</summary>
    public static bool HasValue(Regex pattern) => pattern.GetGroupNames().Any(g => IsMetric(g));

    /// <summary>The metrics of all its matches.</summary>
    public static IReadOnlyList<VastMetric> Read(Regex pattern, LogLine line, DateTimeOffset? arrived)
    {
        var metrics = new List<VastMetric>();
        try
        {
            foreach (Match match in pattern.Matches(line.Text))
            {
                Take(match, line, arrived, metrics);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that runs wild on one line must not end the watch.
        }

        return metrics;
    }

    private static void Take(Match match, LogLine line, DateTimeOffset? arrived, List<VastMetric> metrics)
    {
        long? step = Numbers.TryWhole(match.Groups["step"].ValueSpan, out double number) && number is >= 0 and < 1e15 ? (long)number : null;
        var source = new VastMetric.Source(step, null, LineTime.Of(line.Text) ?? arrived, line.Text, line.OffsetBytes);
        foreach (Group group in match.Groups.Cast<Group>().Where(g => IsMetric(g.Name)))
        {
            if (Numbers.TryWhole(group.ValueSpan, out double value))
            {
                string written = group.Name == "value" && match.Groups["name"].Success ? match.Groups["name"].Value : group.Name;
                MetricName name = MetricNames.Of(MetricNames.Fold(written));
                metrics.Add(new VastMetric(source, name.Name, value, name.Common));
            }
        }
    }

    private static bool IsMetric(string group) => !char.IsAsciiDigit(group[0]) && group is not ("step" or "name");
}
