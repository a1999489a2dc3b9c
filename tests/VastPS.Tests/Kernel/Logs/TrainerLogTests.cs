using System.Globalization;
using VastPS.Kernel.Logs;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Logs;

/// <summary>
/// What each trainer prints, in samples of our own in the form of its print statements, and what they mean. Data/trainer-logs.txt:
/// a line of name and source, the log with its control characters as \r \t \e \b, and after => each series with its steps, and
/// the steps in all.
/// </summary>
public sealed class TrainerLogTests
{
    private static readonly string[] s_blocks =
        ("\n" + File.ReadAllText(Path.Combine(Repo.Root, "tests/VastPS.Tests/Data/trainer-logs.txt")))
            .Split("\n=== ", StringSplitOptions.RemoveEmptyEntries);

    public static TheoryData<string> Trainers => [.. s_blocks.Select(b => b.Split('\n')[0])];

    [Theory]
    [MemberData(nameof(Trainers))]
    public void The_log_of_a_trainer_means_what_it_says(string trainer)
    {
        string[] lines = s_blocks.Single(b => b.StartsWith(trainer + "\n", StringComparison.Ordinal)).TrimEnd('\n').Split('\n');
        string log = string.Concat(lines.Skip(1).Where(l => !l.StartsWith("=> ", StringComparison.Ordinal)).Select(l => l + "\n"));
        List<VastMetric> metrics = ReadLog.Of(Expanded(log));
        string[] expected = [.. lines.Where(l => l.StartsWith("=> ", StringComparison.Ordinal)).Select(l => l[3..])];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, expected.Select(e => Shown(metrics, e.Split(':')[0], e.Contains(" /", StringComparison.Ordinal))));
    }

    [Fact]
    public void No_trainer_is_there_twice() => Assert.Equal(s_blocks.Length, s_blocks.Select(b => b.Split('\n')[0]).Distinct().Count());

    private static string Expanded(string log) => log.Replace(@"\r", "\r", StringComparison.Ordinal)
        .Replace(@"\t", "\t", StringComparison.Ordinal)
        .Replace(@"\e", "\x1b", StringComparison.Ordinal).Replace(@"\b", "\b", StringComparison.Ordinal);

    private static string Shown(List<VastMetric> metrics, string name, bool withTotal)
    {
        IReadOnlyList<VastMetric> series = MetricNames.Series(metrics, name);
        string values = string.Concat(
            series.Select(m => " " + Number(m.Value) + (m.Step is { } step ? FormattableString.Invariant($"@{step}") : "")));
        string totals = string.Join(',', series.Select(m => m.TotalSteps).Distinct());
        return $"{name}:{values}{(withTotal ? " /" + totals : "")}";
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "nan" : value.ToString("R", CultureInfo.InvariantCulture);
}
