using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>The line of a watch: what is known, and nothing else.</summary>
public sealed class WatchProgressRuleTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly WatchProgress s_bare = new("run", VastRunState.Running, s_start.AddHours(1)) { StartedAt = s_start };

    private static readonly WatchProgress s_full = s_bare with
    {
        Step = 1200,
        TotalSteps = 3000,
        Metric = "loss",
        Value = 1.23456,
        StepTime = TimeSpan.FromSeconds(2),
        PricePerHour = 0.5m,
    };

    public static TheoryData<string, string> Lines { get; } = new()
    {
        { nameof(s_bare), "run  looked now" },
        { nameof(s_full), "run  step 1200/3000  loss 1.235  2s/step  ETA 1h  0.50 of 1.00 USD  looked now" },
        { "no total", "run  step 1200  loss 1.235  2s/step  0.50 USD  looked now" },
        { "no pace", "run  step 1200/3000  loss 1.235  0.50 USD  looked now" },
        { "no price", "run  step 1200/3000  loss 1.235  2s/step  ETA 1h  looked now" },
        { "NaN", "run  step 1200/3000  loss NaN  2s/step  ETA 1h  0.50 of 1.00 USD  looked now" },
        { "trouble", "run  no answer  step 1200/3000  loss 1.235  0.50 USD  last answer 12m ago  it is refused" },
        { "never", "run  no answer  it is refused" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void What_is_unknown_is_left_out(string of, string line) =>
        Assert.Equal(line, WatchProgressRule.Line(Of(of), s_start.AddHours(1)));

    [Fact]
    public void Between_two_looks_its_age_and_the_cost_grow_and_the_rest_shrinks() =>
        Assert.Equal(
            "run  step 1200/3000  loss 1.235  2s/step  ETA 30m  0.75 of 1.00 USD  looked 30m ago",
            WatchProgressRule.Line(s_full, s_start.AddHours(1.5)));

    [Theory]
    [InlineData(64, false)]
    [InlineData(64, true)]
    [InlineData(3, true)]
    public void A_line_fits_a_hundred_columns(int name, bool isTroubled)
    {
        WatchProgress long1 = s_full with
        {
            Name = new string('n', name),
            Step = 123_456_789_012,
            TotalSteps = 999_999_999_999,
            Value = -1.23456e-123,
            PricePerHour = 123_456.78m,
            Trouble = isTroubled ? new string('w', 300) + "\r\n" + new string('w', 300) : null,
            AnsweredAt = s_start,
        };
        string line = WatchProgressRule.Line(long1, s_start.AddDays(99).AddHours(7));
        Assert.InRange(line.Length, 60, 100);
        Assert.DoesNotContain('\n', line);
        Assert.StartsWith("nnn", line, StringComparison.Ordinal);
        Assert.Contains("step 123456789012/999999999999", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_file_has_names_and_units()
    {
        Assert.Equal(
            "2026-01-01T01:00:00Z run=run state=Running step=1200/3000 loss=1.235 step_seconds=2 eta=2026-01-01T02:00:00Z "
            + "spent_usd=0.5000 projected_usd=1.0000",
            WatchProgressRule.LogLine(s_full));
        Assert.Equal("2026-01-01T01:00:00Z run=run state=Running", WatchProgressRule.LogLine(s_bare));
        Assert.Equal(
            "2026-01-01T01:00:00Z run=run state=Unknown why=\"it said 'no' twice\"",
            WatchProgressRule.LogLine(s_bare with { State = VastRunState.Unknown, Trouble = "it said \"no\"\ntwice" }));
        Assert.Equal(
            "2026-01-01T01:00:00Z run=run state=Ended outcome=Failed exit=3",
            WatchProgressRule.LogLine(
                s_bare with { State = VastRunState.Ended, Outcome = VastRunOutcome.Failed, ExitCode = 3, EndedAt = s_start }));
    }

    [Theory]
    [InlineData(1200, 3000, 40)]
    [InlineData(3000, 3000, 100)]
    [InlineData(5, null, null)]
    [InlineData(null, 3000, null)]
    public void Percent_is_known_with_both_numbers(int? step, int? total, int? percent) =>
        Assert.Equal(percent, (s_bare with { Step = step, TotalSteps = total }).Percent);

    [Theory]
    [InlineData(100, 100L)]
    [InlineData(20, null)] // the plan is wrong: what it says of the rest is, too
    [InlineData(null, null)]
    public void The_total_is_the_plan_of_this_run_alone(int? planned, long? total)
    {
        var run = new RunRecord("run-1", "run", 7, "train", s_start)
        {
            Plan = planned is null ? null : new RunPace { Steps = planned },
            Pace = new RunPace { Steps = 999 },
        };
        WatchProgress seen = Look(run, Logs.Of("loss", string.Join(' ', Enumerable.Repeat("1.5", 30))));
        Assert.Equal((30L, total, "loss", 1.5), (seen.Step!.Value, seen.TotalSteps, seen.Metric, seen.Value!.Value));
    }

    [Theory]
    [InlineData(VastTrainingKind.Any, "loss")]
    [InlineData(VastTrainingKind.Reinforcement, "reward")]
    public void Reinforcement_shows_its_reward(VastTrainingKind kind, string metric)
    {
        var run = new RunRecord("run-1", "run", 7, "train", s_start) { Kind = kind };
        Assert.Equal(metric, Look(run, [.. Logs.Of("loss", "2 1"), .. Logs.Of("reward", "0.1 0.2")]).Metric);
        Assert.Equal("reward", Look(run, Logs.Of("reward", "0.1")).Metric);
        Assert.Null(Look(run, []).Value);
    }

    private static WatchProgress Look(RunRecord run, IReadOnlyList<VastMetric> metrics) => WatchProgressRule.Of(
        run, RunView.Of(run, s_start.AddHours(1)), new Observation(s_start.AddHours(1)) { IsListed = true }, metrics, null);

    private static WatchProgress Of(string name) => name switch
    {
        nameof(s_bare) => s_bare,
        nameof(s_full) => s_full,
        "no total" => s_full with { TotalSteps = null },
        "no pace" => s_full with { StepTime = null },
        "no price" => s_full with { PricePerHour = null },
        "NaN" => s_full with { Value = double.NaN },
        "trouble" => s_full with { Trouble = "it is refused", AnsweredAt = s_start.AddMinutes(48) },
        _ => s_bare with { Trouble = "it is refused" },
    };
}
