using System.Globalization;
using VastPS.Kernel.Logs;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Logs;

/// <summary>
/// What is read of each line of the trainers' logs, and of the same lines where something is missing: a change of a reader shows what it
/// moves. What is right is held by TrainerLogTests and MetricParserTests.
/// </summary>
public sealed class LogTableTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, string[] Lines)[] s_logs =
    [
        .. File.ReadAllText(Path.Combine(Repo.Root, "tests/VastPS.Tests/Data/trainer-logs.txt"))
            .Split("=== ", StringSplitOptions.RemoveEmptyEntries)
            .Select(block => block.TrimEnd('\n').Split('\n'))
            .Select(lines => (lines[0].Split(" | ")[0], lines.Skip(1).Where(l => !l.StartsWith("=> ", StringComparison.Ordinal))
                .SelectMany(l => Expanded(l).Split('\r')).ToArray())),
    ];

    [Fact]
    [Trait("Frozen", "List")]
    public void Every_line_is_read_as_agreed() => Approved.Check(
        "LogLines.approved.txt",
        [
            "# What is read of the lines of tests/VastPS.Tests/Data/trainer-logs.txt: the form, the bar, the metrics; then the steps that",
            "# were counted. Not what is right, but what a change moves: written by ./build.sh accept. See LogTableTests.",
            .. s_logs.SelectMany(log => Read(log.Name, log.Lines)),
        ]);

    // Half-written lines, and lines with something else in a place, are what a reader meets on a bad day.
    [Fact]
    [Trait("Frozen", "List")]
    public void Every_line_that_is_cut_is_read_as_agreed() => Approved.Check(
        "CutLogLines.approved.txt",
        [
            "# Sums of what is read of the trainers' lines where they are cut, at the end after each sign, at the beginning between words.",
            "# What changes here alone is how half a line is read: written by ./build.sh accept. See LogTableTests.",
            .. s_logs.Select(log => $"{log.Name}: {Sum(log.Lines.SelectMany(Cut))}"),
        ]);

    [Fact]
    [Trait("Frozen", "List")]
    public void Every_line_with_another_sign_is_read_as_agreed() => Approved.Check(
        "ChangedLogLines.approved.txt",
        [
            "# Sums of what is read of the trainers' lines where, one after the other, a sign that is no letter is a blank, a 7 or gone.",
            "# What changes here alone is how spoiled lines are read: written by ./build.sh accept. See LogTableTests.",
            .. s_logs.Select(log => $"{log.Name}: {Sum(log.Lines.SelectMany(Changed))}"),
        ]);

    private static IEnumerable<string> Read(string name, string[] lines)
    {
        yield return "";
        yield return name;
        var parser = new MetricParser();
        var counter = new StepCounter(10);
        for (int i = 0; i < lines.Length; i++)
        {
            IReadOnlyList<VastMetric> read = parser.Read(new LogLine(lines[i], i), s_start.AddSeconds(i));
            counter.Add(parser.Bar, read, s_start.AddSeconds(i));
            yield return $"  {i + 1} {parser.Form?.Name}{(parser.Bar is { } bar ? " " + Shown(bar) : "")}: {Shown(read)}".TrimEnd();
        }

        IReadOnlyList<VastMetric> rest = parser.Finish();
        counter.Add(null, rest, s_start.AddSeconds(lines.Length));
        yield return $"  end: {Shown(rest)}";
        yield return $"  {counter.Steps} steps{(counter.IsCertain ? "" : ", perhaps")}{(counter.IsOneFarLine ? ", one far line" : "")}"
            + (counter.IsMovingBar ? ", a moving bar" : "")
            + (counter.Times() is { } times ? $", {times.Median:c} to {times.P95:c}" : "");
    }

    private static IEnumerable<string> Cut(string line) => Enumerable.Range(0, line.Length)
        .SelectMany(i => char.IsLetterOrDigit(line[i]) ? new[] { line[..i] } : [line[..i], line[i..]]);

    private static IEnumerable<string> Changed(string line) =>
        from i in Enumerable.Range(0, line.Length)
        where !char.IsLetter(line[i])
        select line[..i] + (i % 3) switch { 0 => " ", 1 => "7", _ => "" } + line[(i + 1)..];

    // One reader for all of a log, so that a line also meets what those before it have opened.
    private static string Sum(IEnumerable<string> lines)
    {
        var parser = new MetricParser();
        var counter = new StepCounter(10);
        ulong sum = 14695981039346656037;
        int number = 0;
        foreach (string line in lines)
        {
            IReadOnlyList<VastMetric> read = parser.Read(new LogLine(line, number), null);
            counter.Add(parser.Bar, read, s_start.AddSeconds(number++));
            string bar = parser.Bar is { } drawn ? Shown(drawn) : "";
            string shown = read.Count == 0 && bar.Length == 0 ? "" : $"{number} {Shown(read)} {bar} {counter.Steps}";
            foreach (char c in shown)
            {
                sum = (sum ^ c) * 1099511628211;
            }
        }

        return sum.ToString("x12", CultureInfo.InvariantCulture)[^12..];
    }

    private static string Shown(LogBar bar) => FormattableString.Invariant(
        $"{bar.Done}/{bar.Total?.ToString(CultureInfo.InvariantCulture) ?? "?"} {bar.Work}{(bar.HasMetrics ? " with metrics" : "")}");

    private static string Shown(IReadOnlyList<VastMetric> metrics) => string.Join(' ', metrics.Select(m => string.Create(
        CultureInfo.InvariantCulture,
        $"{m.Name}={m.Value:R}{(m.Step is { } step ? $"@{step}" : "")}{(m.TotalSteps is { } all ? $"/{all}" : "")}{Time(m)}")));

    private static string Time(VastMetric metric) => metric.Time is { } at && at.Date != s_start.Date
        ? at.ToString("'('yyyy-MM-dd'T'HH:mm:ss.fffzzz')'", CultureInfo.InvariantCulture)
        : "";

    private static string Expanded(string log) => log.Replace(@"\r", "\r", StringComparison.Ordinal)
        .Replace(@"\t", "\t", StringComparison.Ordinal)
        .Replace(@"\e", "\x1b", StringComparison.Ordinal).Replace(@"\b", "\b", StringComparison.Ordinal);
}
