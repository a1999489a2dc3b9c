using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.Logs;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What a watch shows and notes of a run: one line each, of nothing but what is known.</summary>
internal static class WatchProgressRule
{
    /// <summary>A line of a terminal that is not wide.</summary>
    public const int Width = 100;

    private const int LeastName = 8;
    private const int LeastReason = 12;
    private const string Between = "  ";

    /// <summary>What a look has shown.</summary>
    /// <param name="run">As noted when it was started.</param>
    /// <param name="view">As it is now.</param>
    /// <param name="look">The look.</param>
    /// <param name="metrics">All that was read of its log until now.</param>
    /// <param name="answered">When a look last got an answer.</param>
    public static WatchProgress Of(
        RunRecord run, VastRun view, Observation look, IReadOnlyList<VastMetric> metrics, DateTimeOffset? answered)
    {
        long? step = metrics.LastOrDefault(m => m.Step is not null)?.Step;
        (string name, VastMetric? last) = Metric(run.Kind, metrics);
        return new WatchProgress(run.Name, view.State, look.At)
        {
            Outcome = view.Outcome,
            ExitCode = view.ExitCode,
            Step = step,
            TotalSteps = run.Plan?.Steps is { } total && total >= step ? total : null,
            Metric = name,
            Value = last?.Value,
            StepTime = view.StepTime,
            StartedAt = view.StartedAt,
            EndedAt = view.EndedAt,
            PricePerHour = run.PricePerHour > 0 ? run.PricePerHour : null,
            Trouble = look.Trouble,
            AnsweredAt = look.IsListed == true && look.Trouble is null ? look.At : answered,
        };
    }

    /// <summary>The line of progress at a moment, at most a hundred characters.</summary>
    public static string Line(WatchProgress progress, DateTimeOffset now)
    {
        // What is left out first where not all of it fits stands highest.
        var facts = new List<(string? Text, int Order)>
        {
            (progress.Trouble is null ? null : "no answer", 0),
            (Steps(progress), 1),
            (progress.Value is { } value ? $"{progress.Metric} {Number(value)}" : null, 3),
            (progress.StepTime is { } each && progress.Trouble is null ? $"{Duration.Format(each)}/step" : null, 5),
            (progress.End > now ? $"ETA {Duration.Format(progress.End.Value - now)}" : null, 2),
            (Money(progress, now), 2),
            (Age(progress, now), 4),
        };
        facts.RemoveAll(f => f.Text is null);
        while (facts.Sum(f => f.Text!.Length + Between.Length) > Width - LeastName && facts.Count > 1)
        {
            facts.Remove(facts.MaxBy(f => f.Order));
        }

        string known = string.Concat(facts.Select(f => Between + f.Text));
        string line = Cut(progress.Name, Width - known.Length) + known;
        int left = Width - line.Length - Between.Length;
        return progress.Trouble is { } why && left >= LeastReason ? line + Between + Cut(why.ReplaceLineEndings(" "), left) : line;
    }

    /// <summary>The line for a file: a time, then names and values with their units, for people and for programs.</summary>
    public static string LogLine(WatchProgress progress)
    {
        (string Name, string? Value)[] facts =
        [
            ("run", progress.Name),
            ("state", progress.State.ToString()),
            ("outcome", progress.Outcome?.ToString()),
            ("exit", progress.ExitCode?.ToString(CultureInfo.InvariantCulture)),
            ("step", progress.Step is null ? null : Of(progress.Step.Value, progress.TotalSteps)),
            (progress.Metric, progress.Value is { } value ? Number(value) : null),
            ("step_seconds", progress.StepTime?.TotalSeconds.ToString("0.####", CultureInfo.InvariantCulture)),
            ("eta", progress.End is { } end ? Iso(end) : null),
            ("spent_usd", progress.Spent(progress.At)?.ToString("0.0000", CultureInfo.InvariantCulture)),
            ("projected_usd", progress.Projected?.ToString("0.0000", CultureInfo.InvariantCulture)),
            ("why", progress.Trouble is { } why ? $"\"{why.ReplaceLineEndings(" ").Replace('"', '\'')}\"" : null),
        ];
        return string.Join(' ', facts.Where(f => f.Value is not null).Select(f => $"{f.Name}={f.Value}").Prepend(Iso(progress.At)));
    }

    private static (string Name, VastMetric? Last) Metric(VastTrainingKind kind, IReadOnlyList<VastMetric> metrics)
    {
        string[] order = kind == VastTrainingKind.Reinforcement
            ? [MetricNames.Reward, MetricNames.Loss]
            : [MetricNames.Loss, MetricNames.Reward];
        foreach (string name in order)
        {
            if (MetricNames.Series(metrics, name) is [.., var last])
            {
                return (name, last);
            }
        }

        return ("", null);
    }

    private static string? Steps(WatchProgress progress) =>
        progress.Step is { } step ? "step " + Of(step, progress.TotalSteps) : null;

    private static string Of(long step, long? total) =>
        total is null ? step.ToString(CultureInfo.InvariantCulture) : FormattableString.Invariant($"{step}/{total}");

    private static string? Money(WatchProgress progress, DateTimeOffset now) => progress.Spent(now) is not { } spent
        ? null
        : progress.Projected is { } all && all >= spent ? $"{Usd(spent)} of {Usd(all)} USD" : $"{Usd(spent)} USD";

    private static string? Age(WatchProgress progress, DateTimeOffset now)
    {
        DateTimeOffset? at = progress.Trouble is null ? progress.At : progress.AnsweredAt;
        return at is not { } then
            ? null
            : (progress.Trouble is null ? "looked " : "last answer ")
                + (now - then < TimeSpan.FromSeconds(1) ? "now" : Duration.Format(now - then) + " ago");
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Usd(decimal usd) => usd.ToString(usd >= 0.1m ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
