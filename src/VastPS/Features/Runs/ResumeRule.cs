using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>Whether a training that was started from its checkpoint went on where it was, or began anew.</summary>
internal static class ResumeRule
{
    /// <summary>Why it did not go on; null where it did.</summary>
    /// <param name="before">What was logged until the checkpoint.</param>
    /// <param name="after">What the resumed command logged.</param>
    /// <param name="ending">How it ended, where that was by itself and badly; null otherwise.</param>
    /// <param name="lastLine">The last line of its output.</param>
    public static string? Judge(IReadOnlyList<VastMetric> before, IReadOnlyList<VastMetric> after, string? ending, string lastLine)
    {
        if (after.Count == 0 || ending is not null)
        {
            return $"the resumed command {ending ?? "showed no metric"}: {lastLine}";
        }

        return SmokeRules.NotFinite(after) is { } bad ? "after the checkpoint " + bad
            : FirstStep(before) is { } start && LastStep(before) > start && FirstStep(after) <= start
                ? $"the resumed command begins anew instead of going on after step {LastStep(before)}: {after[0].Line}"
            : Relapse(before, after);
    }

    // Half of what was learned must still be there.
    private static string? Relapse(IReadOnlyList<VastMetric> before, IReadOnlyList<VastMetric> after)
    {
        double now = Statistics.Median(MetricNames.Series(after, MetricNames.Loss).Select(m => m.Value));
        return Trend.Of(MetricNames.Series(before, MetricNames.Loss).Select(m => m.Value)) is { Verdict: VastTrend.Falls } learned
            && now > (learned.First + learned.Last) / 2
            ? FormattableString.Invariant(
                $"the loss of the resumed command is {now:0.####} again; it had fallen from {learned.First:0.####} to {learned.Last:0.####}: {after[0].Line}")
            : null;
    }

    private static long? FirstStep(IReadOnlyList<VastMetric> metrics) => metrics.Select(m => m.Step).FirstOrDefault(s => s is not null);

    private static long? LastStep(IReadOnlyList<VastMetric> metrics) => metrics.Select(m => m.Step).LastOrDefault(s => s is not null);
}
